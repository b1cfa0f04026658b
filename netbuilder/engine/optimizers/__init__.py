"""Optimizers, one class a file."""
