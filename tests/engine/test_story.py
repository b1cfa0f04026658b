"""What is told of one number: the chain rule of a weight, its update, and its own formula."""

from __future__ import annotations

import numpy as np
import pytest
from engine.test_nudge import walk_through
from engine.test_walk import bound, drawn_walk, logistic
from helpers import chain, targets_for

from netbuilder.declare import registry
from netbuilder.engine import story
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.algebra.expression import Expression, Place
from netbuilder.engine.algebra.matrices import Opaque
from netbuilder.engine.algebra.write import as_latex, as_text
from netbuilder.engine.chain_rule import chain_rule
from netbuilder.engine.clipping import Clipping
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.loss import Loss
from netbuilder.engine.nudge import Weight
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.walk import Walk

W13 = Weight("hidden", "W", 0, 2)


def opaque(expression: Expression) -> bool:
    return isinstance(expression, Opaque) or any(opaque(o) for o in expression.operands)


def test_the_chain_rule_of_the_lectures_weight() -> None:
    """dJ/dw13 = sum of x1 dJ/dh3 f'(z3):

    1 *  0.0819449 * 0.196612    =  0.0161113
    2 * -0.713279  * 0.00664806  = -0.00948384
    3 * -0.714170  * 0.000910221 = -0.00195016
    4 *  0.0367206 * 0.00664806  =  0.000976482
                                    0.00565382
    """
    rule = chain_rule(logistic(), W13)
    assert rule is not None
    assert rule.columns == ("x₁", "∂J/∂h¹₃", "σ′(z¹₃)")
    assert rule.latex == (
        r"\frac{\partial J}{\partial w_{13}^{(1)}} = \sum_s x_{s1} \, "
        r"\frac{\partial J}{\partial h_{s3}^{(1)}} \, \sigma'(z_{s3}^{(1)})"
    )
    rows = [[f"{v:.6g}" for v, _ in t.factors] + [f"{t.product:.6g}"] for t in rule.terms]
    assert rows == [
        ["1", "0.0819449", "0.196612", "0.0161113"],
        ["2", "-0.713279", "0.00664806", "-0.00948384"],
        ["3", "-0.71417", "0.000910221", "-0.00195016"],
        ["4", "0.0367206", "0.00664806", "0.000976482"],
    ]
    assert f"{rule.total:.6g}" == "0.00565382"
    assert rule.terms[1].factors[1][1] == Place("h:output gradient", 1, 2)


def test_a_bias_has_no_input_among_its_factors() -> None:
    rule = chain_rule(logistic(), Weight("hidden", "b", 0, 2))
    assert rule is not None
    assert rule.columns == ("∂J/∂h¹₃", "σ′(z¹₃)")
    assert sum(t.product for t in rule.terms) == pytest.approx(rule.total, rel=1e-12)


def test_a_penalty_is_a_term_of_its_own() -> None:
    walk = walk_through(Dense(units=2, l2=0.1), Sigmoid(), Dense(units=1))
    rule = chain_rule(walk, Weight("0", "W", 0, 1))
    assert rule is not None
    assert rule.penalty == "λ₂ · w¹₁₂"
    assert [t.sample for t in rule.terms] == [0, 1, 2, 3, 4, 5, None]
    w = walk.params["0"]["W"].values[0, 1]
    assert rule.terms[-1].product == pytest.approx(0.1 * w, rel=1e-15)
    assert rule.latex.endswith(r"+ \lambda_2 \, w_{12}^{(1)}")


def test_a_neuron_written_out() -> None:
    """z = 1 * (-2) + 2 * 2 - 3 = -1 and h = 1 / (1 + e) = 0.268941."""
    walk = logistic()
    z, h = story.formulas(walk, Place("h:output", 0, 2))
    assert as_text(z.expression) == "x₁₁ · w¹₁₃ + x₁₂ · w¹₂₃ + b¹₃"
    assert as_text(z.expression, numbers=True) == "1 · (-2) + 2 · 2 + (-3)"
    assert z.value == -1.0
    assert as_text(h.expression, numbers=True) == "σ(-1)"
    assert h.inside is not None
    assert as_text(h.inside, numbers=True) == "1 / (1 + exp(-(-1)))"
    assert f"{h.value:.6g}" == "0.268941"
    following = story.follows(walk, Place("hidden:output", 0, 2))
    assert following is not None
    assert following.place == Place("h:output", 0, 2)


