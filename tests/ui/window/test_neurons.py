"""Unfolded layers in the whole window: live maps, weights by hand, and nothing computed unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.project import codec, files
from netbuilder.project.model import Project
from netbuilder.ui.canvas.unfolded_item import UnfoldedItem
from netbuilder.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def example(stem: str) -> Project:
    (path,) = [p for p in assets.examples() if p.stem == stem]
    return files.read(path).with_(weights={})


@pytest.fixture
def xor(open_window: Callable[[Project], MainWindow], qtbot: QtBot) -> MainWindow:
    """A window on the XOR example, its first snapshot there."""
    window = open_window(example("xor"))
    qtbot.waitUntil(lambda: window.controller.snapshot is not None, timeout=10_000)
    return window


def first(window: MainWindow) -> str:
    return next(n.id for n in window.document.project.nodes if n.type == "Dense")


def inside(window: MainWindow, name: str) -> UnfoldedItem:
    item = window.canvas.canvas.blocks[name].neurons
    assert item is not None
    return item


def on_line(window: MainWindow, name: str, source: int, unit: int) -> QPoint:
    item = inside(window, name)
    point = item.plan.curves[source, unit].pointAtPercent(0.3)
    return window.canvas.mapFromScene(item.mapToScene(point))


def test_weights_and_maps_appear_and_follow_the_training(xor: MainWindow, qtbot: QtBot) -> None:
    name = first(xor)
    xor.named_actions["unfold_all"].trigger()
    item = inside(xor, name)
    qtbot.waitUntil(lambda: item.maps is not None and item.weights is not None, timeout=5_000)
    drawn, before = item.weights, item.maps
    assert drawn is not None
    assert before is not None
    xor.controller.step(2000)
    qtbot.waitUntil(lambda: xor.controller.state == "paused", timeout=20_000)
    learned = xor.controller.weights_of(name)
    assert learned is not None
    qtbot.waitUntil(
        lambda: item.weights is not None and np.array_equal(item.weights, learned["W"]),
        timeout=5_000,
    )
    qtbot.waitUntil(
        lambda: item.maps is not None and not np.array_equal(item.maps, before), timeout=5_000
    )
    # The middle of the map is the data's centre: what the unit answers there is about its bias.
    # Maps of a moment on the way may come before those of the end.
    qtbot.waitUntil(
        lambda: (
            item.maps is not None
            and np.allclose(item.maps[:, 11:13, 11:13].mean(axis=(1, 2)), learned["b"], atol=0.3)
        ),
        timeout=5_000,
    )


def test_a_weight_edited_by_hand_is_one_step(xor: MainWindow, qtbot: QtBot) -> None:
    name = first(xor)
    xor.canvas.unfolding.set_unfolded((name,), True)
    xor.document.seal()
    qtbot.waitUntil(lambda: inside(xor, name).weights is not None, timeout=5_000)
    before = codec.dumps(xor.document.project)
    loss = xor.controller.snapshot.train_loss if xor.controller.snapshot else 0.0
    QTest.mouseClick(xor.canvas.viewport(), LEFT, pos=on_line(xor, name, 1, 0))
    editor = xor.canvas.unfolding.hand.editor
    qtbot.waitUntil(lambda: editor.is_open, timeout=2_000)
    QTest.keyClicks(editor.field, "2.5")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    assert xor.document.project.weights[name]["W"][1, 0] == 2.5
    assert xor.named_actions["undo"].text() == f"&Undo: Change a weight of {name}"
    assert xor.document.modified
    item = inside(xor, name)
    assert item.weights is not None
    assert item.weights[1, 0] == 2.5
    qtbot.waitUntil(
        lambda: xor.controller.snapshot is not None and xor.controller.snapshot.train_loss != loss,
        timeout=5_000,
    )
    QTest.keyClick(xor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert codec.dumps(xor.document.project) == before
    assert xor.canvas.unfolding.unfolded == (name,)


def test_stepping_is_one_step_and_undo_in_the_field_takes_it_back(
    xor: MainWindow, qtbot: QtBot
) -> None:
    name = first(xor)
    xor.canvas.unfolding.set_unfolded((name,), True)
    qtbot.waitUntil(lambda: inside(xor, name).weights is not None, timeout=5_000)
    before = codec.dumps(xor.document.project)
    QTest.mouseClick(xor.canvas.viewport(), LEFT, pos=on_line(xor, name, 0, 2))
    editor = xor.canvas.unfolding.hand.editor
    qtbot.waitUntil(lambda: editor.is_open, timeout=2_000)
    for _ in range(5):
        QTest.keyClick(editor.field, Qt.Key.Key_Up)
    assert codec.dumps(xor.document.project) != before
    QTest.keyClick(editor.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert codec.dumps(xor.document.project) == before


def test_nothing_is_computed_for_what_is_folded_or_not_seen(
    xor: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Mapping[str, int]] = []
    monkeypatch.setattr(xor.controller, "want_maps", lambda wanted: asked.append(dict(wanted)))
    name = first(xor)
    xor.canvas.unfolding.set_unfolded((name,), True)
    qtbot.waitUntil(lambda: asked[-1:] == [{name: 4}], timeout=2_000)
    xor.canvas.centerOn(5000, 5000)
    qtbot.waitUntil(lambda: asked[-1] == {}, timeout=2_000)
    xor.canvas.fit()
    qtbot.waitUntil(lambda: asked[-1] == {name: 4}, timeout=2_000)
    xor.canvas.unfolding.fold_all()
    qtbot.waitUntil(lambda: asked[-1] == {}, timeout=2_000)


def test_another_project_comes_folded(xor: MainWindow) -> None:
    xor.canvas.unfolding.unfold_all()
    xor.document.load(example("circle"), None)
    assert xor.canvas.unfolding.unfolded == ()


def test_many_features_have_weights_and_no_maps(
    open_window: Callable[[Project], MainWindow], qtbot: QtBot
) -> None:
    from netbuilder.data.sets.table import TableData

    rng = np.random.default_rng(0)
    project = example("xor")
    data = TableData(
        x=tuple(map(tuple, rng.normal(size=(20, 12)).tolist())),
        y=tuple((float(k % 2),) for k in range(20)),
        task="classification",
    )
    window = open_window(project.with_(dataset=data))
    window.canvas.unfolding.unfold_all()
    item = inside(window, first(window))
    qtbot.waitUntil(lambda: item.weights is not None, timeout=10_000)
    qtbot.wait(200)
    assert item.maps is None
    assert item.more() == ("… 4 more", "")
    assert item.source_name(0) == "x1"
    assert not window.canvas.grab().isNull()


def test_units_that_change_while_unfolded_show_the_new_weights(
    xor: MainWindow, qtbot: QtBot
) -> None:
    from netbuilder.project.commands import SetParameter

    name = first(xor)
    xor.canvas.unfolding.set_unfolded((name,), True)
    xor.document.push(SetParameter(name, "units", 7))

    def shown() -> bool:
        item = inside(xor, name)
        return item.plan.units == 7 and item.weights is not None and item.maps is not None

    qtbot.waitUntil(shown, timeout=5_000)
