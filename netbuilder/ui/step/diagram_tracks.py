"""What runs along the lines when a stage begins: the tracks for `flow`."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

from netbuilder.ui.step.diagram_lines import thinner
from netbuilder.ui.step.diagram_paint import Painter, crimson
from netbuilder.ui.step.diagram_plan import Spot, Wire
from netbuilder.ui.step.flow import Track
from netbuilder.ui.theme import theme


def tracks(painter: Painter) -> list[Track]:
    """What runs along which lines when the stage of a painter begins, the largest first."""
    reading, plan = painter.reading, painter.plan
    stage = reading.at
    if stage.phase == "input" or stage.key.startswith("sum:"):
        return []
    c = plan.of_node.get(stage.node, plan.loss)
    if stage.node not in (plan.columns[c].nodes[0], reading.walk.loss):
        return []  # an activation in the neuron itself: nothing leaves it
    found: list[tuple[float, Track]] = []
    for wire in plan.into[c]:
        if stage.phase == "update":
            found += _growing(painter, wire)
        else:
            found += _running(painter, wire)
    found.sort(key=lambda pair: -pair[0])
    return [track for _, track in found]


def _running(painter: Painter, wire: Wire) -> list[tuple[float, Track]]:
    """Values forwards, errors backwards; both meet half-way where they make a gradient."""
    reading, unit = painter.reading, painter.unit
    is_forward = reading.at.phase in ("forward", "loss")
    meet = reading.at.part == "parameters"
    weights = reading.weights(wire.target) if wire.weights else None
    found = []
    for i, j in painter.layout.ends(wire):
        path = painter.layout.line(wire, i, j)
        factor = float(weights[i, j]) if weights is not None else 1.0
        value = reading.value(Spot(wire.source, i)) or 0.0
        amount = value if meet else value * factor if is_forward else factor
        if not math.isfinite(amount):
            amount = 0.0
        colour = QColor(theme().current.negative if amount < 0 else theme().current.positive)
        size = (3.0 + 2.5 * min(abs(amount) / painter.lines.largest, 1.0)) * unit
        if meet:
            found.append((abs(amount), Track(path, colour, 3.5 * unit, 0.0, 0.5)))
            found.append((abs(amount), Track(path, crimson(), 3.5 * unit, 1.0, 0.5)))
        elif is_forward:
            found.append((abs(amount), Track(path, colour, size)))
        else:
            found.append((abs(amount), Track(path, crimson(), size, 1.0, 0.0)))
    return found


def _growing(painter: Painter, wire: Wire) -> list[tuple[float, Track]]:
    """Lines from the width of their weight before the update to that after it."""
    changes = painter.reading.changes(wire.target)
    if changes is None or not wire.weights:
        return []
    after = painter.reading.weights(wire.target)
    pairs = painter.layout.ends(wire)
    thin, colour = thinner(len(pairs)), QColor(theme().current.success)
    found = []
    for i, j in pairs:
        new, change = float(after[i, j]), float(changes[i, j])
        if not (math.isfinite(new) and math.isfinite(change)):
            continue
        widths = [thin * painter.lines.width_at(w) for w in (new - change, new)]
        path = painter.layout.line(wire, i, j)
        found.append((abs(change), Track(path, colour, widths=(widths[0], widths[1]))))
    return found
