"""The walk through one step: its numbers are the engine's, and each formula gives its own line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import reference
from parity.random_networks import Drawn, operation

from netbuilder.declare import registry
from netbuilder.engine.algebra.expression import Entry, Meaning, Place, Quantity
from netbuilder.engine.algebra.follow import leaves, quantities, sources
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.algebra.write import as_latex, as_numpy, as_text
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.clippings.no_clipping import NoClipping
from netbuilder.engine.network import Network
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.trace import trace
from netbuilder.engine.update import Update
from netbuilder.engine.walk import Walk


def bound(network: Network, optimizer: Optimizer, clipping: Clipping | None = None) -> Update:
    update = Update(network, optimizer, clipping or NoClipping())
    update.rate[...] = optimizer.learning_rate
    return update


def drawn_walk(seed: int) -> tuple[Drawn, Walk, Update]:
    """A walk through a random network by a random optimizer that has made three steps already."""
    drawn = Drawn(seed)
    optimizers = list(registry(Optimizer).values())
    clippings = list(registry(Clipping).values())
    optimizer = operation(optimizers[seed % len(optimizers)], drawn.rng)  # type: ignore[arg-type]
    clipping = clippings[seed // 3 % len(clippings)]()
    update = bound(drawn.network, optimizer, clipping)  # type: ignore[arg-type]
    network = drawn.network
    for _ in range(3):
        workspace = network.workspace(drawn.m, "train")
        workspace.load(network.augmented(drawn.x).T, drawn.t.T)
        workspace.run([*workspace.train_calls, *update.widen, *update.calls])
    return drawn, Walk(network, drawn.x, drawn.t, update), update


def agree(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-8, atol=1e-12, equal_nan=True))


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_every_formula_gives_its_line_in_random_networks(first: int) -> None:
    for seed in range(first, first + 20):
        _, walk, _ = drawn_walk(seed)
        for stage in walk.stages:
            for line in stage.lines:
                place = f"network {seed}, {stage.key}: {line.result.symbol.text()}"
                value = line.expression.value
                shape = np.broadcast_shapes(value.shape, line.result.values.shape)
                assert shape == line.result.values.shape, place
                assert agree(value, line.result.values), f"{place} = {as_text(line.expression)}"


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_every_number_is_the_engines_in_random_networks(first: int) -> None:
    for seed in range(first, first + 20):
        drawn, walk, update = drawn_walk(seed)
        network = drawn.network
        known = trace(network, drawn.x, drawn.t, update)
        for f in known.forward:
            assert np.array_equal(walk.outputs[f.node].values, f.output, equal_nan=True)
            for name, values in f.shown.items():
                shown = walk.scopes[f.node].known[name].values - (name == "winner")
                assert agree(shown, values), (seed, f.node, name)
        for b in known.backward:
            assert np.array_equal(walk.output_grads[b.node].values, b.grad_output, equal_nan=True)
            for name, values in b.grads.items():
                assert np.array_equal(walk.grads[b.node][name].values, np.atleast_2d(values))
        # What the update stages end with is what the engine has after a real step.
        memory = {k: v.copy() for k, v in update.state.items()}
        workspace = network.workspace(drawn.m, "train")
        workspace.load(network.augmented(drawn.x).T, drawn.t.T)
        workspace.run([*workspace.train_calls, *update.widen, *update.calls])
        for node, named in network.get_weights().items():
            for name, values in named.items():
                running = "running " if name in ("mean", "var") else ""
                line = walk.lines.get(f"{node}:new {running}{name}")
                if line is not None:
                    assert agree(line.result.values, values), (seed, node, name)
        assert memory.keys() == update.state.keys()
        for key, vector in update.state.items():
            by_node = network.weights_from(np.resize(vector, network.params.size))
            for node, grads in walk.grads.items():
                for name in grads:
                    new = walk.quantities[f"{node}:{name} {key}"]
                    assert agree(new.values, np.atleast_2d(by_node[node][name])), (seed, key)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_number_is_that_of_its_own_expression(first: int) -> None:
    """What is written for one number gives that number, from the places that it names."""
    for seed in range(first, first + 20):
        _, walk, _ = drawn_walk(seed)
        rng = np.random.default_rng(seed)
        for line in walk.lines.values():
            rows, columns = line.expression.shape
            i, j = int(rng.integers(rows)), int(rng.integers(columns))
            single = line.expression.at(i, j)
            where = (seed, line.result.key, as_text(single))
            assert single.shape == (1, 1), where
            assert agree(single.value[0, 0], line.expression.value[i, j]), where
            named = {q.key for q in quantities(line.expression)}
            for leaf in leaves(single):
                if isinstance(leaf, Entry):
                    assert leaf.place.key in named
                    assert (
                        leaf.value[0, 0] == leaf.quantity.values[leaf.place.row, leaf.place.column]
                    )


@pytest.mark.parametrize("seed", range(12))
def test_where_a_number_comes_from_and_goes_to_agree(seed: int) -> None:
    _, walk, _ = drawn_walk(seed)
    rng = np.random.default_rng(seed)
    for line in walk.lines.values():
        if line.aside:
            continue
        rows, columns = line.result.values.shape
        i, j = int(rng.integers(rows)), int(rng.integers(columns))
        for source in walk.comes_from(Place(line.result.key, i, j))[:4]:
            mask = walk.goes_to(source)[line.result.key]
            assert np.broadcast_to(mask, (rows, columns))[i, j], (line.result.key, source)


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_the_python_code_computes_the_same(seed: int) -> None:
    """The lines, run one after the other as a program, give the same numbers."""
    _, walk, _ = drawn_walk(seed)
    for stage in walk.stages:
        for line in stage.lines:
            code = as_numpy(line.expression)
            if "scipy" in code:
                continue
            used = {q.symbol.numpy(): q.values for q in quantities(line.expression)}
            with np.errstate(all="ignore"):
                value = eval(code, {"np": np, **used})
            finite = np.isfinite(line.result.values)
            assert (
                agree(np.broadcast_to(value, finite.shape)[finite], line.result.values[finite])
                or not np.isfinite(value).all()
            ), code


def logistic() -> Walk:
    """The lectures' 2-3-1 network, from the printed weights."""
    from netbuilder.engine.activations.sigmoid import Sigmoid
    from netbuilder.engine.graph import Vertex
    from netbuilder.engine.initializers.values import Values
    from netbuilder.engine.layers.dense import Dense
    from netbuilder.engine.layers.input import Input
    from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
    from netbuilder.engine.optimizers.sgd import SGD

    data = reference("logistic_2_3_1")

    def dense(units: int, w: str, b: str) -> Dense:
        return Dense(units=units, weight_init=Values(data[w]), bias_init=Values(data[b]))

    vertices = [
        Vertex("data", Input(), ()),
        Vertex("hidden", dense(3, "W1", "b1"), ("data",)),
        Vertex("h", Sigmoid(), ("hidden",)),
        Vertex("out", dense(1, "W2", "b2"), ("h",)),
        Vertex("y", Sigmoid(), ("out",)),
        Vertex("loss", BinaryCrossEntropy(), ("y",)),
    ]
    network = Network(vertices, 2)
    network.initialize(0)
    x, y = np.array(data["X"]), np.array(data["Y"])
    return Walk(network, x, y, bound(network, SGD(learning_rate=0.1)))


