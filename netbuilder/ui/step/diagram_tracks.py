"""What runs along the lines when a stage begins: the tracks for `flow`."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

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
    reading, colours = painter.reading, theme().current
    phase, part = reading.at.phase, reading.at.part
    weights = reading.weights(wire.target) if wire.weights else None
    found = []
    for i, j in painter.layout.ends(wire):
        path = painter.layout.line(wire, i, j)
        factor = float(weights[i, j]) if weights is not None else 1.0
        value = reading.value(Spot(wire.source, i)) or 0.0
        amount = value * factor if phase in ("forward", "loss") else factor
        if not math.isfinite(amount):
            amount = 0.0
        hue = QColor(colours.negative if amount < 0 else colours.positive)
        size = (2.0 + 2.0 * min(abs(amount) / painter.lines.largest, 1.0)) * painter.unit
        if phase in ("forward", "loss"):
            found.append((abs(amount), Track(path, hue, size)))
        elif part == "parameters":
            found.append((abs(amount), Track(path, hue, 2.6 * painter.unit, 0.0, 0.5)))
            found.append((abs(amount), Track(path, crimson(), 2.6 * painter.unit, 1.0, 0.5)))
        else:
            found.append((abs(amount), Track(path, crimson(), size, 1.0, 0.0)))
    return found


def _growing(painter: Painter, wire: Wire) -> list[tuple[float, Track]]:
    """Lines from the width of their weight before the update to that after it."""
    changes = painter.reading.changes(wire.target)
    if changes is None or not wire.weights:
        return []
    after = painter.reading.weights(wire.target)
    found = []
    for i, j in painter.layout.ends(wire):
        new, change = float(after[i, j]), float(changes[i, j])
        if not (math.isfinite(new) and math.isfinite(change)):
            continue
        widths = (painter.lines.width_at(new - change), painter.lines.width_at(new))
        path = painter.layout.line(wire, i, j)
        found.append((abs(change), Track(path, crimson(), widths=widths)))
    return found
