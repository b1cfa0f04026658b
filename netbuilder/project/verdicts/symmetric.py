"""Weights that are all alike."""

from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words, figures

ALIKE = 1e-9  # difference between units, by the size of the weights


@register
class Symmetric(Judge, frozen=True):
    """All units of a hidden layer compute the same, and get the same gradient for ever."""

    rank: ClassVar[int] = 20
    explains: ClassVar[tuple[str, ...]] = (
        "saturated",
        "dead_units",
        "vanishing",
        "not_learning",
        "rate_too_low",
        "rate_too_high",
    )
    early: ClassVar[bool] = True

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.step < 1:
            return None
        alike = [n for n in evidence.dense[:-1] if _alike(evidence, n)]
        if not alike:
            return None
        rows = []
        for node in alike:
            weights = (evidence.weights(node) or {}).get("W")
            spread = 0.0 if weights is None else float(np.ptp(weights, axis=1).max())
            rows.append(
                Row(
                    Words("Largest difference between units of '{node}'", {"node": node}),
                    figures(spread),
                    Words("of the size of the weights"),
                )
            )
            rows.append(
                Row(
                    Words("Gradient norm of '{node}'", {"node": node}),
                    figures(evidence.now(node, "gradient_norm")),
                )
            )
        return Verdict(
            code="symmetric",
            title="Symmetric weights",
            level="danger",
            says=Words(
                "All units of '{node}' are alike, so the layer is worth one unit.",
                {"node": alike[0]},
            ),
            cause=Words(
                "Units that begin with the same weights get the same gradient at every step and"
                " stay alike; where all weights are 0, no gradient passes back at all. Only random"
                " first weights break the symmetry."
            ),
            formula=r"w_{:,i} = w_{:,j} \Rightarrow \partial C / \partial w_{:,i} ="
            r" \partial C / \partial w_{:,j}",
            rows=tuple(rows),
            nodes=tuple(alike),
            fixes=evidence.fixes("symmetric", lambda: (cures.initialise(evidence.project),)),
        )


def _alike(evidence: Evidence, node: str) -> bool:
    named = evidence.weights(node)
    if named is None or "W" not in named or named["W"].ndim != 2 or named["W"].shape[1] < 2:
        return False
    weights = named["W"]
    size = float(np.abs(weights).max())
    if not bool(np.ptp(weights, axis=1).max() <= ALIKE * size):
        return False
    return evidence.project.has(node) and getattr(
        evidence.project.node(node).operation, "trainable", True
    )