def test_the_lectures_walk() -> None:
    walk = logistic()
    assert [s.lines[-1].result.symbol.text() for s in walk.stages[1:]] == [
        "Z¹", "H¹", "Z²", "Ŷ", "J", "∂J/∂Ŷ",
        "∂J/∂Z²", "∂J/∂b²", "∂J/∂H¹", "∂J/∂Z¹", "∂J/∂b¹", "b¹ new", "b² new",
    ]  # fmt: skip
    formulas = {
        line.result.symbol.text(): as_text(line.expression)
        for stage in walk.stages
        for line in stage.lines
        if not line.aside
    }
    assert formulas["Z¹"] == "X · W¹ + b¹"
    assert formulas["H¹"] == "σ(Z¹)"
    assert formulas["∂J/∂W²"] == "H¹ᵀ · ∂J/∂Ŷ" or formulas["∂J/∂W²"] == "H¹ᵀ · ∂J/∂Z²"
    assert formulas["∂J/∂H¹"] == "∂J/∂Z² · W²ᵀ"
    assert formulas["∂J/∂Z¹"] == "∂J/∂H¹ ⊙ σ′(Z¹)"
    assert formulas["W¹ new"] == "W¹ - η · ∂J/∂W¹"


def test_one_number_written_out() -> None:
    """z of the first hidden unit for the first sample: 1 * 1 + 2 * (-1) + 4 = 3."""
    line = logistic().lines["hidden:output"]
    single = line.expression.at(0, 0)
    assert as_text(single, numbers=True) == "1 · 1 + 2 · (-1) + 4"
    assert single.value[0, 0] == 3.0
    assert as_text(single) == "x₁₁ · w¹₁₁ + x₁₂ · w¹₂₁ + b¹₁"
    assert as_latex(single).startswith(r"x_{11} \, w_{11}^{(1)}")


