"""The computational graph: its gradients are the engine's, and what is folded keeps its sums."""

from __future__ import annotations

import numpy as np
import pytest
from engine.test_walk import drawn_walk, logistic

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.computation import Computation
from netbuilder.engine.computation_builder import TooLarge, matrices, numbers
from netbuilder.engine.computation_graph import Graph
from netbuilder.engine.walk import Walk

# The perceptron criterion and Hinge at a tie have subgradients of their own: the engine's count.
BY_DEFINITION = {"PerceptronCriterion", "Hinge"}


def one_sample() -> Computation:
    """The first sample of the lectures' example alone: x = (1, 2), y = 1."""
    walk = logistic()
    return Computation(
        Walk(
            walk.network,
            walk.outputs["data"].values[:1],
            walk.targets.values[:1],
            walk.update,
        )
    )


def balanced(computation: Computation, graph: Graph, place: str) -> None:
    """What an edge carries is what it comes from, and what comes back adds up."""
    back: dict[str, np.ndarray] = {}
    for edge in graph.edges:
        source = graph.nodes[edge.source]
        if source.quantity is not None:
            assert np.array_equal(source.value, edge.value, equal_nan=True), (place, source.key)
        if edge.grad is not None:
            back[edge.source] = back.get(edge.source, 0.0) + edge.grad
    for key, node in graph.nodes.items():
        if node.grad is None or key not in back or key.startswith("▸"):
            continue
        if node.text.endswith("softmax"):  # several results, each with an edge of its own
            continue
        if node.quantity is not None and computation.by_engine(node.quantity.key):
            continue
        assert np.allclose(back[key], node.grad, rtol=1e-8, atol=1e-11, equal_nan=True), (
            place,
            key,
        )


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_gradients_by_the_formulas_are_the_engines_in_random_networks(first: int) -> None:
    for seed in range(first, first + 20):
        _, walk, _ = drawn_walk(seed)
        computation = Computation(walk)
        for key, plain in computation.by_formulas.items():
            total = computation.totals[key]
            kind = type(walk.network.loss).__name__
            if kind in BY_DEFINITION and key == walk.outputs[walk.network.output_id].key:
                continue
            scale = np.abs(total[np.isfinite(total)]).max(initial=1e-3)
            assert np.allclose(plain, total, rtol=1e-8, atol=1e-12 * scale, equal_nan=True), (
                seed,
                key,
            )


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_what_comes_back_adds_up_folded_or_not(first: int) -> None:
    for seed in range(first, first + 20):
        drawn, walk, update = drawn_walk(seed)
        computation = Computation(walk)
        plain = matrices(computation)
        balanced(computation, plain, f"{seed} plain")
        balanced(computation, matrices(computation, plain.groups), f"{seed} folded")
        balanced(computation, matrices(computation, opened=plain.inner), f"{seed} opened")
        alone = Computation(Walk(walk.network, drawn.x[:1], drawn.t[:1], update))
        plain = numbers(alone, 0, most=5000)
        balanced(alone, plain, f"{seed} numbers")
        balanced(alone, numbers(alone, 0, plain.groups, most=5000), f"{seed} folded numbers")
        balanced(alone, numbers(alone, 0, opened=plain.inner, most=5000), f"{seed} opened numbers")


def test_the_lectures_network_as_matrices() -> None:
    """X · W + b, σ, X · W + b, σ and the cross-entropy, each operation a circle of its own."""
    graph = matrices(Computation(logistic()))
    signs = [n.text for n in graph.nodes.values() if n.kind == "operation"]
    # J = 1/m Σ (-(y log ŷ) - (1 - y) log(1 - ŷ))
    assert sorted(signs) == sorted(
        [*"×+σ×+σ", "× 1/m", "Σ", "−", "−x", "⊙", "log", "⊙", "1 − x", "log", "1 − x"]
    )
    values = {n.text for n in graph.nodes.values() if n.kind == "value"}
    assert values == {"X", "W¹", "b¹", "Z¹", "H¹", "W²", "b²", "Z²", "Ŷ", "Y", "J"}


def test_one_operation_a_layer() -> None:
    computation = Computation(logistic())
    graph = matrices(computation, matrices(computation).groups)
    folded = [n.text for n in graph.nodes.values() if n.kind == "operation"]
    assert folded == ["Dense", "Sigmoid", "Dense", "Sigmoid", "BCE"]
    dense = next(n.key for n in graph.nodes.values() if n.text == "Dense")
    into = [graph.nodes[edge.source].text for edge in graph.edges if edge.target == dense]
    assert into == ["X", "W¹", "b¹"]
    assert "J" in {n.text for n in graph.nodes.values()}, "the result of the loss is no part of it"


