"""Hundreds of random gestures: afterwards the canvas shows the document, and no trace remains."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from ui.canvas.canvas_hand import XOR, Hand

from netbuilder.declare import registry
from netbuilder.engine.graph import cycle
from netbuilder.engine.operation import Operation
from netbuilder.project.analysis import analyse
from netbuilder.ui.canvas.ghost_item import GhostItem

STEPS = 250
KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Tab, Qt.Key.Key_Escape)


def somewhere(hand: Hand, rng: Random) -> QPoint:
    """Mostly on a block or a port, sometimes anywhere."""
    blocks = list(hand.view.canvas.blocks.values())
    if not blocks or rng.random() < 0.2:
        return QPoint(rng.randint(5, 1300), rng.randint(5, 500))
    block = rng.choice(blocks)
    place = rng.choice((block.pos(), block.anchor("in"), block.anchor("out")))
    return hand.view.mapFromScene(place + QPointF(rng.randint(-6, 6), rng.randint(-6, 12)))


def drag(hand: Hand, rng: Random) -> None:
    start, end = somewhere(hand, rng), somewhere(hand, rng)
    hand.hold(start, end)
    interruption = rng.random()
    if interruption < 0.1:
        hand.key(Qt.Key.Key_Escape)
    elif interruption < 0.2:
        hand.undo()
    elif interruption < 0.25:
        hand.view.delete_selection()
    hand.release(end)


def drop(hand: Hand, rng: Random) -> None:
    name = rng.choice(list(registry(Operation)))
    path = somewhere(hand, rng), somewhere(hand, rng)
    if rng.random() < 0.2:
        hand.bring(name, *path)
        hand.leave()
    else:
        hand.drop(name, *path)


def step(hand: Hand, rng: Random) -> None:
    document = hand.view.document
    ids = list(hand.view.canvas.blocks)
    deeds: list[tuple[int, Callable[[], None]]] = [
        (12, lambda: hand.view.append(rng.choice(list(registry(Operation))))),
        (40, lambda: drag(hand, rng)),
        (15, lambda: drop(hand, rng)),
        (8, lambda: hand.key(rng.choice(KEYS))),
        (10, document.undo),
        (6, document.redo),
        (2, hand.view.duplicate_selection),
        (2, hand.view.fit),
        (3, lambda: hand.view.set_analysis(analyse(hand.project))),
        (4, lambda: hand.view.unfolding.toggle(rng.choice(ids))) if ids else (0, document.undo),
        (1, hand.view.unfolding.unfold_all),
        (1, hand.view.unfolding.fold_all),
    ]
    rng.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])[0]()


def check(hand: Hand) -> None:
    project, canvas = hand.project, hand.view.canvas
    assert not hand.busy()
    assert set(canvas.blocks) == {n.id for n in project.nodes}
    assert set(canvas.wires) == set(project.edges)
    assert not any(isinstance(item, GhostItem) for item in canvas.items())
    for known in project.nodes:
        block = canvas.blocks[known.id]
        assert (block.x(), block.y()) == known.position
        assert block.opacity() == 1
        most = known.operation.inputs[1]
        assert most is None or len(project.inputs_of(known.id)) <= most
    for edge, wire in canvas.wires.items():
        assert wire.edge == edge
        assert not wire.split
        assert wire.distance(canvas.blocks[edge[0]].anchor("out")) < 0.01
        assert wire.distance(canvas.blocks[edge[1]].anchor("in")) < 0.01
    assert not cycle({n.id: project.inputs_of(n.id) for n in project.nodes})


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_the_canvas_shows_the_document(
    open_canvas: Callable[..., Hand], seed: int
) -> None:
    hand = open_canvas(XOR)
    rng = Random(seed)
    for _ in range(STEPS):
        step(hand, rng)
        check(hand)
    assert hand.view.document.undo_command is not None
