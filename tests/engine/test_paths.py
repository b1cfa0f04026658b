"""Paths from a weight to J: counted, and each with its product."""

from __future__ import annotations

import numpy as np
import pytest
from engine.test_nudge import walk_through
from engine.test_walk import drawn_walk, logistic
from helpers import Array

from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.layer_norm import LayerNorm
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.paths import Paths
from netbuilder.engine.walk import Walk


def test_the_lectures_weight_has_one_path() -> None:
    """w13 -> z3 -> h3 -> z2 -> y -> J for the first sample: x1 = 1 times f'(z3) = 0.196612 times
    w = -3 times dJ/dz2 = -0.0273150: 0.0161113."""
    paths = Paths(logistic(), 0)
    starts = paths.of_parameter("hidden", "W", 0, 2)
    assert paths.count(starts) == 1
    (path,) = paths.strongest(starts)
    assert [p.key.split(":")[0] for p in path.places] == ["hidden", "h", "out", "y"]
    assert [p.column for p in path.places] == [2, 2, 0, 0]
    assert f"{path.product:.6g}" == "0.0161113"


def test_paths_of_2_4_4_1_by_hand() -> None:
    """A first weight reaches one of 4 units, which reaches all 4 of the second layer, each of which
    reaches the output: 4 paths. A weight of the second layer: 1. An input: 4 * 4 = 16."""
    walk = walk_through(Dense(units=4), Tanh(), Dense(units=4), Tanh(), Dense(units=1))
    paths = Paths(walk, 0)
    assert paths.count(paths.of_parameter("0", "W", 1, 2)) == 4
    assert paths.count(paths.of_parameter("0", "b", 0, 3)) == 4
    assert paths.count(paths.of_parameter("2", "W", 3, 0)) == 1
    assert paths.count(paths.of_unit("data", 0)) == 16
    found = paths.strongest(paths.of_parameter("0", "W", 1, 2))
    assert sorted(p.places[2].column for p in found) == [0, 1, 2, 3]
    sizes = [abs(p.product) for p in found]
    assert sizes == sorted(sizes, reverse=True)


def test_the_count_is_exact_where_no_machine_number_would_hold_it() -> None:
    """12 layers of 64 units behind the first: 64^12 = 2^72 paths."""
    layers = [Dense(units=64) for _ in range(13)]
    walk = walk_through(*layers, Dense(units=1), m=2)
    paths = Paths(walk, 1)
    starts = paths.of_parameter("0", "W", 0, 5)
    assert paths.count(starts) == 64**12
    found = paths.strongest(starts)
    assert len(found) == 8
    assert all(len(p.places) == 14 for p in found)


def test_the_strongest_are_the_strongest() -> None:
    """5 * 5 * 5 = 125 paths, all of them by hand, against the eight that are told."""
    walk = walk_through(Dense(units=5), Dense(units=5), Dense(units=5), Dense(units=5))
    paths = Paths(walk, 2)
    starts = paths.of_parameter("0", "W", 0, 1)
    assert paths.count(starts) == 125
    w = [walk.params[str(i)]["W"].values for i in range(4)]
    slope = walk.lines["3:output gradient"].result.values[2]
    x = walk.outputs["data"].values[2, 0]
    by_hand = [
        x * w[1][1, i] * w[2][i, j] * w[3][j, k] * slope[k]
        for i in range(5)
        for j in range(5)
        for k in range(5)
    ]
    by_hand.sort(key=abs, reverse=True)
    assert [p.product for p in paths.strongest(starts)] == pytest.approx(by_hand[:8], rel=1e-12)


def penalty(walk: Walk, node: str, name: str, i: int, j: int) -> float:
    operation = next(v.operation for v in walk.network.vertices if v.id == node)
    if not walk.network.slots[node].specs[name].decays:
        return 0.0
    l1, l2 = operation.penalty()
    w = float(walk.params[node][name].values[i, j])
    return float(l1 * np.sign(w) + l2 * w)


@pytest.mark.parametrize("first", range(0, 80, 16))
def test_all_paths_together_are_the_gradient(first: int) -> None:
    compared = 0
    for seed in range(first, first + 16):
        _, walk, _ = drawn_walk(seed)
        rng = np.random.default_rng(seed)
        rows = [Paths(walk, row) for row in range(walk.m)]
        for node, named in walk.grads.items():
            for name, q in named.items():
                i, j = (int(rng.integers(n)) for n in q.shape)
                starts = [p.of_parameter(node, name, i, j) for p in rows]
                counts = [p.count(s) for p, s in zip(rows, starts, strict=True)]
                found = [p.strongest(s) for p, s in zip(rows, starts, strict=True)]
                assert [len(f) for f in found] == [c if c <= 64 else 8 for c in counts]
                if max(counts) > 64 or not all(p.stays for p in rows):
                    continue
                total = sum(path.product for f in found for path in f)
                total += penalty(walk, node, name, i, j)
                assert total == pytest.approx(q.values[i, j], rel=1e-8, abs=1e-12), (seed, node)
                compared += 1
    assert compared > 20


def test_a_batch_norm_reaches_other_samples_and_that_is_told() -> None:
    paths = Paths(walk_through(Dense(units=2), BatchNorm(), Dense(units=1)), 0)
    starts = paths.of_parameter("0", "W", 0, 1)
    assert paths.count(starts) == 1
    paths.strongest(starts)
    assert not paths.stays
    paths = Paths(walk_through(Dense(units=3), LayerNorm(), Dense(units=1)), 0)
    starts = paths.of_parameter("0", "W", 0, 1)
    assert paths.count(starts) == 3, "a layer norm brings all units of the sample together"
    paths.strongest(starts)
    assert paths.stays


def test_a_losing_piece_carries_nothing() -> None:
    walk = walk_through(Maxout(units=2, pieces=3), Sigmoid(), Dense(units=1))
    paths = Paths(walk, 0)
    winner: Array = walk.quantities["0:d won 1"].values  # (m, units): whether piece 1 has won
    for unit in range(2):
        (path,) = paths.strongest(paths.of_parameter("0", "W", 0, unit))
        assert (path.product != 0.0) == bool(winner[0, unit])
        assert path.places[0] == Place("0:output", 0, unit)


def test_what_would_take_too_long_is_counted_only() -> None:
    """300 * 300 * 8 beginnings between two layers are more than are compared."""
    walk = walk_through(*(Dense(units=300) for _ in range(4)), Dense(units=1), m=1)
    paths = Paths(walk, 0)
    starts = paths.of_parameter("0", "W", 0, 0)
    assert paths.count(starts) == 300**3
    assert paths.strongest(starts) == []
    assert len(paths.strongest(paths.of_parameter("2", "W", 0, 0))) == 8
