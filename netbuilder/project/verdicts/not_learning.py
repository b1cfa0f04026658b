"""A loss that does not fall, for no reason that is told otherwise."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words

EPOCHS = 100
STEPS = 1000
SKILL = 0.1
PROGRESS = 0.02


@register
class NotLearning(Judge, frozen=True):
    """After many epochs the answers are no better than a guess."""

    rank: ClassVar[int] = 70

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.epoch < EPOCHS or evidence.step < STEPS or not evidence.dense:
            return None
        best = evidence.first_loss - float(evidence.history.train_loss[evidence.all].min())
        falls = evidence.progress > PROGRESS or best > 2 * PROGRESS * abs(evidence.first_loss)
        if evidence.skill > SKILL or falls:
            return None
        project = evidence.project
        bent = bool(evidence.hidden)
        fixes = (cures.adam(project),) if bent else (cures.hidden_layer(project),)
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
                    Words("Training loss, at the start → now"),
                    f"{evidence.first_loss:.4g} → {evidence.loss:.4g}",
                    Words("falls"),
                ),
                Row(
                    Words("Won over guessing"),
                    f"{max(evidence.skill, 0.0):.0%}",
                    Words("above 10 %"),
                ),
            ),
            fixes=cures.possible(project, fixes),
        )
