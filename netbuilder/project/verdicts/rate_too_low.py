"""Steps that are too short."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, figures

SHORT = 1e-4  # update by weight; 1e-3 is usual
PROGRESS = 0.02  # share of the loss
ALIVE = 0.3  # of the first gradient: below it the run has arrived
STEPS = 100


@register
class RateTooLow(Judge, frozen=True):
    """The gradient is as large as at first, but no weight moves."""

    rank: ClassVar[int] = 60
    explains: ClassVar[tuple[str, ...]] = ("not_learning",)

    def judge(self, evidence: Evidence) -> Verdict | None:
        dense = evidence.dense
        if evidence.step < STEPS or not dense or evidence.solved:
            return None
        ratios = {n: evidence.now(n, "update_ratio") for n in dense}
        if not all(0 < r < SHORT for r in ratios.values()) or evidence.progress > PROGRESS:
            return None
        largest = max(dense, key=lambda n: evidence.begin(n, "gradient_norm"))
        before = evidence.begin(largest, "gradient_norm")
        now = evidence.now(largest, "gradient_norm")
        if not now > ALIVE * before:
            return None
        project = evidence.project
        rate = project.training.optimizer.learning_rate
        return Verdict(
            code="rate_too_low",
            title="Learning rate too low",
            level="warning",
            says=Words(
                "In {steps} steps the loss has fallen by {share:.2%} only: each is too short.",
                {"steps": evidence.step, "share": max(evidence.progress, 0.0)},
            ),
            cause=Words(
                "The slope is there, but each step uses only a tiny part of it: the learning rate"
                " is {rate:g}.",
                {"rate": rate},
            ),
            formula=r"\Delta w = -\eta \, g",
            rows=(
                Row(Words("Learning rate"), f"{rate:g}"),
                Row(
                    Words("Gradient norm of '{node}', at the start → now", {"node": largest}),
                    f"{figures(before)} → {figures(now)}",
                ),
                *(
                    Row(
                        Words("Update by weight of '{node}'", {"node": n}),
                        figures(r),
                        Words("near 1e-3"),
                    )
                    for n, r in ratios.items()
                ),
            ),
            nodes=dense,
            fixes=evidence.fixes(
                "rate_too_low", lambda: (cures.faster(project), cures.adam(project))
            ),
        )
