"""The ONNX project's own test vectors, as its Python package makes them, for what both can do.

Each case of an operator that has a counterpart here is either run or named as having none.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from helpers import chain

from netbuilder.engine.activations.elu import ELU
from netbuilder.engine.activations.gelu import GELU
from netbuilder.engine.activations.leaky_relu import LeakyReLU
from netbuilder.engine.activations.linear import Linear
from netbuilder.engine.activations.log_softmax import LogSoftmax
from netbuilder.engine.activations.mish import Mish
from netbuilder.engine.activations.relu import ReLU
from netbuilder.engine.activations.selu import SELU
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.silu import SiLU
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.activations.softplus import Softplus
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.add import Add
from netbuilder.engine.layers.batch_norm import BatchNorm
from netbuilder.engine.layers.concat import Concat
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.layers.dropout import Dropout
from netbuilder.engine.layers.input import Input
from netbuilder.engine.layers.layer_norm import LayerNorm
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.logarithms import note_logarithms
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.network import Network
from netbuilder.engine.operation import Array, Builder, Mode, Operation

MODULES = (
    "add",
    "batch_normalization",
    "concat",
    "dropout",
    "elu",
    "gelu",
    "gemm",
    "identity",
    "layernormalization",
    "leakyrelu",
    "logsoftmax",
    "matmul",
    "max",
    "mish",
    "negativeloglikelihoodloss",
    "relu",
    "selu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy_loss",
    "softplus",
    "sum",
    "swish",
    "tanh",
)

OTHERWISE = {
    r"_expanded": "the same vectors for a graph of smaller operators",
    r"u?int\d+$": "integers",
    r"gelu_tanh": "an approximation; the engine's GELU is exact",
    r"selu(_example)?$": "alpha and gamma are constants here",
    r"training_dropout(_default)?(_mask)?$|dropout_random": "the mask depends on the generator",
    r"matmul_(3d|4d|bcast|1d|4d_1d)": "stacks of matrices",
    r"gemm_default_matrix_bias|gemm_default_scalar": "a Dense layer's bias is a vector",
    r"gemm_default_single_elem": "a Dense layer's bias is a vector",
    r"max_one_input|sum_one_input": "a single branch",
    r"concat_1d": "no axis for samples",
    r"identity_(sequence|opt)": "no tensors",
}


def cases() -> dict[str, Any]:
    """Every case of the operators in MODULES; none without the package."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            node = importlib.import_module("onnx.backend.test.case.node")
        except ImportError:
            return {}
        for name in MODULES:
            if importlib.util.find_spec(f"{node.__name__}.{name}") is not None:
                importlib.import_module(f"{node.__name__}.{name}")
    found = {case.name: case for case in node._NodeTestCases}
    wanted = {name: c for name, c in found.items() if operator(c) in RUN}
    return {n: c for n, c in wanted.items() if not any(re.search(p, n) for p in OTHERWISE)}


def operator(case: Any) -> str:
    return str(case.model.graph.node[0].op_type)


def evaluate(
    operation: Operation,
    inputs: Sequence[Array],
    parameters: Mapping[str, Array] | None = None,
    mode: Mode = "predict",
) -> Array:
    """The operation's output (m, k) for inputs (m, n_i), in their precision."""
    x = np.hstack(inputs)
    vertices, sources = [Vertex("data", Input(), ())], ["data"]
    if len(inputs) > 1:
        # One Dense for each branch picks its columns out: products with 1 and 0 are exact.
        sources = [f"branch {i}" for i in range(len(inputs))]
        vertices += [
            Vertex(name, Dense(units=part.shape[1], bias=False), ("data",))
            for name, part in zip(sources, inputs, strict=True)
        ]
    vertices.append(Vertex("it", operation, tuple(sources)))
    vertices.append(Vertex("loss", MeanSquaredError(), ("it",)))
    network = Network(vertices, x.shape[1], str(x.dtype))
    network.initialize(0)
    first = 0
    for name, part in zip(sources, inputs, strict=True):
        if name != "data":
            columns = slice(first, first + part.shape[1])
            network.set_weights({name: {"W": np.eye(x.shape[1])[:, columns]}})
            first = columns.stop
    if parameters:
        network.set_weights({"it": parameters})
    workspace = network.workspace(len(x), mode)
    workspace.load(network.augmented(x).T, None)
    with np.errstate(all="ignore"):
        workspace.run(workspace.forward)
    return np.array(workspace.output("it"))


# ---- from a case to an operation: arrays and attributes in, the expected first output out ----

