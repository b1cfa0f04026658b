"""What every loss function is."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np

from netbuilder.declare import Meta
from netbuilder.engine.algebra.expression import (
    Expression,
    Meaning,
    Number,
    Product,
    Quantity,
    one_over,
)
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.operation import Array, Builder, Call, Kernel, Operation, Ports
from netbuilder.engine.scope import Scope

Encoding = Literal["number", "binary", "one_hot"]


class Loss(Operation, frozen=True):
    """Compares the network's output y (k, m) with the targets t (k, m): one number J for a batch.

    A loss that `fuses` an activation is computed together with it, from the activation's input z,
    where both together are exact and the single factors would overflow or cancel. Where J is not a
    function of y and t alone (`needs_logits`), it can only be computed so.
    """

    kind: ClassVar[str] = "loss"
    has_output: ClassVar[bool] = False
    encoding: ClassVar[Encoding] = "number"  # how class labels become targets
    fuses: ClassVar[str] = ""  # type name of an activation
    needs_logits: ClassVar[bool] = False
    after: ClassVar[tuple[str, ...]] = ()  # activations it must follow; () is any
    wants: ClassVar[str] = "probabilities"  # what those give it, in words
    raw: ClassVar[bool] = False  # whether it wants scores of either sign, without an activation
    threshold: ClassVar[float] = 0.5  # a single output of at least this means class 1
    gradient_formula: ClassVar[str] = ""

    def width(self, inputs: Sequence[int]) -> int:
        return 0

    def misfit(self, outputs: int) -> str | None:
        """Why its parameters do not go with so many outputs, as the rest of a sentence, or None."""
        return None

    def value(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        """Calls that write J into the 0-d array out."""
        raise NotImplementedError

    def gradient(self, build: Builder, y: Any, t: Any, out: Array) -> list[Call]:
        """Calls that write dJ/dy (k, m) into out."""
        raise NotImplementedError

    def fused_value(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        """The same J from the logits z (k, m)."""
        raise NotImplementedError

    def fused_gradient(self, build: Builder, z: Any, y: Any, t: Any, out: Array) -> list[Call]:
        """Calls that write dJ/dz (k, m) into out."""
        raise NotImplementedError

    # ---- in formulas ----------------------------------------------------------------------------
    # Each of these writes the same in expressions of y and t (m, k), or gives None where a loss
    # does not say so. z are the logits that lead to y by the activation that the loss fuses.

    def write_value(self, scope: Scope, y: Expression, t: Expression) -> Expression | None:
        """J."""
        return None

    def write_gradient(self, scope: Scope, y: Expression, t: Expression) -> Expression | None:
        """dJ/dy."""
        return None

    def write_fused_value(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression | None:
        """J from the logits."""
        return None

    def write_fused_gradient(
        self, scope: Scope, z: Expression, y: Expression, t: Expression
    ) -> Expression | None:
        """dJ/dz, the short form."""
        return None

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        raise TypeError("a loss is bound by its own methods")


class WeightedLoss(Loss, frozen=True):
    """A loss over classes, in which some classes may count more than others.

    With class weights J is the plain average over the batch of w_i times the loss of sample i,
    where w_i is the weight of the sample's class: the sum is divided by the number of samples, not
    by the sum of the weights. A single output has the classes 0 and 1, several have one each.
    """

    class_weights: Annotated[
        tuple[float, ...],
        Meta(
            title="Class weights",
            description="How much each class counts, one number a class; empty: all count 1.",
            extra={"advanced": True},
        ),
    ] = ()

    def __post_init__(self) -> None:
        for weight in self.class_weights:
            if isinstance(weight, tuple) or not (math.isfinite(weight) and weight >= 0.0):
                raise ValueError("class weights of 0 and above, in one list")

    def misfit(self, outputs: int) -> str | None:
        given, classes = len(self.class_weights), max(outputs, 2)
        if given in (0, classes):
            return None
        noun = "class weight" if given == 1 else "class weights"
        return f"has {given} {noun}, but there are {classes} classes"

    def write_share(self, scope: Scope, t: Expression) -> Expression:
        """1/m, times the weight of each sample's class where classes have weights."""
        share = over_samples(scope)
        if not self.class_weights:
            return share
        if "class weight" not in scope.known:
            weights = np.array(self.class_weights)
            if t.shape[1] == 1:
                first, second = map(float, weights)
                of_sample: Expression = Number(first) + Number(second - first) * t
            else:
                named = scope.given(
                    "class weights", Symbol("c"), weights[:, np.newaxis], rows=t_columns(t)
                )
                of_sample = t @ named
            scope.let("class weight", Symbol("w", sub="s"), of_sample)
        return Product(share, scope.known["class weight"])

    def weigh(self, build: Builder, t: Any, values: Array) -> list[Call]:
        """Calls that multiply each column of values (k, m) by the weight of its sample's class."""
        if not self.class_weights:
            return []
        k, m = values.shape
        problem = self.misfit(k)
        if problem is not None:
            raise self.fail(problem)
        row = build.empty(1, m)
        if k == 1:
            first, second = self.class_weights
            calls = [
                build.bind(np.multiply, t, build.scalar(second - first), row),
                build.bind(np.add, row, build.scalar(first), row),
            ]
        else:
            weights = np.array([self.class_weights], build.dtype)
            calls = [build.bind(np.dot, weights, t, row)]
        return [*calls, build.bind(np.multiply, values, row, values)]


def over_samples(scope: Scope) -> Number:
    """1/m."""
    return one_over(scope.m, "m")


def over_all(y: Expression) -> Number:
    """1/(m k), for a mean over all elements."""
    return one_over(y.shape[0] * y.shape[1], "m k" if y.shape[1] > 1 else "m")


def t_columns(t: Expression) -> Meaning:
    """What the columns of the targets are."""
    return t.columns if isinstance(t, Quantity) else Meaning()
