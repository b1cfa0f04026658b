"""The runs of a document: the list beside the inspector, and two of them side by side."""
