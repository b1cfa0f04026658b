"""The formats, one class a file."""
