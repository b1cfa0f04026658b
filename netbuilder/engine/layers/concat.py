"""Several branches side by side."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.operation import Builder, Kernel, Operation, Ports


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
