"""The gradient-descent lab: formulas, their exact derivatives, and the ways down."""
