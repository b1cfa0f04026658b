"""A loss that does not fall, for no reason that is told otherwise."""

from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence, median
from netbuilder.project.health import Judge, Row, Verdict, Words, figures
from netbuilder.project.remedy import Fix

EPOCHS = 100
STEPS = 1000
SKILL = 0.15
STRAIGHT = 0.3  # a line wins that much by chance on data that need a bent one
PROGRESS = 0.02


@register
class NotLearning(Judge, frozen=True):
    """After many epochs the answers are no better than a guess."""

    rank: ClassVar[int] = 70

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.epoch < EPOCHS or evidence.step < STEPS or not evidence.dense:
            return None
        before = _earlier(evidence)
        bent = bool(evidence.hidden)
        if (
            evidence.skill > (SKILL if bent else STRAIGHT)
            or evidence.loss < (1.0 - PROGRESS) * before
        ):
            return None
        project = evidence.project

        def fixes() -> tuple[Fix | None, ...]:
            return (cures.adam(project) if bent else cures.hidden_layer(project),)

        return Verdict(
            code="not_learning",
            title="Not learning",
            level="warning",
            says=Words(
                "After {epochs:.0f} epochs the answers are no better than a guess.",
                {"epochs": evidence.epoch},
            ),
            cause=Words(
                "The run may be on a plateau, where the gradient is small on the way to something"
                " better; a longer run, other first weights or an optimizer that adapts its steps"
                " may leave it."
            )
            if bent
            else Words(
                "Without an activation between layers of weights the network can only draw a"
                " straight line, and these data need a bent one."
            ),
            rows=(
                Row(
                    Words("Training loss, the third before → now"),
                    f"{figures(before)} → {figures(evidence.loss)}",
                    Words("falls"),
                ),
                Row(
                    Words("Won over guessing"),
                    f"{max(evidence.skill, 0.0):.0%}",
                    Words("above 15 %"),
                ),
            ),
            fixes=evidence.fixes("not_learning", fixes),
        )


def _earlier(evidence: Evidence) -> float:
    """The median training loss of the middle third of the steps."""
    steps, losses = evidence.history.step, evidence.history.train_loss
    low, high = np.searchsorted(steps, (evidence.step / 3, evidence.step * 2 / 3))
    return median(losses[low : max(high, low + 1)])
