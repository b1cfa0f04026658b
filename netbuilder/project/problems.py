"""What keeps a project from training, in words a student understands, tied to the place."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from netbuilder.project.model import Edge


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `template` with `fields` filled in is the text; `ui` may translate it."""

    code: str
    template: str
    fields: Mapping[str, Any] = {}
    node: str | None = None
    edge: Edge | None = None
    # "todo" is what a network still lacks while it is built; nothing is wrong with what is there.
    level: Literal["error", "warning", "todo"] = "error"

    @property
    def text(self) -> str:
        return self.template.format(**self.fields)


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """Problems and everything that can be inferred from the wires."""

    problems: tuple[Problem, ...] = ()
    input_widths: Mapping[str, int] = {}  # by node id; absent where unknown
    widths: Mapping[str, int] = {}  # output widths by node id; absent where unknown
    parameters: Mapping[str, int] = {}  # number of trainable and frozen parameters by node id

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the network from training."""
        return tuple(p for p in self.problems if p.level != "warning")

    @property
    def ok(self) -> bool:
        """Whether the network can be trained."""
        return not self.errors
