"""What every loss function is."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from netbuilder.engine.operation import Array, Builder, Call, Kernel, Operation, Ports

Encoding = Literal["number", "binary", "one_hot"]


class Loss(Operation, frozen=True):
    """Compares the network's output y (k, m) with the targets t (k, m): one number J for a batch.

    A loss that `fuses` an activation is computed together with it, from the activation's input z,
    where both together are exact and the single factors would overflow or cancel.
    """

    kind: ClassVar[str] = "loss"
    has_output: ClassVar[bool] = False
    encoding: ClassVar[Encoding] = "number"  # how class labels become targets
    fuses: ClassVar[str] = ""  # type name of an activation
    after: ClassVar[tuple[str, ...]] = ()  # activations it must follow; () is any
    gradient_formula: ClassVar[str] = ""

    def width(self, inputs: Sequence[int]) -> int:
        return 0

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

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        raise TypeError("a loss is bound by its own methods")
