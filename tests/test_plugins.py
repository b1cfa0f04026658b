"""One class from outside the package: at once it is in every place that derives from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from helpers import (
    central_differences,
    chain,
    chained,
    complaint,
    data_of,
    gradient_of,
    loss_of,
    netbuilder,
    relative_error,
)
from toy_square import ToySquare

from netbuilder.data.sets.xor import Xor
from netbuilder.declare import encode, parameters, register, registry, unregister
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training
from netbuilder.project import files
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import SetParameter
from netbuilder.project.model import Project
from netbuilder.project.schema import project_schema


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    register(ToySquare)
    yield
    unregister(ToySquare)


def project() -> Project:
    return chained(
        Dense(units=6), ToySquare(scale=0.75), Dense(units=1), Sigmoid(), BinaryCrossEntropy(),
        dataset=Xor(samples=200), training=Training(max_epochs=40), name="Toy",
    )  # fmt: skip


def test_it_is_registered_and_declared() -> None:
    assert registry(Operation)["ToySquare"] is ToySquare
    (scale,) = parameters(ToySquare)
    assert (scale.name, scale.kind, scale.title, scale.maximum) == ("scale", "float", "Scale", 2)
    assert encode(ToySquare()) == {"type": "ToySquare", "scale": 0.5}


def test_it_is_saved_and_opened() -> None:
    again = loads(dumps(project()))
    assert again == project()
    assert again.node("toysquare").operation == ToySquare(scale=0.75)


def test_it_is_validated(tmp_path: Path) -> None:
    raw = json.loads(dumps(project()))
    raw["nodes"][2]["scale"] = 3
    path = tmp_path / "p.json"
    path.write_text(json.dumps(raw))
    said = complaint(netbuilder("check", path))
    assert said == f"{path}: nodes[2].scale: expected a number from 0 to 2, got 3"
    raw["nodes"][2] = {"id": "toysquare", "type": "ToySquar"}
    path.write_text(json.dumps(raw))
    assert "did you mean 'ToySquare'?" in complaint(netbuilder("check", path))


def test_it_stands_in_the_schema() -> None:
    schema = project_schema()
    validator = jsonschema.Draft202012Validator(schema)
    raw = json.loads(dumps(project()))
    validator.validate(raw)
    raw["nodes"][2]["scale"] = 3
    assert not validator.is_valid(raw)


def test_it_is_changed_by_a_command() -> None:
    changed = SetParameter("toysquare", "scale", 1).apply(project())
    assert changed.node("toysquare").operation == ToySquare(scale=1.0)


def test_it_is_checked_trained_traced_and_exported(tmp_path: Path) -> None:
    path, out = tmp_path / "toy.json", tmp_path / "out.json"
    files.write(project(), path)
    assert netbuilder("check", path).stdout.startswith("No problems")
    data = data_of(netbuilder("train", path, "--save", out, "--json"))
    assert data["metrics"]["train_accuracy"] > 0.9
    traced = data_of(netbuilder("trace", out))
    z, h = (np.array(traced["forward"][i]["output"]) for i in (1, 2))
    assert h == pytest.approx(0.75 * z * z)
    assert netbuilder("predict", out, "--values", "3,3").stdout.splitlines()[1].endswith(",1")
    assert netbuilder("export", out, tmp_path / "w.npz").exit_code == 0


def test_its_gradient_is_right() -> None:
    dense = Dense(units=3, weight_init=Normal(std=0.7))
    network = chain(dense, ToySquare(scale=0.75), dense, MeanSquaredError(), features=3)
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    numeric = central_differences(lambda: loss_of(network, x, t), network.params)
    assert relative_error(gradient_of(network, x, t), numeric) < 1e-6


def test_its_curve_can_be_drawn() -> None:
    h, slope = ToySquare().curve(np.array([-2.0, 0.0, 3.0]))
    assert h.tolist() == [2.0, 0.0, 4.5]
    assert slope.tolist() == [-2.0, 0.0, 3.0]


def test_afterwards_it_is_gone() -> None:
    text = dumps(project())
    unregister(ToySquare)
    try:
        assert "ToySquare" not in registry(Operation)
        with pytest.raises(Exception, match='unknown type "ToySquare"'):
            loads(text)
    finally:
        register(ToySquare)
