"""The real program on a real X server, worked by a real pointer: `netbuilder`, drag, train, close.

The offscreen platform has no drag and drop of its own; here the drags are the system's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from end2end.desk import TITLES, Desk, missing, opened

pytestmark = pytest.mark.skipif(bool(missing), reason=f"needs {', '.join(missing)}")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as found:
        yield found


def test_build_by_dragging_and_train(desk: Desk) -> None:
    names = ("Input", "Dense", "Tanh", "Dense", "Sigmoid", "BinaryCrossEntropy")
    nodes = ["data", "dense", "tanh", "dense 2", "sigmoid", "loss"]
    left = desk.point("canvas")
    for k, type_name in enumerate(names):
        x, y = left[0] - 370 + 148 * k, left[1] + (60 if k % 2 else -60)
        # Searched for first, as the list is longer than the screen is high.
        desk.click(desk.point("search"))
        desk.xdotool("key", "ctrl+a", "type", TITLES.get(type_name, type_name.lower()))
        desk.xdotool("sleep", 0.2)
        desk.drag(desk.place("cards", f"palette.{type_name}"), (x, y))
        desk.wait("nodes", nodes[: k + 1])
    for source, target in itertools.pairwise(nodes):
        edges = desk.look()["edges"]
        assert isinstance(edges, list)
        if [source, target] not in edges:
            desk.drag(desk.place("out", source), desk.place("in", target))
    desk.wait("edges", [list(pair) for pair in itertools.pairwise(nodes)])
    # The second Dense has the default of 4 units; the data has one answer.
    problems = desk.look()["problems"]
    assert isinstance(problems, list)
    assert "set the units of 'dense 2' to 1" in problems[0]
    desk.click(desk.place("blocks", "dense 2"))
    desk.xdotool("sleep", 0.3)
    desk.click(desk.point("units"))
    desk.xdotool("key", "ctrl+a", "type", "1")
    desk.xdotool("key", "Return")
    desk.wait("problems", [])
    desk.click(desk.point("train"))
    desk.wait("state", "finished")
    # 1000 epochs of 25 batches
    assert desk.look()["step"] == 25_000
    assert desk.look()["accuracy"] == 1.0


def test_escape_calls_a_drag_off(desk: Desk) -> None:
    x, y = desk.point("canvas")
    start = desk.place("cards", "palette.Dense")
    desk.xdotool("mousemove", *start, "mousedown", 1)
    for k in range(1, 6):
        desk.xdotool(
            "mousemove", start[0] + (x - start[0]) * k // 5, start[1] + (y - start[1]) * k // 5
        )
    desk.xdotool("sleep", 0.1, "key", "Escape", "sleep", 0.1, "mouseup", 1, "sleep", 0.2)
    assert desk.look()["nodes"] == []