Arrays = Sequence[Array]
Attributes = Mapping[str, Any]


def along(axis: int, x: Array, run: Callable[[Array], Array]) -> Array:
    """Run on rows whose units are the given axis of x; every other axis counts samples."""
    moved = np.moveaxis(x, axis, -1)
    rows = run(moved.reshape(-1, moved.shape[-1]))
    return np.moveaxis(rows.reshape(*moved.shape[:-1], -1), -1, axis)


def elementwise(make: Callable[[Attributes], Operation]) -> Callable[[Arrays, Attributes], Array]:
    def run(inputs: Arrays, attributes: Attributes) -> Array:
        (x,) = inputs[:1]
        return evaluate(make(attributes), [x.reshape(1, -1)]).reshape(x.shape)

    return run


def by_unit(operation: Operation) -> Callable[[Arrays, Attributes], Array]:
    def run(inputs: Arrays, attributes: Attributes) -> Array:
        axis = int(attributes.get("axis", -1))
        return along(axis, inputs[0], lambda rows: evaluate(operation, [rows]))

    return run


def dropped(inputs: Arrays, attributes: Attributes) -> Array:
    """In training only a rate of 0 has one answer."""
    x = inputs[0]
    rate = float(inputs[1]) if len(inputs) > 1 else 0.5
    mode: Mode = "train" if len(inputs) > 2 and inputs[2] else "predict"
    return evaluate(Dropout(rate=rate), [x.reshape(1, -1)], mode=mode).reshape(x.shape)


def added(inputs: Arrays, attributes: Attributes) -> Array:
    same = np.broadcast_arrays(*inputs)
    return evaluate(Add(), [x.reshape(1, -1) for x in same]).reshape(same[0].shape)


def largest(inputs: Arrays, attributes: Attributes) -> Array:
    """Maxout whose p-th piece of unit j is the j-th element of the p-th input."""
    units = inputs[0].size
    layer = Maxout(units=units, pieces=len(inputs), bias=False)
    row = np.concatenate([x.ravel() for x in inputs]).reshape(1, -1)
    found: Array = evaluate(layer, [row], {"W": np.eye(row.size)})
    return found.reshape(inputs[0].shape)


def concatenated(inputs: Arrays, attributes: Attributes) -> Array:
    axis = int(attributes["axis"])
    moved = [np.moveaxis(x, axis, -1) for x in inputs]
    rows = evaluate(Concat(), [x.reshape(-1, x.shape[-1]) for x in moved])
    return np.moveaxis(rows.reshape(*moved[0].shape[:-1], -1), -1, axis)


def product(inputs: Arrays, attributes: Attributes) -> Array:
    a, b = inputs[:2]
    a = a.T if attributes.get("transA") else a
    b = (b.T if attributes.get("transB") else b) * attributes.get("alpha", 1.0)
    weights = {"W": b}
    if len(inputs) > 2:
        weights["b"] = inputs[2].reshape(-1) * attributes.get("beta", 1.0)
    layer = Dense(units=b.shape[1], bias=len(inputs) > 2)
    return evaluate(layer, [np.ascontiguousarray(a)], weights)


def batch_normalised(inputs: Arrays, attributes: Attributes) -> Array:
    x, gamma, beta, mean, var = inputs
    layer = BatchNorm(eps=float(attributes.get("epsilon", 1e-5)))
    named = {"gamma": gamma, "beta": beta, "mean": mean, "var": var}
    mode: Mode = "train" if attributes.get("training_mode") else "predict"
    return along(1, x, lambda rows: evaluate(layer, [rows], named, mode))


def layer_normalised(inputs: Arrays, attributes: Attributes) -> Array:
    x, gamma, beta = inputs
    layer = LayerNorm(eps=float(attributes.get("epsilon", 1e-5)))
    rows = x.reshape(-1, gamma.size)
    named = {"gamma": gamma.ravel(), "beta": beta.ravel()}
    return evaluate(layer, [rows], named).reshape(x.shape)


def one_hot(labels: Array, classes: int) -> Array:
    return np.eye(classes, dtype=np.float32)[labels]


