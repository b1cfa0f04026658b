"""How the run fares, in words: a chip that is always there, and the panel that explains it."""
