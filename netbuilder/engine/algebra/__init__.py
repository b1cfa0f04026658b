"""Expressions over matrices that know their numbers: they evaluate and write themselves."""
