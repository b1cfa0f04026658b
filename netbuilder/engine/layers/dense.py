"""The fully connected layer."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.matrices import Total
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.operation import Builder, Call, Kernel, Operation, ParameterSpec, Ports
from netbuilder.engine.scope import Scope, Written


@register
class Dense(Operation, frozen=True):
    """Computes Z = X W + b: X (m, n_in), W (n_in, units), b (units,), Z (m, units)."""

    title: ClassVar[str] = "Dense"
    summary: ClassVar[str] = "Every input to every unit, by a weight each and a bias."
    advice: ClassVar[str] = (
        "The workhorse: use it wherever units shall be mixed. Two Dense layers without an "
        "activation between them are no more than one. More units fit more, and overfit "
        "sooner."
    )
    formula: ClassVar[str] = r"Z = H W + b"
    kind: ClassVar[str] = "layer"
    letter: ClassVar[str] = "Z"
    keywords: ClassVar[tuple[str, ...]] = ("linear", "fully connected", "affine", "neurons")

    units: Annotated[
        int, Meta(ge=1, le=4096, title="Units", description="Number of neurons of the layer.")
    ] = 4
    bias: Annotated[
        bool, Meta(title="Bias", description="Adds a learned constant to each unit.")
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
    l1: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="L1 penalty",
            description="Adds this times the sum of |w| to what is minimised: drives weights to"
            " exactly 0.",
            extra={"step": 0.001, "advanced": True},
        ),
    ] = 0.0
    l2: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            title="L2 penalty",
            description="Adds half of this times the sum of w² to what is minimised: keeps weights"
            " small. Biases are spared.",
            extra={"step": 0.001, "advanced": True},
        ),
    ] = 0.0

    def width(self, inputs: Sequence[int]) -> int:
        return self.units

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        specs = {"W": ParameterSpec((inputs[0], self.units), self.weight_init, decays=True)}
        if self.bias:
            specs["b"] = ParameterSpec((self.units,), self.bias_init, decays=False)
        return specs

    def is_trainable(self) -> bool:
        return self.trainable

    def penalty(self) -> tuple[float, float]:
        return self.l1, self.l2

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        (x,) = ports.inputs
        # W and b lie one behind the other, so with a bias they are one (n_in + 1, units) matrix
        # that multiplies the inputs with their row of ones.
        rows = x.width + self.bias
        weights = ports.flat.reshape(rows, self.units)
        inputs = x.aug if self.bias else x.value
        kernel = Kernel([build.bind(np.dot, weights.T, inputs, ports.output.value)])
        if ports.output_grad is None:
            return kernel
        backward: list[Call] = kernel.backward
        if ports.flat_grad is not None:
            grad = ports.flat_grad.reshape(rows, self.units)
            backward.append(build.bind(np.dot, inputs, ports.output_grad.T, grad))
        if ports.input_grads[0] is not None:
            backward.append(
                build.bind(np.dot, ports.params["W"], ports.output_grad, ports.input_grads[0])
            )
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        z = scope.x @ scope.params["W"]
        return z + scope.params["b"] if self.bias else z

    def write_backward(self, scope: Scope) -> Written:
        grads = {"W": scope.x.T @ scope.g}
        if self.bias:
            grads["b"] = Total(scope.g, "samples")
        return Written([scope.g @ scope.params["W"].T], grads)
