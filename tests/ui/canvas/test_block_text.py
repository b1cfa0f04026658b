"""What stands on a block that joins several others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ui.canvas.canvas_hand import Hand, node

from netbuilder.engine.layers.dense import Dense
from netbuilder.project.analysis import analyse
from netbuilder.project.model import Node, Project


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Add", "Add · 8 + 8 → 8"),  # unit by unit
        ("Concat", "Concat · 8 + 8 → 16"),  # side by side
    ],
)
def test_a_joining_block_tells_the_width_of_each_input(
    open_canvas: Callable[..., Hand], kind: str, words: str
) -> None:
    project = Project(
        nodes=(
            node("data", "Input"),
            Node("a", Dense(units=8), (170.0, -80.0)),
            Node("b", Dense(units=8), (170.0, 80.0)),
            node("both", kind, 340),
        ),
        edges=(("data", "a"), ("data", "b"), ("a", "both"), ("b", "both")),
    )
    hand = open_canvas(project)
    hand.view.set_analysis(analyse(hand.project))
    assert hand.block("both").facts.subtitle == words
