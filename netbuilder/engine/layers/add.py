"""The sum of several branches."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.algebra.expression import Expression, Sum
from netbuilder.engine.operation import Builder, Kernel, Operation, Ports
from netbuilder.engine.scope import Scope, Written


@register
class Add(Operation, frozen=True):
    """Computes y = x_1 + x_2 + …, unit by unit; all inputs have one width."""

    title: ClassVar[str] = "Add"
    summary: ClassVar[str] = "Adds several branches unit by unit: a shortcut past some layers."
    advice: ClassVar[str] = (
        "For shortcuts round some layers, so that gradients reach the early ones in a deep "
        "network. All inputs need the same number of units; otherwise use Concat."
    )
    formula: ClassVar[str] = r"y = x_1 + x_2 + \dots"
    kind: ClassVar[str] = "layer"
    inputs: ClassVar[tuple[int, int | None]] = (2, None)
    letter: ClassVar[str] = "S"
    keywords: ClassVar[tuple[str, ...]] = ("sum", "residual", "skip", "shortcut", "merge")

    def width(self, inputs: Sequence[int]) -> int:
        if len(set(inputs)) > 1:
            widths = ", ".join(map(str, inputs[:-1])) + f" and {inputs[-1]}"
            raise self.fail(
                f"only inputs of equal width can be added, but they have {widths} units: change the"
                " units of the layers before it, or use Concat"
            )
        return inputs[0]

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        y = ports.output.value
        first, *rest = (signal.value for signal in ports.inputs)
        kernel = Kernel([build.bind(np.copyto, y, first)])
        kernel.forward += [build.bind(np.add, y, value, y) for value in rest]
        if ports.output_grad is not None:
            kernel.backward = [
                build.bind(np.copyto, dx, ports.output_grad)
                for dx in ports.input_grads
                if dx is not None
            ]
        return kernel

    def write_forward(self, scope: Scope) -> Expression:
        return Sum(*scope.inputs)

    def write_backward(self, scope: Scope) -> Written:
        return Written([scope.g for _ in scope.inputs])
