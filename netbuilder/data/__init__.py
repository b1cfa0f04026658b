"""Datasets: generators, tables, splitting and the encoding of targets. NumPy only."""

from netbuilder.declare import discover

discover(f"{__name__}.sets")
