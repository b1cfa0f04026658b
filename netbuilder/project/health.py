"""How a run fares: verdicts in words, each with the numbers of this run, the cause and remedies.

No Qt and no training: it only reads what was recorded. Every verdict is one class in one file of
`project.verdicts`; the order of `Verdict.rank` says which matters most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from netbuilder import declare
from netbuilder.declare import Declared
from netbuilder.project.evidence import Evidence
from netbuilder.project.remedy import Fix

Level = Literal["neutral", "ok", "info", "warning", "danger"]
LEAST_STEPS = 20  # below it is too early to say anything about learning
LEAST_POINTS = 6


class Words(msgspec.Struct, frozen=True):
    """A sentence as `template` with `fields` filled in; `ui` may translate the template."""

    template: str
    fields: Mapping[str, Any] = {}

    @property
    def text(self) -> str:
        return self.template.format(**self.fields)


class Row(msgspec.Struct, frozen=True):
    """One number of this run: what it is, its value, and what is usual ("" if nothing is)."""

    what: Words
    value: str
    usual: Words = Words("")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One finding about a run."""

    code: str
    title: str
    level: Level
    says: Words
    cause: Words = Words("")
    formula: str = ""  # LaTeX
    rows: tuple[Row, ...] = ()
    nodes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def text(self) -> str:
        """The English sentence."""
        return self.says.text


class Judge(Declared, frozen=True):
    """Looks for one thing that can go wrong with a run."""

    family: ClassVar[str] = "verdict"
    rank: ClassVar[int] = 50  # the lowest comes first
    explains: ClassVar[tuple[str, ...]] = ()  # codes that are not told beside this one
    early: ClassVar[bool] = False  # whether it can be told before there is a curve

    def judge(self, evidence: Evidence) -> Verdict | None:
        """The verdict, or None if there is no sign of it."""
        raise NotImplementedError


def diagnose(evidence: Evidence) -> list[Verdict]:
    """All that is to be said about a run, most important first; at least one verdict."""
    ended = evidence.stopped_by in ("loss", "patience", "gradient_norm")
    young = not ended and (evidence.count < LEAST_POINTS or evidence.step < LEAST_STEPS)
    found: list[Verdict] = []
    explained: set[str] = set()
    for cls in sorted(declare.registry(Judge).values(), key=lambda c: c.rank):
        if young and not cls.early:
            continue
        verdict = cls().judge(evidence)
        if verdict is not None and verdict.code not in explained:
            found.append(verdict)
            explained.update(cls.explains)
    if found:
        return found
    if not evidence.count or evidence.step == 0:
        return [NOT_STARTED]
    return [TOO_EARLY] if young else [healthy(evidence)]


NOT_STARTED = Verdict(
    code="not_started",
    title="No verdict yet",
    level="neutral",
    says=Words("Press Train: the verdict needs some steps of a run."),
)
TOO_EARLY = Verdict(
    code="too_early",
    title="Too early to say",
    level="neutral",
    says=Words("Some more steps are needed before the curves say anything."),
)


def healthy(evidence: Evidence) -> Verdict:
    """All is well, with the numbers that say so."""
    rows = [
        Row(
            Words("Training loss, at the start → now"),
            f"{figures(evidence.first_loss)} → {figures(evidence.loss)}",
            Words("falls"),
        )
    ]
    dense = evidence.dense
    if len(dense) > 1:
        first, last = dense[0], dense[-1]
        factor = evidence.factor
        rows.append(
            Row(
                Words("Gradient (mean |g|) of '{last}' by that of '{first}'", pair(first, last)),
                figures(factor),
                Words("0.01 to 100"),
            )
        )
    rows += [
        Row(
            Words("Update by weight of '{node}'", {"node": node}),
            figures(evidence.now(node, "update_ratio")),
            Words("near 1e-3 while it learns"),
        )
        for node in dense
    ]
    for node in evidence.hidden:
        units, dead = evidence.units(node), evidence.never(node, "dead")
        rows.append(
            Row(
                Words("Saturated, and dead units of '{node}'", {"node": node}),
                f"{evidence.now(node, 'saturated'):.0%}, {dead:.0f} / {units}",
            )
        )
    return Verdict(
        code="healthy",
        title="Healthy",
        level="ok",
        says=Words("Nothing stands in the way of learning."),
        rows=tuple(rows),
    )


def figures(value: float) -> str:
    """Three figures, as short as they go: 0.0127, 1.2e−7."""
    if not math.isfinite(value):
        return "—" if math.isnan(value) else "∞"
    text = re.sub(r"e([+-])0*", lambda found: "e" + found[1].strip("+"), f"{value:.3g}")
    return text.replace("-", "\N{MINUS SIGN}")


def pair(first: str, last: str) -> dict[str, str]:
    """The fields of a sentence about two layers."""
    return {"first": first, "last": last}


class Steady:
    """Keeps words from flickering: another first verdict is shown only when it comes twice."""

    def __init__(self) -> None:
        self.shown: list[Verdict] = [NOT_STARTED]
        self._next: tuple[str, ...] = ()

    def take(self, found: list[Verdict], *, at_once: bool = False) -> list[Verdict]:
        """What to show after this diagnosis. `at_once` when nothing more is to come soon."""
        codes = tuple(v.code for v in found)
        same = codes == tuple(v.code for v in self.shown)
        unsaid = self.shown[0].level == "neutral" or found[0].level == "neutral"
        if same or at_once or unsaid or codes == self._next:
            self.shown = found
        self._next = codes
        return self.shown


declare.discover("netbuilder.project.verdicts")
