"""Categorical cross-entropy."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.loss import Encoding, Loss
from netbuilder.engine.operation import Array, Builder, Call


@register
class CategoricalCrossEntropy(Loss, frozen=True):
    """Computes J = mean over the batch of -sum_k t_k log y_k, with one-hot targets t."""

    title: ClassVar[str] = "CCE"
    summary: ClassVar[str] = "Categorical cross-entropy: for one of several classes, after Softmax."
    formula: ClassVar[str] = r"J = -\frac{1}{m} \sum_i \sum_k y_{ik} \log \hat{y}_{ik}"
    gradient_formula: ClassVar[str] = (
        r"\frac{\partial J}{\partial \hat{y}} = -\frac{1}{m} \frac{y}{\hat{y}}"
    )
    keywords: ClassVar[tuple[str, ...]] = (
        "categorical cross-entropy",
        "multiclass",
        "classification",
        "log loss",
    )
    encoding: ClassVar[Encoding] = "one_hot"
    fuses: ClassVar[str] = "Softmax"
    after: ClassVar[tuple[str, ...]] = ("Softmax",)

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        a = build.empty(*y.shape)
        factor = build.scalar(-1.0 / build.m)
        return [
            build.bind(np.log, y, a),
            build.bind(np.multiply, a, t, a),
            build.bind(np.sum, a, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(-1.0 / build.m)
        return [build.bind(np.divide, t, y, out), build.bind(np.multiply, out, factor, out)]

    def fused_value(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        # -sum_k t_k log p_k = sum_k t_k (log sum_j exp(z_j) - z_k)
        a, row = build.empty(*y.shape), build.empty(1, build.m)
        top = build.empty(1, build.m)
        factor = build.scalar(1.0 / build.m)
        return [
            build.bind(np.max, z, axis=0, out=top, keepdims=True),
            build.bind(np.subtract, z, top, a),
            build.bind(np.exp, a, a),
            build.bind(np.sum, a, axis=0, out=row, keepdims=True),
            build.bind(np.log, row, row),
            build.bind(np.add, row, top, row),
            build.bind(np.subtract, row, z, a),
            build.bind(np.multiply, a, t, a),
            build.bind(np.sum, a, out=out),
            build.bind(np.multiply, out, factor, out),
        ]

    def fused_gradient(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        factor = build.scalar(1.0 / build.m)
        return [build.bind(np.subtract, y, t, out), build.bind(np.multiply, out, factor, out)]
