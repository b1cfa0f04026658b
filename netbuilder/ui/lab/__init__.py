"""The gradient-descent lab: a curve or a map, the way down, and its numbers."""
