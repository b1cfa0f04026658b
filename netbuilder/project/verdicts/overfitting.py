"""What is learned by heart."""

import math
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.operation import Array
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence, median
from netbuilder.project.health import Judge, Row, Verdict, Words, figures

RISEN = 1.3  # test loss by its best
GAP = 2.0  # test loss by training loss
MATTERS = 0.1  # of the first loss
USEFUL = 0.9  # best test loss by the first one
TURNED = 0.5  # of the steps: so long ago the test loss was at its best, or longer
POINTS = 10
WORSE = 0.05  # metric on training samples less that on test samples
ENOUGH = 40  # training samples; of fewer, each half of a layer learns them all by heart too


@register
class Overfitting(Judge, frozen=True):
    """The test loss rises while the training loss falls."""

    rank: ClassVar[int] = 80

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.stopped_by == "patience":
            return None  # back at the best weights
        tests = evidence.history.test_loss[evidence.all]
        if evidence.count < POINTS or not np.isfinite(tests).any():
            return None
        best = smallest(tests)
        turned = int(evidence.history.step[evidence.all][int(np.nanargmin(tests))])
        if turned > TURNED * evidence.step:
            return None  # it may be a bump
        # Both now and lately: in a loss that falls steeply the window lies above its end.
        test = min(median(evidence.run("test_loss")), median(tests[-5:]))
        train = evidence.loss
        if not (
            test > RISEN * best
            and test > GAP * train
            and test - best > MATTERS * evidence.first_loss
            and train < evidence.first_loss
        ):
            return None
        score = median(evidence.run("test_metric"))
        gap = evidence.metric - score
        if not (math.isnan(gap) or gap > WORSE):
            return None
        project = evidence.project
        # Weights that never were any good for the test need not be gone back to.
        useful = best < USEFUL * tests[0]
        # Dropout keeps what is general; where the test samples are only guessed there is nothing.
        guess = 0.0 if math.isnan(evidence.guessing) else evidence.guessing
        general = useful and score > guess and evidence.samples >= ENOUGH
        return Verdict(
            code="overfitting",
            title="Overfitting",
            level="warning",
            says=Words(
                "The test loss has risen from {best} to {test} while the training loss fell"
                " to {train}.",
                {"best": figures(best), "test": figures(test), "train": figures(train)},
            ),
            cause=Words(
                "The network has room enough to learn the training samples by heart, noise and all;"
                " that says nothing about others."
            ),
            rows=(
                Row(Words("Best test loss, at step {step}", {"step": turned}), figures(best)),
                Row(Words("Test loss now"), figures(test), Words("near the best")),
                Row(Words("Training loss now"), figures(train)),
                Row(Words("Metric, training less test"), f"{gap:.2f}", Words("below 0.05")),
            ),
            fixes=evidence.fixes(
                f"overfitting {useful} {general}",
                lambda: (
                    cures.stop_early(project) if useful else None,
                    cures.more_samples(project),
                    cures.dropout(project) if general else None,
                ),
            ),
        )


def smallest(losses: Array) -> float:
    """The smallest median of three neighbours: one lucky point is no curve."""
    finite = losses[np.isfinite(losses)]
    if len(finite) < 3:
        return float(finite.min())
    threes = np.lib.stride_tricks.sliding_window_view(finite, 3)
    return float(min(np.median(threes, axis=1).min(), finite[0]))
