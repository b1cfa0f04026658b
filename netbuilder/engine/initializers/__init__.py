"""Initialisers of weights and biases, one class a file."""
