"""What every activation function is."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.engine.operation import Array, Builder, Call, Kernel, Operation, Ports


class Activation(Operation, frozen=True):
    """Applies h = f(z) to every unit; dJ/dz = dJ/dh * f'(z), element by element."""

    kind: ClassVar[str] = "activation"
    derivative_formula: ClassVar[str] = ""
    range: ClassVar[str] = ""
    # The output levels that f approaches where |z| is large and f' vanishes: a unit whose output is
    # close to one of them learns next to nothing.
    saturates: ClassVar[tuple[float, ...]] = ()
    elementwise: ClassVar[bool] = True
    # True where f'(z) follows from h alone. The workspace then lays the outputs of equal
    # activations side by side in memory and computes all their derivatives in one go.
    derivative_from_output: ClassVar[bool] = False

    def levels(self) -> tuple[float, ...]:
        """`saturates` for these parameters; the same, unless a parameter moves the levels."""
        return self.saturates

    def forward(self, build: Builder, z: Any, h: Array) -> list[Call]:
        """Calls that write f(z) into h; both of one shape."""
        raise NotImplementedError

    def derivative(self, build: Builder, z: Any, h: Array, out: Array) -> list[Call]:
        """Calls that write f'(z) into out; z is not used where `derivative_from_output`."""
        raise NotImplementedError

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        kernel = Kernel(self.forward(build, ports.inputs[0].value, ports.output.value))
        if ports.output_grad is not None and ports.input_grads[0] is not None:
            kernel.backward = [
                build.bind(np.multiply, ports.output_grad, ports.derivative, ports.input_grads[0])
            ]
        return kernel

    def curve(self, z: Array) -> tuple[Array, Array]:
        """f(z) and f'(z) for a vector z, for drawing; elementwise activations only."""
        build = Builder(z.size, np.dtype(np.float64))
        row = np.ascontiguousarray(z, dtype=np.float64).reshape(1, -1)
        h, d = np.empty_like(row), np.empty_like(row)
        for call in (*self.forward(build, row, h), *self.derivative(build, row, h, d)):
            call()
        return h[0], d[0]