def test_a_maxout_tells_all_its_pieces_and_who_won() -> None:
    """Unit 2 of 3 with 2 pieces: columns 2 and 2 + 3 of z compete."""
    walk = walk_through(Maxout(units=3, pieces=2))
    first, second, h = story.formulas(walk, Place("0:output", 1, 1))
    assert [first.place.column, second.place.column] == [1, 4]
    assert h.value == max(first.value, second.value)
    assert story.winner(h) == (0 if first.value > second.value else 1)
    assert story.winner(first) is None


def test_a_batch_norm_leads_its_error_back_through_its_sums() -> None:
    walk = walk_through(Dense(units=2), BatchNorm(), Dense(units=1))
    told = story.formulas(walk, Place("0:output gradient", 3, 1))
    names = [as_text(f.result) for f in told]
    assert names == ["∂J/∂z̃¹₄₂", "s¹₁,₂", "s¹₂,₂", "∂J/∂z¹₄₂"]
    assert all(f.place.column == 1 for f in told)


def test_the_update_line_with_its_numbers() -> None:
    """-2 - 0.1 * 0.00565382 = -2.00057."""
    (line,) = story.update(logistic(), W13)
    assert as_text(line.expression, numbers=True) == "-2 - 0.1 · 0.00565382"
    assert f"{line.value:.6g}" == "-2.00057"


def test_what_a_number_is() -> None:
    walk = logistic()
    kinds = {
        Place("data:output", 1, 0): "input",
        Place("loss:targets", 1, 0): "target",
        Place("h:output", 1, 2): "output",
        Place("h:output gradient", 1, 2): "error",
        Place("hidden:W", 0, 2): "weight",
        Place("hidden:d W", 0, 2): "gradient of weight",
        Place("hidden:new W", 0, 2): "new weight",
        Place("loss:J", 0, 0): "loss",
        Place("h:d slope", 1, 2): "other",
    }
    for place, kind in kinds.items():
        found = story.subject(walk, place)
        assert found.kind == kind, place
        assert (found.weight == W13) == ("weight" in kind)
    assert story.subject(walk, Place("h:d slope", 1, 2)).name == "slope"
    assert story.subject(walk, Place("h:output", 1, 2)).sample == 1
    assert story.subject(walk, Place("hidden:W", 0, 2)).sample is None


def test_the_loss_is_a_sum_over_the_samples() -> None:
    """J = (-log 0.89074 - log(1 - 0.951039) - log(1 - 0.952226) - log 0.951039) / 4
    = (0.115703 + 3.01673 + 3.04128 + 0.0502002) / 4 = 1.55598."""
    found = story.summands(logistic(), Place("loss:J", 0, 0))
    assert [f"{s.value:.4g}" for s in found] == ["0.02893", "0.7542", "0.7603", "0.01255"]
    assert sum(s.value for s in found) == pytest.approx(1.5559781614141204, rel=1e-14)
    assert story.summands(logistic(), Place("hidden:output", 0, 2)) == [], "short enough as it is"


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_every_story_adds_up_in_random_networks(first: int) -> None:
    for seed in range(first, first + 20):
        _, walk, _ = drawn_walk(seed)
        rng = np.random.default_rng(seed)
        for key, q in walk.quantities.items():
            place = Place(key, int(rng.integers(q.shape[0])), int(rng.integers(q.shape[1])))
            about = story.subject(walk, place)
            assert about.node in (*walk.outputs, walk.loss), key
            told = story.formulas(walk, place)
            for f in told:
                value = f.expression.value[0, 0]
                assert value == pytest.approx(f.value, rel=1e-8, abs=1e-12, nan_ok=True), place
            assert not told or told[-1].place == place
            many = story.summands(walk, place)
            if many and np.isfinite(told[-1].value):
                total = sum(s.value for s in many)
                assert total == pytest.approx(told[-1].value, rel=1e-8, abs=1e-12)
            if about.weight is None:
                continue
            rule = chain_rule(walk, about.weight)
            trained = walk.network.slots[about.node].trainable
            assert (rule is not None) == trained == bool(story.update(walk, about.weight))
            if rule is not None:
                total = sum(t.product for t in rule.terms)
                assert total == pytest.approx(rule.total, rel=1e-8, abs=1e-12), (seed, place)
                for t in rule.terms:
                    if t.factors:
                        assert len(t.factors) == len(rule.columns)
                        product = np.prod([v for v, _ in t.factors])
                        assert product == pytest.approx(t.product, rel=1e-9, abs=1e-300)