def test_a_long_sum_is_written_with_dots() -> None:
    a = Quantity("a", Symbol("A"), np.ones((1, 20)))
    b = Quantity("b", Symbol("B"), np.ones((20, 1)))
    words = as_text((a @ b).at(0, 0), numbers=True)
    assert words == "1 · 1 + 1 · 1 + 1 · 1 + 1 · 1 + … + 1 · 1"


def test_two_minus_signs_do_not_meet() -> None:
    a = Quantity("a", Symbol("A"), np.full((1, 1), -2.0))
    assert as_text(-a, numbers=True) == "-(-2)"
    assert as_latex(1.0 - -a, numbers=True) == r"1 - \left( -\left( -2 \right) \right)"


def test_a_power_is_not_taken_for_a_part_of_the_name() -> None:
    h = Quantity("h", Symbol("H", "1"), np.full((2, 1), 3.0), Meaning("sample"))
    grad = Quantity("g", Symbol("W", "1").derived(), np.ones((1, 1)))
    assert as_text(h**2) == "(H¹)²"
    assert as_text(h.at(0, 0) ** 2) == "h¹₁²"
    assert as_text(h.at(0, 0) ** 2, numbers=True) == "3²"
    assert as_text(grad**2) == "(∂J/∂W¹)²"
    assert as_latex(grad**2).startswith(r"{\left( \frac")
    assert as_numpy(h**2) == "H1**2"


def test_greek_letters_below_a_name_are_greek() -> None:
    assert Symbol("m", "1", "gamma").text() == "m¹γ"
    assert Symbol("m", "1", "gamma").entry("3").latex() == r"m_{\gamma,3}^{(1)}"


def test_a_very_long_sum_is_taken_apart_only_where_it_is_read() -> None:
    """The sum of 1000 squares: what is written is the same as of a short one."""
    a = Quantity("a", Symbol("A"), np.arange(1000.0)[:, np.newaxis], rows=Meaning("sample"))
    total = Total(a**2, "samples")
    single = total.at(0, 0)
    assert single.value[0, 0] == (np.arange(1000.0) ** 2).sum()
    words = as_text(single, numbers=True)
    assert words == "0² + 1² + 2² + 3² + … + 999²"
    assert as_text(single) == "a₁² + a₂² + a₃² + a₄² + … + a₁₀₀₀²"
    assert len(sources(total, 0, 0)) == 1000
    assert sum(isinstance(leaf, Entry) for leaf in leaves(single)) == 1000


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_where_a_number_comes_from_is_what_its_expression_names(seed: int) -> None:
    _, walk, _ = drawn_walk(seed)
    rng = np.random.default_rng(seed)
    for line in walk.lines.values():
        rows, columns = line.expression.shape
        i, j = int(rng.integers(rows)), int(rng.integers(columns))
        named = {leaf.place for leaf in leaves(line.expression.at(i, j)) if isinstance(leaf, Entry)}
        found = set(sources(line.expression, i, j))
        assert named <= found, line.result.key
        single = {p for p in found - named if walk.quantities[p.key].is_scalar}
        assert found == named | single, line.result.key


def test_an_accent_that_a_capital_has_no_character_for_stands_beside_it() -> None:
    assert Symbol("Y", accent="hat").text() == "Ŷ"
    assert Symbol("Z", "1", accent="tilde").text() == "Z˜¹"
    assert Symbol("Z", "1", accent="tilde").entry("11").text() == "z̃¹₁₁"
