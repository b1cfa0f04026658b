"""Every example opens, has no problems and trains; those that should be learned are learned."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import EXAMPLES

from netbuilder.project import files
from netbuilder.project.analysis import analyse
from netbuilder.project.build import build
from netbuilder.project.codec import dumps, loads

PATHS = sorted(EXAMPLES.glob("*.json"))
LEARNED = ("xor", "circle", "spiral", "classes")


def test_there_are_examples() -> None:
    assert {p.stem for p in PATHS} >= {*LEARNED, "logistic_2_3_1", "relu_2_2_1", "universal_1_6_1"}


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_it_opens_has_no_problems_and_trains(path: Path) -> None:
    project = files.read(path)
    assert project.name != "Untitled"
    assert analyse(project).problems == ()
    assert loads(dumps(project)) == project
    assert len({n.position for n in project.nodes}) == len(project.nodes)  # no block hides another
    run = build(project)
    before = run.trainer.scores("train").loss
    assert run.trainer.advance(100) == 100
    assert run.trainer.scores("train").loss < before


@pytest.mark.parametrize("name", LEARNED)
def test_it_is_learned(name: str) -> None:
    run = build(files.read(EXAMPLES / f"{name}.json"))
    while run.trainer.stopped_by is None:
        run.trainer.advance(1000)
        if run.trainer.scores("train").metric >= 0.97:
            break
    assert run.trainer.scores("train").metric >= 0.97
    assert run.trainer.scores("test").metric >= 0.9