# ---- everything that is registered ---------------------------------------------------------------

INNER = [c for c in registry(Operation).values() if c.kind not in ("input", "loss")]
LOSSES = [c for c in registry(Operation).values() if issubclass(c, Loss)]


def check_told(walk: Walk, key: str) -> None:
    """All that is told of a quantity is there in symbols, in numbers and for the typesetter."""
    q = walk.quantities[key]
    told = story.formulas(walk, Place(key, 0, q.shape[1] - 1))
    assert told, f"nothing is told of {key}"
    for f in told:
        assert not opaque(f.expression), as_text(f.expression)
        assert as_text(f.expression)
        assert as_text(f.expression, numbers=True)
        words = as_latex(f.result) + as_latex(f.expression)
        assert words.count("{") == words.count("}")


@pytest.mark.parametrize("kind", INNER, ids=lambda c: c.__name__)
def test_every_layer_tells_how_its_numbers_come_about(kind: type[Operation]) -> None:
    made = kind()
    loss = LOSSES[[c.__name__ for c in LOSSES].index("MeanSquaredError")]()
    network = chain(Dense(units=3), made, Dense(units=2), loss)
    if made.inputs[0] > 1:
        from netbuilder.engine.graph import Vertex
        from netbuilder.engine.network import Network

        at = {v.id: v for v in network.vertices}
        at["1"] = Vertex("1", made, ("0", "0b"))
        at["0b"] = Vertex("0b", Dense(units=3), ("data",))
        last = Vertex(network.loss_id, network.loss, (network.output_id,))
        network = Network([*at.values(), last], 2)
        network.initialize(1)
    optimizer = next(iter(registry(Optimizer).values()))()
    x = np.random.default_rng(1).normal(size=(4, 2))
    walk = Walk(
        network,
        x,
        targets_for(loss, 4, 2),
        bound(network, optimizer),
    )
    for stage in walk.stages:
        for line in stage.lines:
            check_told(walk, line.result.key)


@pytest.mark.parametrize("kind", LOSSES, ids=lambda c: c.__name__)
def test_every_loss_tells_how_it_comes_about(kind: type[Loss]) -> None:
    loss = kind()
    last = [registry(Operation)[loss.after[0]]()] if loss.after else []
    network = chain(Dense(units=3), *last, loss)
    optimizer = next(iter(registry(Optimizer).values()))()
    x = np.random.default_rng(1).normal(size=(4, 2))
    walk = Walk(network, x, targets_for(loss, 4, 3), bound(network, optimizer))
    check_told(walk, f"{walk.loss}:J")
    check_told(walk, walk.output_grads[network.output_id].key)


@pytest.mark.parametrize("clip", list(registry(Clipping).values()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("kind", list(registry(Optimizer).values()), ids=lambda c: c.__name__)
def test_every_optimizer_shows_its_state_and_its_line(
    kind: type[Optimizer], clip: type[Clipping]
) -> None:
    network = chain(Dense(units=3), Sigmoid(), Dense(units=1), LOSSES[0]())
    optimizer = kind(weight_decay=0.01)
    update = bound(network, optimizer, clip())
    x = np.random.default_rng(1).normal(size=(4, 2))
    y = targets_for(network.loss, 4, 1)
    for _ in range(2):
        workspace = network.workspace(4, "train")
        workspace.load(network.augmented(x).T, y.T)
        workspace.run([*workspace.train_calls, *update.calls])
    walk = Walk(network, x, y, update)
    weight = Weight("0", "W", 1, 2)
    told = story.update(walk, weight)
    assert told[-1].place == Place("0:new W", 1, 2)
    for f in told:
        assert not opaque(f.expression), as_text(f.expression)
        assert f.expression.value[0, 0] == pytest.approx(f.value, rel=1e-9, abs=1e-15)
    keys = [f.place.key for f in told]
    assert "0:W decayed" in keys
    assert ("0:W clipped" in keys) == (clip.__name__ != "NoClipping")
    for name in optimizer.state:
        assert f"0:W {name}" in keys, f"{kind.__name__} does not show its {name}"
