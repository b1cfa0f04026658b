"""The mathematics: operations, losses, optimizers, initialisers, networks, training and traces.

Shapes that callers see are batch-first, as in the lectures: X is (m, n_in), W is (n_in, n_out),
b is (n_out,), Z = X W + b. In memory every activation buffer is feature-major, (n, m) and
C-contiguous: a whole-buffer NumPy call then runs over one contiguous block, and `numpy.dot` writes
straight into it. The public views are the transposes.
"""

from netbuilder.declare import discover

for _package in (
    "initializers",
    "layers",
    "activations",
    "losses",
    "optimizers",
    "schedules",
    "clippings",
):
    discover(f"{__name__}.{_package}")
