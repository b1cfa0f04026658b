"""Layer normalisation."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np

from netbuilder.declare import Meta, register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.initializers.ones import Ones
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.normalising import backward, normalise, write_backward, write_forward
from netbuilder.engine.operation import Builder, Kernel, Operation, ParameterSpec, Ports
from netbuilder.engine.scope import Scope, Written


@register
class LayerNorm(Operation, frozen=True):
    """Computes y = gamma (x - mean) / sqrt(var + eps) + beta; Ba, Kiros and Hinton (2016).

    mean and var (mean squared deviation) are those of each sample over the units, in training and
    in prediction alike; gamma and beta (n,) belong to the units.
    """

    title: ClassVar[str] = "Layer norm"
    summary: ClassVar[str] = (
        "Centres and scales the units of each sample; needs no batch, works the same everywhere."
    )
    advice: ClassVar[str] = (
        "Like Batch norm, but it looks at one sample at a time, so the size of the batch does"
        " not matter. It needs more than a few units to be of use."
    )
    formula: ClassVar[str] = (
        r"y = \gamma \, \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta,\;"
        r" \mu = \frac{1}{n} \sum_j x_j"
    )
    kind: ClassVar[str] = "normalisation"
    letter: ClassVar[str] = "N"
    keywords: ClassVar[tuple[str, ...]] = ("layer normalization", "standardise", "LN")

    eps: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            title="Epsilon",
            description="Added to the variance, so that nothing is divided by 0.",
            extra={"log": True, "advanced": True},
        ),
    ] = 1e-5
    affine: Annotated[
        bool,
        Meta(
            title="Scale and shift",
            description="Learns a factor (gamma) and an offset (beta) for each unit.",
        ),
    ] = True

    def parameters(self, inputs: Sequence[int]) -> Mapping[str, ParameterSpec]:
        if not self.affine:
            return {}
        shape = (inputs[0],)
        return {
            "gamma": ParameterSpec(shape, Ones(), decays=False),
            "beta": ParameterSpec(shape, Zeros(), decays=False),
        }

    def is_trainable(self) -> bool:
        return self.affine

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        n, m = ports.output.value.shape
        mean, var, inverse = (build.empty(1, m) for _ in range(3))
        xhat = build.empty(n, m)
        x, y = ports.inputs[0].value, ports.output.value
        calls = normalise(build, x, mean, var, inverse, xhat, self.eps, axis=0, count=n)
        if self.affine:
            gamma, beta = (ports.params[name].reshape(n, 1) for name in ("gamma", "beta"))
            calls += [build.bind(np.multiply, xhat, gamma, y), build.bind(np.add, y, beta, y)]
        else:
            calls.append(build.bind(np.copyto, y, xhat))
        kernel = Kernel(calls, shown={"mean": mean, "var": var, "xhat": xhat})
        if ports.output_grad is not None:
            kernel.backward = backward(build, ports, xhat, inverse, axis=0, count=n)
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return write_forward(scope, self.eps, "units")

    def write_backward(self, scope: Scope) -> Written:
        return write_backward(scope, self.eps, "units")
