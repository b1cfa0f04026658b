"""What every activation function is."""

from typing import Any, ClassVar

import numpy as np

from netbuilder.engine.algebra.expression import Expression
from netbuilder.engine.algebra.functions import Apply, Function
from netbuilder.engine.algebra.symbol import GREEK
from netbuilder.engine.operation import Array, Builder, Call, Kernel, Operation, Ports
from netbuilder.engine.scope import Scope, Written


class Activation(Operation, frozen=True):
    """Applies h = f(z) to every unit; dJ/dz = dJ/dh * f'(z), element by element."""

    kind: ClassVar[str] = "activation"
    letter: ClassVar[str] = "H"
    sign: ClassVar[str] = ""  # the function's name in formulas, in LaTeX; empty: its title
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

    # ---- in formulas ----------------------------------------------------------------------------

    def write(self, z: Expression) -> Expression | None:
        """f(z) in simpler functions, or None where there is nothing simpler to say."""
        return None

    def write_slope(self, z: Expression, h: Expression) -> Expression | None:
        """f'(z) from z and h = f(z); None as above."""
        return None

    def function(self) -> Function:
        """The activation as a function that expressions are made of."""

        def evaluate(z: Array) -> Array:
            inside = self.write(_Values(z))
            return self.curve(z.ravel())[0].reshape(z.shape) if inside is None else inside.value

        def slope(z: Array, h: Array) -> Array:
            inside = self.write_slope(_Values(z), _Values(h))
            values = self.curve(z.ravel())[1].reshape(z.shape) if inside is None else inside.value
            return np.broadcast_to(values, z.shape)

        def inside(z: Expression) -> Expression:
            found = self.write(z)
            assert found is not None
            return found

        name = self.sign.lstrip("\\") or type(self).__name__
        return Function(
            GREEK.get(name, name),
            self.sign or rf"\mathrm{{{name}}}",
            evaluate,
            slope,
            inside if self.write(_Values(np.zeros((1, 1)))) is not None else None,
        )

    def write_forward(self, scope: Scope) -> Expression:
        return Apply(self.function(), scope.x)

    def write_backward(self, scope: Scope) -> Written | None:
        function = self.function()
        slope = self.write_slope(scope.x, scope.y)
        if slope is None:
            derivative = Function(
                f"{function.name}′",
                f"{function.latex}'",
                lambda z: function.slope(z, function.evaluate(z)),
                lambda z, f: np.zeros_like(z),
            )
            slope = Apply(derivative, scope.x)
        name = scope.x.symbol.slope(function.latex if self.sign else "f")
        return Written([scope.g * scope.let("slope", name, slope)])

    def curve(self, z: Array) -> tuple[Array, Array]:
        """f(z) and f'(z) for a vector z, for drawing; elementwise activations only."""
        build = Builder(z.size, np.dtype(np.float64))
        row = np.ascontiguousarray(z, dtype=np.float64).reshape(1, -1)
        h, d = np.empty_like(row), np.empty_like(row)
        for call in (*self.forward(build, row, h), *self.derivative(build, row, h, d)):
            call()
        return h[0], d[0]


class _Values(Expression):
    """Numbers without a name, to compute with."""

    def __init__(self, values: Array) -> None:
        self.values = values

    @property
    def value(self) -> Array:
        return self.values
