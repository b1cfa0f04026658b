"""Loss functions, one class a file."""
