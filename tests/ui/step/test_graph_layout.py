"""The places of the computational graph: nothing lies on anything else."""

from __future__ import annotations

import itertools

import numpy as np

from netbuilder.ui.step.graph_layout import Layout, lay_out

NODE, LABEL = (40.0, 30.0), (60.0, 28.0)


def placed(edges: list[tuple[str, str]]) -> Layout:
    sizes = {k: NODE for edge in edges for k in edge}
    return lay_out(sizes, edges, [LABEL] * len(edges))


def boxes(layout: Layout) -> list[tuple[float, float, float, float]]:
    found = [(x, y, *NODE) for x, y in layout.centres.values()]
    return found + [(x, y, *LABEL) for x, y in layout.labels]


def test_values_stand_left_of_what_they_go_into_and_next_to_it() -> None:
    """x, w -> times -> plus <- b: b stands in the column of times, not in that of x."""
    layout = placed([("x", "times"), ("w", "times"), ("times", "plus"), ("b", "plus")])
    at = layout.centres
    assert at["x"][0] == at["w"][0] < at["times"][0] == at["b"][0] < at["plus"][0]
    assert at["x"][1] < at["w"][1], "operands in their order"
    assert at["times"][1] < at["b"][1]


def test_a_chain_is_a_straight_line() -> None:
    layout = placed([("a", "b"), ("b", "c"), ("c", "d")])
    heights = [y for _, y in layout.centres.values()] + [y for _, y in layout.labels]
    assert np.ptp(heights) < 1e-6


def test_an_edge_that_passes_others_has_a_lane_of_its_own() -> None:
    """y goes round three operations: one label and two columns each that it passes."""
    layout = placed([("y", "a"), ("a", "b"), ("b", "c"), ("y", "c")])
    assert len(layout.lanes[3]) == 5
    assert len(layout.lanes[0]) == 1
    height = next(y for left, right, y in layout.lanes[3] if left < layout.centres["b"][0] < right
                  or abs((left + right) / 2 - layout.centres["b"][0]) < 1e-6)  # fmt: skip
    assert abs(height - layout.centres["b"][1]) > NODE[1] / 2


def test_nothing_overlaps_in_random_graphs() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        names = [f"n{k}" for k in range(30)]
        edges = [(names[int(rng.integers(0, k))], names[k]) for k in range(1, 30) for _ in range(2)]
        found = boxes(placed(list(dict.fromkeys(edges))))
        for (x1, y1, w1, h1), (x2, y2, w2, h2) in itertools.combinations(found, 2):
            apart = abs(x1 - x2) >= (w1 + w2) / 2 - 1e-6 or abs(y1 - y2) >= (h1 + h2) / 2 - 1e-6
            assert apart, seed


def test_nothing_to_place() -> None:
    layout = lay_out({}, [], [])
    assert (layout.width, layout.height) == (0.0, 0.0)
