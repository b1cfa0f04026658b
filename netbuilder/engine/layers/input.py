"""The data's way in."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.operation import Builder, Kernel, Operation, Ports


@register
class Input(Operation, frozen=True):
    """Hands the features of each sample to the network; its width is that of the dataset."""

    title: ClassVar[str] = "Data"
    summary: ClassVar[str] = "The data's way in: one output for each feature."
    advice: ClassVar[str] = (
        "Every network begins with exactly one. What it holds is chosen under Data, not here."
    )
    formula: ClassVar[str] = r"H^{0} = X"
    kind: ClassVar[str] = "input"
    inputs: ClassVar[tuple[int, int | None]] = (0, 0)
    keywords: ClassVar[tuple[str, ...]] = ("input", "features", "x")

    def kernel(self, build: Builder, ports: Ports) -> Kernel:
        return Kernel([])
