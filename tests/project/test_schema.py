"""The JSON schema: the bundled file is the generated one, and every project fits it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers import EXAMPLES, ROOT
from hypothesis import given
from strategies import projects

from netbuilder import assets
from netbuilder.declare import parameters, registry
from netbuilder.engine.operation import Operation
from netbuilder.project.codec import dumps
from netbuilder.project.model import Project
from netbuilder.project.schema import project_schema

SCHEMA = project_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_bundled_schema_is_the_generated_one() -> None:
    assert json.loads(assets.text("schema", "project-v1.json")) == json.loads(json.dumps(SCHEMA))


def test_the_module_prints_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "netbuilder.project.schema"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert printed.stdout == assets.text("schema", "project-v1.json")


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_every_example_fits(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text()))


@given(projects())
def test_every_project_that_is_saved_fits(project: Project) -> None:
    error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(json.loads(dumps(project))))
    assert error is None, error


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "keras"),
        (("version",), 2),
        (("nodes", 1, "units"), 0),
        (("nodes", 1, "units"), 4.5),
        (("nodes", 1, "bias"), "yes"),
        (("nodes", 1, "type"), "Dens"),
        (("nodes", 1, "unit"), 4),
        (("nodes", 1, "weight_init"), {"type": "xavier"}),
        (("nodes", 1, "id"), ""),
        (("edges", 0), ["data"]),
        (("dataset",), {"type": "xor", "samples": 1}),
        (("training", "optimizer", "learning_rate"), 0),
        (("training", "precision"), "float128"),
        (("training", "stop", "loss"), 0),
        (("colour",), "red"),
        (("weights",), {"hidden": {"W": 1}}),
    ],
)
def test_it_refuses_what_the_reader_refuses(path: tuple[Any, ...], value: Any) -> None:
    raw = json.loads((EXAMPLES / "xor.json").read_text())
    here = raw
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    assert not VALIDATOR.is_valid(raw)


def test_every_declared_parameter_stands_in_it() -> None:
    variants = {
        v["properties"]["type"]["const"]: v for v in SCHEMA["properties"]["nodes"]["items"]["oneOf"]
    }
    assert set(variants) == set(registry(Operation))
    for name, cls in registry(Operation).items():
        declared = {p.name: p for p in parameters(cls)}
        assert set(variants[name]["properties"]) == {"type", "id", "position", *declared}
        for p in declared.values():
            assert ("default" in variants[name]["properties"][p.name]) == (not p.required)
