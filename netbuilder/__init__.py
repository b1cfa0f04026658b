"""Netbuilder: draw a multilayer perceptron, train it, and see why it learns or does not."""

__version__ = "0.1.0"
