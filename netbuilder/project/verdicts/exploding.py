"""Gradients that grow from layer to layer."""

import math
from typing import ClassVar

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, pair

LARGE = 100.0  # gradient norm, or growth of mean |g| from the last layer to the first
MOVING = 0.1  # update by weight: a hundred times the usual


@register
class Exploding(Judge, frozen=True):
    """The gradient is huge from the start: the first weights are too large for the depth."""

    rank: ClassVar[int] = 10
    explains: ClassVar[tuple[str, ...]] = (
        "rate_too_high",
        "saturated",
        "dead_units",
        "vanishing",
        "not_learning",
    )
    early: ClassVar[bool] = True

    def judge(self, evidence: Evidence) -> Verdict | None:
        dense = evidence.dense
        if len(dense) < 2:
            return None
        norms = {n: evidence.begin(n, "gradient_norm") for n in dense}
        worst = max(dense, key=lambda n: norms[n] if math.isfinite(norms[n]) else math.inf)
        first, last = dense[0], dense[-1]
        means = [evidence.begin(n, "gradient_mean") for n in (first, last)]
        growth = means[0] / means[1] if means[1] else math.nan
        huge = not norms[worst] < LARGE * max(1.0, evidence.first_loss)
        steep = not norms[worst] < LARGE or growth > LARGE
        flew = evidence.error is not None
        moving = evidence.count > 5 and any(evidence.now(n, "update_ratio") > MOVING for n in dense)
        if not ((flew and steep) or (huge and moving and not evidence.solved)):
            return None
        rows = [
            Row(
                Words("First gradient norm of '{node}'", {"node": n}),
                f"{norms[n]:.3g}",
                Words("below 10"),
            )
            for n in dense
        ]
        rows.append(
            Row(
                Words("mean |g| of '{first}' by that of '{last}', first step", pair(first, last)),
                f"{growth:.3g}",
                Words("0.001 to 100"),
            )
        )
        fixes = cures.possible(
            evidence.project,
            (cures.initialise(evidence.project), cures.normalise(evidence.project)),
        )
        return Verdict(
            code="exploding",
            title="Exploding gradient",
            level="danger",
            says=Words(
                "The gradient of '{node}' began with the norm {norm:.3g}: each step throws the"
                " weights about.",
                {"node": worst, "norm": norms[worst]},
            ),
            cause=Words(
                "Going back, each layer multiplies the gradient by its weights. They began so large"
                " that the product grows with every one of the {depth} layers.",
                {"depth": len(dense)},
            ),
            formula=r"\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot f'(z^{(l)})",
            rows=tuple(rows),
            nodes=(worst,),
            fixes=fixes,
        )
