"""The maxout layer."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression, Extreme, Meaning
from netbuilder.engine.algebra.matrices import Beside, Columns, Total
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.operation import (
    Array,
    Builder,
    Call,
    Kernel,
    Operation,
    ParameterSpec,
    Ports,
)
from netbuilder.engine.scope import Scope, Written


@register
class Maxout(Operation, frozen=True):
    """Computes h_j = max over p of (x W + b) in column p * units + j; Goodfellow et al. (2013).

    W (n_in, pieces * units), b (pieces * units,): the columns of one piece lie side by side. Where
    pieces are equal the first of them wins, and it alone gets the gradient.
    """

    title: ClassVar[str] = "Maxout"
    summary: ClassVar[str] = (
        "Several linear pieces for each unit, of which the largest counts: a bend that is learned."
    )
    advice: ClassVar[str] = (
        "Instead of a Dense layer with an activation: it learns the shape of its own bend and"
        " never saturates. It costs as many times the weights as it has pieces."
    )
    formula: ClassVar[str] = r"h_j = \max_{p} \left( \sum_i x_i w_{ij}^{(p)} + b_j^{(p)} \right)"
    kind: ClassVar[str] = "layer"
    letter: ClassVar[str] = "H"
    keywords: ClassVar[tuple[str, ...]] = ("maximum", "piecewise linear", "activation", "pieces")

    units: Annotated[
        int, Meta(ge=1, le=4096, title="Units", description="Number of outputs of the layer.")
    ] = 4
    pieces: Annotated[
        int,
        Meta(
            ge=1,
            le=32,
            title="Pieces",
            description="How many linear functions compete for each unit.",
        ),
    ] = 2
    bias: Annotated[
        bool, Meta(title="Bias", description="Adds a learned constant to each piece.")
    ] = True
    trainable: Annotated[
        bool,
        Meta(title="Trainable", description="Off: weights and biases stay as they are (frozen)."),
    ] = True
    weight_init: Annotated[
        Initializer, Meta(title="Weights start as", description="How the first weights are drawn.")
    ] = XavierUniform()
    bias_init: Annotated[
        Initializer, Meta(title="Biases start as", description="How the first biases are drawn.")
    ] = Zeros()

    def width(self, inputs: Sequence[int]) -> int:
        return self.units

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        columns = self.pieces * self.units
        specs = {"W": ParameterSpec((inputs[0], columns), self.weight_init, decays=True)}
        if self.bias:
            specs["b"] = ParameterSpec((columns,), self.bias_init, decays=False)
        return specs

    def is_trainable(self) -> bool:
        return self.trainable

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        (x,) = ports.inputs
        columns = self.pieces * self.units
        # As in a Dense layer, W and b are one matrix over the inputs with their row of ones.
        weights = ports.flat.reshape(x.width + self.bias, columns)
        inputs = x.aug if self.bias else x.value
        z = build.empty(columns, build.m)
        kernel = Kernel([build.bind(np.dot, weights.T, inputs, z)])
        piece = z.reshape(self.pieces, self.units, build.m)
        winner = np.zeros((self.units, build.m), np.intp)
        self._compete(build, kernel, piece, winner, ports.output.value)
        if ports.output_grad is None:
            return kernel
        dz = build.empty(columns, build.m)
        kernel.backward = self._share_out(build, dz, winner, ports.output_grad)
        if ports.flat_grad is not None:
            grad = ports.flat_grad.reshape(x.width + self.bias, columns)
            kernel.backward.append(build.bind(np.dot, inputs, dz.T, grad))
        if ports.input_grads[0] is not None:
            kernel.backward.append(build.bind(np.dot, ports.params["W"], dz, ports.input_grads[0]))
        return kernel

    def _compete(
        self, build: Builder, kernel: Kernel, piece: Array, winner: Array, h: Array
    ) -> None:
        better = np.zeros(winner.shape, np.bool_)
        kernel.forward.append(build.bind(np.copyto, h, piece[0]))
        if build.mode == "predict":
            kernel.forward += [build.bind(np.maximum, h, z, out=h) for z in piece[1:]]
            return
        kernel.shown["winner"] = winner
        kernel.forward.append(build.bind(winner.fill, 0))
        for p in range(1, self.pieces):
            kernel.forward += [
                build.bind(np.greater, piece[p], h, better),
                build.bind(np.copyto, winner, np.array(p), where=better),
                build.bind(np.maximum, h, piece[p], out=h),
            ]

    def _share_out(self, build: Builder, dz: Array, winner: Array, grad: Array) -> list[Call]:
        """Calls that write dJ/dz: the gradient of a unit goes to its winner, 0 to the others."""
        won = np.zeros(winner.shape, np.bool_)
        calls: list[Call] = [build.bind(dz.fill, 0.0)]
        for p, part in enumerate(dz.reshape(self.pieces, self.units, build.m)):
            calls += [
                build.bind(np.equal, winner, np.array(p), won),
                build.bind(np.copyto, part, grad, where=won),
            ]
        return calls

    def write_forward(self, scope: Scope) -> Expression:
        z = scope.x @ scope.params["W"]
        if self.bias:
            z = z + scope.params["b"]
        columns = Meaning("unit", scope.node, "z")
        pre = scope.let("Z", scope.symbol("Z"), z, columns=columns)
        winner = scope.shown["winner"]
        scope.given("winner", scope.symbol("winner"), winner + 1)
        parts = [Columns(pre, p * self.units, (p + 1) * self.units) for p in range(self.pieces)]
        return Extreme("max", *parts) if self.pieces > 1 else parts[0]

    def write_backward(self, scope: Scope) -> Written:
        winner, columns = scope.shown["winner"], Meaning("unit", scope.node, "z")
        won = [
            scope.given(f"won {p + 1}", scope.symbol("R", sub=str(p + 1)), winner == p)
            for p in range(self.pieces)
        ]
        shares = [scope.g * mask for mask in won]
        dz = scope.let("dZ", scope.symbol("Z").derived(), Beside(*shares), columns=columns)
        grads = {"W": scope.x.T @ dz}
        if self.bias:
            grads["b"] = Total(dz, "samples")
        return Written([dz @ scope.params["W"].T], grads)
