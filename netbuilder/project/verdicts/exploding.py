"""Gradients that grow from layer to layer."""

import math
from typing import ClassVar

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, figures, pair

LARGE = 100.0  # gradient norm, or growth of mean |g| from the last layer to the first
SWELLS = 30.0  # deviation of the last layer's outputs by the first one's
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
        spreads = {n: evidence.begin(n, "std") for n in dense}
        worst = max(dense, key=lambda n: norms[n] if math.isfinite(norms[n]) else 0.0)
        first, last = dense[0], dense[-1]
        means = [evidence.begin(n, "gradient_mean") for n in (first, last)]
        growth = means[0] / means[1] if means[1] else math.nan
        huge = norms[worst] > LARGE * max(1.0, evidence.first_loss)
        # A run that ends within the first steps may leave the signals only to be compared.
        swells = spreads[last] > SWELLS * max(spreads[first], 1.0)
        steep = norms[worst] > LARGE or growth > LARGE or swells
        flew = evidence.error is not None
        moving = evidence.count > 5 and any(evidence.now(n, "update_ratio") > MOVING for n in dense)
        if not ((flew and steep) or (huge and moving and not evidence.solved)):
            return None
        rows = [
            Row(
                Words("First gradient norm of '{node}'", {"node": n}),
                figures(norms[n]),
                Words("below 10"),
            )
            for n in dense
        ]
        rows.append(
            Row(
                Words(
                    "Outputs (deviation) of '{first}' → '{last}' at the start", pair(first, last)
                ),
                f"{figures(spreads[first])} → {figures(spreads[last])}",
                Words("0.5 to 2"),
            )
        )
        rows.append(
            Row(
                Words("mean |g| of '{first}' by that of '{last}', first step", pair(first, last)),
                figures(growth),
                Words("0.001 to 100"),
            )
        )
        fixes = evidence.fixes(
            "exploding",
            lambda: (
                cures.initialise(evidence.project),
                cures.clip(evidence.project),
                cures.normalise(evidence.project),
            ),
        )
        return Verdict(
            code="exploding",
            title="Exploding gradient",
            level="danger",
            says=Words(
                "The signal grows {growth} times from '{first}' to '{last}', and the gradient"
                " with it: each step throws the weights about.",
                {
                    **pair(first, last),
                    "growth": figures(spreads[last] / max(spreads[first], 1e-300)),
                },
            ),
            cause=Words(
                "Each layer multiplies by its weights, the signal on its way forward and the"
                " gradient on its way back. They began so large that the products grow with every"
                " one of the {depth} layers.",
                {"depth": len(dense)},
            ),
            formula=r"\delta^{(l)} = (W^{(l+1)})^T \delta^{(l+1)} \odot f'(z^{(l)})",
            rows=tuple(rows),
            nodes=(worst,),
            fixes=fixes,
        )
