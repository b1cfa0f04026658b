"""Several branches side by side."""

import itertools
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.matrices import Beside, Columns
from netbuilder.engine.operation import Builder, Kernel, Operation, Ports
from netbuilder.engine.scope import Scope, Written


@register
class Concat(Operation, frozen=True):
    """Computes y = [x_1, x_2, …]: the units of all inputs in the order of their wires."""

    title: ClassVar[str] = "Concat"
    summary: ClassVar[str] = "Puts several branches side by side into one wider signal."
    advice: ClassVar[str] = (
        "For joining branches that have learned different things. Unlike Add it keeps them "
        "apart and makes the next layer wider."
    )
    formula: ClassVar[str] = r"y = [x_1, x_2, \dots]"
    kind: ClassVar[str] = "layer"
    inputs: ClassVar[tuple[int, int | None]] = (2, None)
    letter: ClassVar[str] = "C"
    keywords: ClassVar[tuple[str, ...]] = ("concatenate", "join", "skip", "merge", "stack")

    def width(self, inputs: Sequence[int]) -> int:
        return sum(inputs)

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        kernel = Kernel([])
        first = 0
        for signal, dx in zip(ports.inputs, ports.input_grads, strict=True):
            rows = slice(first, first + signal.width)
            first += signal.width
            kernel.forward.append(build.bind(np.copyto, ports.output.value[rows], signal.value))
            if ports.output_grad is not None and dx is not None:
                kernel.backward.append(build.bind(np.copyto, dx, ports.output_grad[rows]))
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return Beside(*scope.inputs)

    def write_backward(self, scope: Scope) -> Written:
        ends = list(itertools.accumulate(x.shape[1] for x in scope.inputs))
        return Written(
            [
                Columns(scope.g, end - x.shape[1], end)
                for x, end in zip(scope.inputs, ends, strict=True)
            ]
        )
