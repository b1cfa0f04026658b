"""Where the number that is looked at comes from and where it goes, for all matrices at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.follow import affected, origins, quantities
from netbuilder.engine.operation import Array
from netbuilder.engine.walk import Walk


@dataclass(frozen=True, eq=False)
class Links:
    """Masks over whole quantities, by key; `place` is the number itself."""

    place: Place | None = None
    sources: Mapping[str, Array] = field(default_factory=dict)
    targets: Mapping[str, Array] = field(default_factory=dict)


def links_of(walk: Walk | None, place: Place | None, shown: Iterable[str]) -> Links:
    """The links of a number within the quantities that are shown."""
    if walk is None or place is None or place.key not in walk.quantities:
        return Links()
    made = walk.lines.get(place.key)
    sources = origins(made.expression, place.row, place.column) if made is not None else {}
    targets = {}
    for key in shown:
        line = walk.lines.get(key)
        if line is None or not any(q.key == place.key for q in quantities(line.expression)):
            continue
        mask = affected(line.expression, place)
        if mask.any():
            targets[key] = np.broadcast_to(mask, line.result.values.shape)
    return Links(place, sources, targets)
