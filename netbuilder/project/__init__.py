"""The document: what a project is, how it changes, how it is saved. No Qt."""
