"""Layers with parameters or several inputs, one class a file."""