def test_a_single_sample_number_by_number() -> None:
    """z¹₁ = 1 · 1 + 2 · (-1) + 4 = 3, z² = 2 σ(3) + 0 σ(11) - 3 σ(-1) + 1 = 2.098325...,
    ŷ = σ(z²); J = -log ŷ, so dJ/dŷ = -1/ŷ and dJ/dz² = ŷ - 1."""
    computation = one_sample()
    graph = numbers(computation, 0)
    sigmoid = {
        graph.nodes[edge.target].text: edge for edge in graph.edges if edge.source.endswith("/@0,0")
    }
    z = next(n for n in graph.nodes.values() if n.text == "z¹₁")
    assert z.value[0, 0] == 3.0
    h = [1 / (1 + np.exp(-a)) for a in (3.0, 11.0, -1.0)]
    score = 2 * h[0] - 3 * h[2] + 1
    y = 1 / (1 + np.exp(-score))
    out = sigmoid["ŷ₁"]
    assert out.value[0, 0] == pytest.approx(y, rel=1e-14)
    assert out.grad is not None
    assert out.grad[0, 0] == pytest.approx(-1 / y, rel=1e-12)
    z2 = next(n for n in graph.nodes.values() if n.text == "z²₁")
    into = next(edge for edge in graph.edges if edge.source == z2.key)
    assert into.value[0, 0] == pytest.approx(score, rel=1e-14)
    assert into.grad is not None
    assert into.grad[0, 0] == pytest.approx(y - 1, rel=1e-12)


def test_sigma_opens_into_what_it_is_made_of() -> None:
    """σ(z) = 1 / (1 + exp(-z)): from z to -z, exp, + 1 and 1/x; it comes back as σ' = h (1 - h)."""
    computation = one_sample()
    plain = numbers(computation, 0)
    sigma = next(n for n in plain.nodes.values() if n.text == "σ" and n.inner)
    graph = numbers(computation, 0, opened={sigma.inner})
    made_of = [n.text for n in graph.nodes.values() if n.within == sigma.inner]
    assert sorted(made_of) == ["+ 1", "1/x", "exp", "−x"]
    source = next(edge for edge in plain.edges if edge.target == sigma.key)
    opened = next(
        edge
        for edge in graph.edges
        if edge.source == source.source and graph.nodes[edge.target].text == "−x"
    )
    assert source.grad is not None
    assert opened.grad is not None
    assert opened.grad[0, 0] == pytest.approx(source.grad[0, 0], rel=1e-12)


def test_one_of_several_samples_and_the_others_together() -> None:
    """J is the mean over 4 samples: one is drawn, the other three are one value."""
    computation = Computation(logistic())
    graph = numbers(computation, 2)
    rest = next(n for n in graph.nodes.values() if n.kind == "rest")
    assert (rest.text, rest.count) == ("samples", 3)
    places = {n.place for n in graph.nodes.values() if n.place and n.place.key == "data:output"}
    assert places == {Place("data:output", 2, 0), Place("data:output", 2, 1)}
    # What is folded is told by keys that are the same for every sample.
    other = numbers(computation, 0)
    assert {n.key for n in graph.nodes.values() if n.inner} == {
        n.key for n in other.nodes.values() if n.inner
    }


def test_gradients_are_known_from_j_back() -> None:
    """Forwards the nodes follow the stages, and backwards the gradients: dJ/dŷ before dJ/dW²
    before dJ/dW¹."""
    computation = Computation(logistic())
    nodes = {n.text: n for n in matrices(computation).nodes.values() if n.kind == "value"}
    order = [nodes[name].stage for name in ("X", "Z¹", "H¹", "Z²", "Ŷ", "J")]
    assert order == [0, 1, 2, 3, 4, 5]
    back = [nodes[name].grad_stage for name in ("J", "Ŷ", "Z²", "W²", "H¹", "Z¹", "W¹")]
    assert back == [6, 6, 7, 8, 9, 10, 11]
    assert nodes["X"].grad_stage is None
    assert nodes["Y"].grad_stage is None


def test_a_large_network_says_so_and_one_neuron_of_it_is_drawn() -> None:
    _, walk, _ = drawn_walk(30)
    computation = Computation(walk)
    with pytest.raises(TooLarge):
        numbers(computation, 0, most=50)
    first = walk.network.vertices[1].id  # a Dense behind the data
    place, nodes = computation.neuron(Place(walk.params[first]["W"].key, 0, 1), "")
    assert first in nodes
    assert place.column == 1
    graph = numbers(computation, 0, neuron=(place, nodes))
    drawn = {n.quantity.key for n in graph.nodes.values() if n.quantity is not None}
    assert walk.params[first]["W"].key in drawn
    assert computation.target not in drawn
