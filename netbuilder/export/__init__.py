"""Weights and networks in other tools' formats, one format a file. No Qt."""

from netbuilder.declare import discover

discover(f"{__name__}.formats")
