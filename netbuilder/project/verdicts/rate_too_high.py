"""Steps that are too long."""

import math
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, figures

RISEN = 1.3  # the loss by its first value
SWING = 0.5  # 10 % to 90 % of the losses by their median
HIGH = 0.5  # of the first loss: below it a swing is only noise around a good place
UP = 0.5  # the way up by the way down
MOVING = 1e-2  # update by weight above which steps are suspect


@register
class RateTooHigh(Judge, frozen=True):
    """The loss flies apart, or swings up and down without falling."""

    rank: ClassVar[int] = 30
    explains: ClassVar[tuple[str, ...]] = (
        "saturated",
        "dead_units",
        "vanishing",
        "not_learning",
        "overfitting",
    )
    early: ClassVar[bool] = True

    def judge(self, evidence: Evidence) -> Verdict | None:
        rate = evidence.project.training.optimizer.learning_rate
        if evidence.error is not None:
            return self._diverged(evidence, rate)
        if evidence.step < 20 or evidence.count < 10 or evidence.solved:
            return None
        losses = evidence.run("train_loss")
        middle = evidence.loss
        low, high = np.percentile(losses, (10, 90))
        swing = (high - low) / max(abs(middle), 1e-300)
        first = evidence.first_loss
        risen = middle > RISEN * first and float(low) > first
        moves = np.diff(losses)
        up, down = moves.clip(min=0.0).sum(), -moves.clip(max=0.0).sum()
        # A loss that falls steeply has a large range too, but hardly any way up.
        swings = swing > SWING and middle > HIGH * first and up > UP * down
        if not (risen or swings):
            return None
        fast = [n for n in evidence.dense if self._peak(evidence, n) > MOVING]
        if not fast:
            return None
        if any(evidence.begin(n, "saturated") >= 0.5 for n in evidence.hidden):
            return None  # the weights were too large before the first step
        rows = [
            _rate_row(rate),
            Row(
                Words("Training loss, at the start → now"),
                f"{figures(first)} → {figures(middle)}",
                Words("falls"),
            ),
            Row(Words("Swing of the loss"), f"{swing:.0%}", Words("below 50 %")),
        ]
        rows += [
            Row(
                Words("Update by weight of '{node}', at most", {"node": n}),
                figures(self._peak(evidence, n)),
                Words("near 1e-3"),
            )
            for n in fast
        ]
        return self._verdict(
            evidence,
            Words("The loss swings or rises instead of falling: the steps are too long."),
            rows,
            fast,
        )

    @staticmethod
    def _peak(evidence: Evidence, node: str) -> float:
        ratios = evidence.history.column(node, "update_ratio")[evidence.all]
        finite = ratios[np.isfinite(ratios)]
        return float(np.percentile(finite, 90)) if len(finite) else math.nan

    def _diverged(self, evidence: Evidence, rate: float) -> Verdict:
        assert evidence.error is not None
        told = evidence.error.fields
        losses = evidence.history.train_loss
        largest = float(losses.max()) if evidence.count else math.nan
        return self._verdict(
            evidence,
            Words(
                "The run flew apart at step {step}: {what} in '{node}'.",
                {k: told.get(k, "") for k in ("step", "what", "node")},
            ),
            [
                _rate_row(rate),
                Row(Words("Step"), str(told.get("step", ""))),
                Row(
                    Words("Training loss, at the start → largest"),
                    f"{figures(evidence.first_loss)} → {figures(largest)}",
                    Words("falls"),
                )
                if evidence.count
                else Row(Words("Training loss"), "—"),
            ],
            [str(told.get("node", ""))],
        )

    @staticmethod
    def _verdict(evidence: Evidence, says: Words, rows: list[Row], nodes: list[str]) -> Verdict:
        project = evidence.project
        return Verdict(
            code="rate_too_high",
            title="Learning rate too high",
            level="danger",
            says=says,
            cause=Words(
                "A step goes downhill only while it is short against the curvature. A longer one"
                " lands on the other side of the valley, and higher up."
            ),
            formula=r"\eta < \frac{2}{\lambda_{\max}(H)}",
            rows=tuple(rows),
            nodes=tuple(n for n in nodes if project.has(n)),
            fixes=evidence.fixes("rate_too_high", lambda: (cures.slower(project),)),
        )


def _rate_row(rate: float) -> Row:
    return Row(Words("Learning rate"), f"{rate:g}")
