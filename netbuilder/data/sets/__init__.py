"""The datasets, one class a file."""
