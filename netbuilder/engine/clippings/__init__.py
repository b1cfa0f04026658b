"""Ways to clip the gradient, one class a file."""
