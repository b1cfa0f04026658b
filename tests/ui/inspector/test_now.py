"""What is told about a block while it trains."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from ui.inspector.panel_kit import small, snapshot

from netbuilder.engine.statistics import LayerStatistics
from netbuilder.project.analysis import analyse
from netbuilder.ui.inspector.now import figures, now_rows


def rows_of(node_id: str, found: LayerStatistics) -> dict[str, str]:
    project = small()
    controller = SimpleNamespace(
        analysis=analyse(project), snapshot=snapshot(layers={node_id: found}), table=None
    )
    return dict(now_rows(project, project.node(node_id), controller))


def test_a_layer_that_learns_tells_gradient_weights_and_update() -> None:
    rows = rows_of(
        "dense",
        LayerStatistics(
            units=6,
            mean=-0.0125,
            std=0.5,
            parameters=18,
            gradient_norm=0.0127,
            gradient_mean=1.2e-7,
            parameter_norm=2.5,
            parameter_mean=0.5,
            update_mean=0.001,
        ),
    )
    assert rows == {
        "gradient norm": "0.0127",
        "mean |g|": "1.2e−7",
        "weight norm": "2.5",
        "update / weight": "0.002",  # 0.001 / 0.5
        "output mean ± std": "−0.0125 ± 0.5",
        "parameters": "18",
        "in → out": "2 → 6",
    }


def test_an_activation_tells_saturated_and_dead_units() -> None:
    rows = rows_of("tanh", LayerStatistics(units=6, mean=0.1, std=0.98, saturated=0.255, dead=2))
    assert rows == {
        "output mean ± std": "0.1 ± 0.98",
        "saturated": "25.5 %",
        "dead units": "2 of 6",
        "in → out": "6 → 6",
    }


def test_what_is_not_known_is_left_out_but_a_broken_gradient_is_told() -> None:
    rows = rows_of(
        "dense",
        LayerStatistics(units=6, mean=math.nan, std=math.nan, parameters=18, parameter_norm=0.0),
    )
    assert rows["gradient norm"] == "not a number"
    assert rows["weight norm"] == "0"
    assert "update / weight" not in rows
    assert "mean |g|" not in rows


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1e-20, "1e−20"), (-1e12, "−1e12"), (math.inf, "∞"), (-math.inf, "−∞")],
)
def test_figures_are_short(value: float, words: str) -> None:
    assert figures(value) == words
