"""Maps of single units, and weights changed by hand, while a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.engine.surface import MAP_RESOLUTION, UnitMaps, unit_mapper
from netbuilder.project import files
from netbuilder.project.build import build
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.training.controller import TrainingController


def xor() -> Project:
    (path,) = [p for p in assets.examples() if p.stem == "xor"]
    return files.read(path).with_(weights={})


def dense_of(project: Project) -> list[str]:
    return [n.id for n in project.nodes if n.type == "Dense"]


Opened = Callable[[Project], TrainingController]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Opened]:
    """Makes controllers whose first snapshot has come."""
    made: list[TrainingController] = []

    def open_project(project: Project) -> TrainingController:
        controller = TrainingController(Document(project))
        made.append(controller)
        qtbot.waitUntil(lambda: controller.snapshot is not None, timeout=10_000)
        return controller

    yield open_project
    for controller in made:
        controller.close()


def test_a_map_is_what_the_unit_computes() -> None:
    run = build(xor())
    node = dense_of(xor())[0]
    x = np.concatenate([run.split.train.x, run.split.test.x])
    mapper = unit_mapper(run.network, x)
    assert mapper is not None
    maps = mapper.make({node: 3, "nobody": 2})
    assert maps.values.keys() == {node}
    values = maps.values[node]
    assert values.shape == (3, MAP_RESOLUTION, MAP_RESOLUTION)
    x0, x1, y0, y1 = maps.extent
    weights = run.network.parameters[node]
    # Row 0 is at the smallest y: its last column is the corner (x1, y0).
    for unit in range(3):
        for corner, row, column in (((x0, y0), 0, 0), ((x1, y0), 0, -1), ((x0, y1), -1, 0)):
            z = corner @ weights["W"][:, unit] + weights["b"][unit]
            assert values[unit, row, column] == pytest.approx(z, abs=1e-5)


def test_looking_at_units_changes_no_bit(opened: Opened, qtbot: QtBot) -> None:
    project = xor()
    plain = build(project)
    plain.trainer.advance(3000)
    controller = opened(project)
    seen: list[UnitMaps] = []
    controller.maps_changed.connect(seen.append)
    controller.want_maps(dict.fromkeys(dense_of(project), 8))
    qtbot.waitUntil(lambda: len(seen) == 1, timeout=5_000)  # at rest, too
    with qtbot.waitSignal(
        controller.state_changed, timeout=30_000, check_params_cb=lambda s: s == "paused"
    ):
        controller.step(3000)
    qtbot.waitUntil(lambda: len(seen) >= 2, timeout=5_000)
    assert controller.snapshot is not None
    assert controller.snapshot.step == 3000
    assert controller.snapshot.parameters.tobytes() == plain.network.params.tobytes()
    # The last maps are of the last weights.
    mapper = unit_mapper(plain.network, project.dataset.make().x)
    assert mapper is not None
    last = mapper.make(dict.fromkeys(dense_of(project), 8))
    qtbot.waitUntil(
        lambda: all(np.array_equal(seen[-1].values[n], last.values[n]) for n in last.values),
        timeout=5_000,
    )
    controller.want_maps({})
    count = len(seen)
    controller.step(10)
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=5_000)
    qtbot.wait(150)
    assert len(seen) == count


def test_histograms_wished_for_at_rest_come_at_once(opened: Opened, qtbot: QtBot) -> None:
    controller = opened(xor())
    controller.step(10)
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)
    assert controller.snapshot is not None
    assert not any(layer.histograms for layer in controller.snapshot.layers.values())
    controller.want_histograms(True)
    qtbot.waitUntil(
        lambda: (
            controller.snapshot is not None
            and any(layer.histograms for layer in controller.snapshot.layers.values())
        ),
        timeout=10_000,
    )
    assert controller.state == "paused"
    assert controller.snapshot.step == 10
    qtbot.waitUntil(lambda: not controller.frames._timer.isActive(), timeout=10_000)


def test_a_weight_set_at_rest_is_the_runs_and_the_documents(opened: Opened, qtbot: QtBot) -> None:
    controller = opened(xor())
    document = controller.document
    node = dense_of(document.project)[0]
    drawn = controller.weights_of(node)
    assert drawn is not None
    old = {name: a.copy() for name, a in drawn.items()}
    losses = [controller.snapshot.train_loss if controller.snapshot else 0.0]
    runs: list[None] = []
    controller.run_started.connect(lambda: runs.append(None))
    controller.set_weight(node, "W", (0, 1), 2.5)
    controller.set_weight(node, "b", (2,), -1.0)
    now = controller.weights_of(node)
    assert now is not None
    assert now["W"][0, 1] == 2.5
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.train_loss != losses[0],
        timeout=5_000,
    )
    assert not runs  # the run is the same, its curves stay
    expected = old["W"].copy()
    expected[0, 1] = 2.5
    assert np.array_equal(document.project.weights[node]["W"], expected)
    assert document.project.weights[node]["b"][2] == -1.0
    # The run trains from there, to the same bits as from the document.
    plain = build(document.project)
    plain.trainer.advance(200)
    controller.step(200)
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)
    assert controller.snapshot is not None
    assert controller.snapshot.parameters.tobytes() == plain.network.params.tobytes()


def test_taking_a_weight_back_after_training_brings_the_weights_before(
    opened: Opened, qtbot: QtBot
) -> None:
    controller = opened(xor())
    document = controller.document
    node = dense_of(document.project)[0]
    controller.step(100)
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)
    learned = document.project.weights[node]["W"].copy()
    points = controller.history.count
    controller.set_weight(node, "W", (1, 1), 3.0)
    document.undo()
    assert np.array_equal(document.project.weights[node]["W"], learned)
    qtbot.wait(200)
    now = controller.weights_of(node)
    assert now is not None
    assert np.array_equal(now["W"], learned)
    assert controller.snapshot is not None
    assert controller.snapshot.step == 100
    assert controller.history.count == points
    document.redo()
    now = controller.weights_of(node)
    assert now is not None
    assert now["W"][1, 1] == 3.0


def test_taking_the_first_weight_back_draws_them_anew(opened: Opened, qtbot: QtBot) -> None:
    controller = opened(xor())
    node = dense_of(controller.document.project)[0]
    drawn = controller.weights_of(node)
    assert drawn is not None
    old = drawn["W"].copy()
    controller.set_weight(node, "W", (0, 0), 9.0)
    controller.document.undo()
    assert controller.document.project.weights == {}
    qtbot.waitUntil(lambda: controller.snapshot is not None, timeout=5_000)
    now = controller.weights_of(node)
    assert now is not None
    assert np.array_equal(now["W"], old)


def test_taking_a_weight_back_keeps_what_was_trained_since(opened: Opened, qtbot: QtBot) -> None:
    controller = opened(xor())
    document = controller.document
    node = dense_of(document.project)[0]
    drawn = controller.weights_of(node)
    assert drawn is not None
    old = float(drawn["W"][1, 1])
    controller.set_weight(node, "W", (1, 1), 2.0)
    controller.set_weight(node, "W", (1, 1), 3.0)  # both are one undo step
    controller.step(100)
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)
    learned = {
        i: {p: a.copy() for p, a in named.items()} for i, named in document.project.weights.items()
    }
    points = controller.history.count
    document.undo()
    expected = learned[node]["W"].copy()
    expected[1, 1] = old
    for here in (document.project.weights[node], controller.weights_of(node)):
        assert here is not None
        assert np.array_equal(here["W"], expected)
        assert np.array_equal(here["b"], learned[node]["b"])
    other = dense_of(document.project)[1]
    assert np.array_equal(document.project.weights[other]["W"], learned[other]["W"])
    assert controller.snapshot is not None
    assert controller.snapshot.step == 100  # the run goes on
    assert controller.history.count == points
    document.redo()
    assert np.array_equal(document.project.weights[node]["W"], learned[node]["W"])
    now = controller.weights_of(node)
    assert now is not None
    assert now["W"][1, 1] == learned[node]["W"][1, 1]
    assert document.undo_command is not None


def test_taking_a_weight_back_while_training_does_not_stop_it(opened: Opened, qtbot: QtBot) -> None:
    project = xor()
    controller = opened(project.with_(training=project.training.__class__(max_epochs=None)))
    node = dense_of(project)[0]
    controller.set_weight(node, "W", (0, 0), 4.0)
    controller.start()
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.step > 200, timeout=10_000
    )
    assert controller.snapshot is not None
    step = controller.snapshot.step
    controller.document.undo()
    assert controller.snapshot.step >= step
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.step > step + 200,
        timeout=10_000,
    )
    assert controller.running
    controller.pause()
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)


def test_a_weight_set_while_training_does_not_stop_it(opened: Opened, qtbot: QtBot) -> None:
    project = xor()
    controller = opened(project.with_(training=project.training.__class__(max_epochs=None)))
    node = dense_of(project)[0]
    controller.start()
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.step > 200, timeout=10_000
    )
    assert controller.snapshot is not None
    step = controller.snapshot.step
    controller.set_weight(node, "b", (0,), 1.5)
    qtbot.waitUntil(
        lambda: controller.snapshot is not None and controller.snapshot.step > step + 200,
        timeout=10_000,
    )
    assert controller.running
    controller.pause()
    qtbot.waitUntil(lambda: controller.state == "paused", timeout=10_000)


def test_what_a_run_learned_never_reaches_the_document_that_replaces_it(
    opened: Opened, qtbot: QtBot
) -> None:
    controller = opened(xor())
    document = controller.document
    for _ in range(12):  # the run's last report may come at any moment
        controller.start()
        qtbot.waitUntil(
            lambda: controller.snapshot is not None and controller.snapshot.step > 0, timeout=10_000
        )
        document.load(xor(), None)
        assert document.project.weights == {}
        controller.start()
        qtbot.waitUntil(
            lambda: controller.snapshot is not None and controller.snapshot.step > 0, timeout=10_000
        )
        controller.reset()
        assert document.project.weights == {}