def cross_entropy(*, logarithms: bool) -> Callable[[Arrays, Attributes], Array]:
    """ONNX averages by the sum of the weights, the engine by the number of samples: both sums of
    losses are compared. Samples to be ignored are left out."""

    def run(inputs: Arrays, attributes: Attributes) -> Array:
        scores, labels = inputs[:2]
        classes = scores.shape[1]
        rows = np.moveaxis(scores, 1, -1).reshape(-1, classes)
        flat = labels.ravel()
        kept = np.ones(len(flat), bool)
        if "ignore_index" in attributes:
            kept = flat != attributes["ignore_index"]
        weights = inputs[2] if len(inputs) > 2 else np.ones(classes)
        loss = CategoricalCrossEntropy(
            class_weights=tuple(float(w) for w in weights) if len(inputs) > 2 else ()
        )
        parts = [slice(i, i + 1) for i in range(kept.sum())]
        reduction = attributes.get("reduction", b"mean")
        if reduction != b"none" or kept.sum() > 200:
            parts = [slice(None)]
        values = [
            total(loss, rows[kept][part], one_hot(flat[kept], classes)[part], logarithms)
            for part in parts
        ]
        if reduction == b"none":
            whole = np.zeros(len(flat), np.float32)
            if len(parts) == 1:
                return np.array(values[0])
            whole[kept] = values
            return whole.reshape(labels.shape)
        share = weights[flat[kept]].sum() if reduction == b"mean" else 1.0
        return np.array(values[0] / share)

    return run


def total(loss: CategoricalCrossEntropy, rows: Array, t: Array, logarithms: bool) -> float:
    """The sum of the samples' losses, behind a Softmax or from log-probabilities."""
    if not logarithms:
        network = chain(
            Dense(units=rows.shape[1], bias=False), Softmax(), loss,
            features=rows.shape[1], precision="float32",
        )  # fmt: skip
        network.set_weights({"0": {"W": np.eye(rows.shape[1])}})
        workspace = network.workspace(len(rows), "train")
        workspace.load(network.augmented(rows).T, t.T)
        workspace.run(workspace.forward)
        workspace.run(workspace.loss_calls)
        return float(workspace.loss) * len(rows)
    y, out = np.ascontiguousarray(rows.T), np.zeros((), np.float32)
    build = Builder(len(rows), y.dtype)
    note_logarithms(build, y)
    for call in loss.value(build, y, np.ascontiguousarray(t.T), out):
        call()
    return float(out) * len(rows)


RUN: dict[str, Callable[[Arrays, Attributes], Array]] = {
    "Identity": elementwise(lambda a: Linear()),
    "Sigmoid": elementwise(lambda a: Sigmoid()),
    "Tanh": elementwise(lambda a: Tanh()),
    "Relu": elementwise(lambda a: ReLU()),
    "LeakyRelu": elementwise(lambda a: LeakyReLU(slope=float(a.get("alpha", 0.01)))),
    "Elu": elementwise(lambda a: ELU(alpha=float(a.get("alpha", 1.0)))),
    "Selu": elementwise(lambda a: SELU()),
    "Softplus": elementwise(lambda a: Softplus()),
    "Gelu": elementwise(lambda a: GELU()),
    "Swish": elementwise(lambda a: SiLU(beta=float(a.get("alpha", 1.0)))),
    "Mish": elementwise(lambda a: Mish()),
    "Dropout": dropped,
    "Softmax": by_unit(Softmax()),
    "LogSoftmax": by_unit(LogSoftmax()),
    "Add": added,
    "Sum": added,
    "Max": largest,
    "Concat": concatenated,
    "MatMul": product,
    "Gemm": product,
    "BatchNormalization": batch_normalised,
    "LayerNormalization": layer_normalised,
    "SoftmaxCrossEntropyLoss": cross_entropy(logarithms=False),
    "NegativeLogLikelihoodLoss": cross_entropy(logarithms=True),
}

CASES = cases()


def attributes_of(case: Any) -> dict[str, Any]:
    helper = importlib.import_module("onnx.helper")
    return {a.name: helper.get_attribute_value(a) for a in case.model.graph.node[0].attribute}


@pytest.mark.skipif(not CASES, reason="the extra 'parity' is not installed")
@pytest.mark.parametrize("name", CASES or ["none"])
def test_onnx_vectors(name: str) -> None:
    case = CASES[name]
    for inputs, outputs in case.data_sets:
        got = RUN[operator(case)]([np.asarray(x) for x in inputs], attributes_of(case))
        wanted = outputs[0]
        if got.ndim == 0:
            wanted = np.sum(wanted)
        np.testing.assert_allclose(got, wanted, rtol=case.rtol / 10, atol=1e-6)


@pytest.mark.skipif(not CASES, reason="the extra 'parity' is not installed")
def test_every_operator_has_cases() -> None:
    seen = {operator(case) for case in CASES.values()}
    assert seen >= set(RUN) - {"Swish"}  # younger than the oldest package that is allowed
    assert len(CASES) > 100
