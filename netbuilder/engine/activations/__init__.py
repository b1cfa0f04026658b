"""Activation functions, one class a file."""
