"""Gradients that shrink from layer to layer."""

from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, figures, pair

FACTOR = 100.0  # mean |g| of the last layer by that of the first
LEARNS = 0.5  # of what can be won: then the first layers do their part
STILL = 1e-4  # update by weight; 1e-3 is usual


@register
class Vanishing(Judge, frozen=True):
    """The first layers get next to nothing of the gradient, and stand still.

    A gradient that is small in all layers alike is a run that has arrived, not an illness; so the
    layers are compared, by the mean |g| of a weight, since norms grow with the size of a layer.
    """

    rank: ClassVar[int] = 50
    explains: ClassVar[tuple[str, ...]] = ("not_learning", "rate_too_low")

    def judge(self, evidence: Evidence) -> Verdict | None:
        dense = evidence.dense
        if len(dense) < 3 or evidence.skill > LEARNS:
            return None
        first, last = dense[0], dense[-1]
        ratio = evidence.now(first, "update_ratio")
        if not (evidence.factor > FACTOR and ratio < STILL):
            return None
        if evidence.now(last, "gradient_mean") == 0.0:
            return None
        project = evidence.project
        names = sorted({project.node(n).operation.title for n in evidence.hidden})
        return Verdict(
            code="vanishing",
            title="Vanishing gradient",
            level="warning",
            says=Words(
                "The gradient of '{first}' is {factor} times smaller than that of '{last}':"
                " the first layers hardly learn.",
                {**pair(first, last), "factor": figures(evidence.factor)},
            ),
            cause=Words(
                "Going back, each of the {depth} layers multiplies the gradient by its weights and"
                " the slope of {activations}. These products are well below 1, and depth makes"
                " powers of them.",
                {"depth": len(dense), "activations": ", ".join(names) or "1"},
            ),
            formula=r"\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot f'(z^{(l)})",
            rows=(
                *(
                    Row(
                        Words("mean |g| of '{node}'", {"node": n}),
                        figures(evidence.now(n, "gradient_mean")),
                    )
                    for n in dense
                ),
                Row(Words("Last by first"), figures(evidence.factor), Words("below 100")),
                Row(
                    Words("Update by weight of '{node}'", {"node": first}),
                    figures(ratio),
                    Words("near 1e-3"),
                ),
            ),
            nodes=tuple(n for n in dense if evidence.now(n, "update_ratio") < STILL),
            fixes=evidence.fixes(
                "vanishing",
                lambda: (
                    cures.rectify(project, evidence.hidden),
                    cures.normalise(project),
                    cures.initialise(project) if _steep(evidence) else None,
                    cures.shortcuts(project),
                ),
            ),
        )


def _steep(evidence: Evidence) -> bool:
    """Whether weights alone can keep the gradient's size: not where every slope is at most 1/4."""
    for node in evidence.hidden:
        operation = evidence.project.node(node).operation
        assert isinstance(operation, Activation)
        _, slopes = operation.curve(np.linspace(-1.0, 1.0, 21))
        if slopes.max() < 0.5:
            return False
    return True
