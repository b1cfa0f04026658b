"""Which samples a picture shows when there are too many for it."""

import numpy as np

from netbuilder.data.dataset import Array, Table

MOST_TRAIN, MOST_TEST = 1500, 500  # more marks hide each other and the surface


def spread(table: Table, most: int) -> Array:
    """At most so many row numbers, evenly spread over the table; rows that are not finite are left
    out."""
    fine = np.isfinite(table.x).all(axis=1) & np.isfinite(table.y).all(axis=1)
    rows = np.flatnonzero(fine)
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]
    return rows
