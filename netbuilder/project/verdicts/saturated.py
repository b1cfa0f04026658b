"""Activations that lie where their curve is flat."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.graph import ancestors
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words
from netbuilder.project.remedy import Fix
from netbuilder.project.verdicts.dead_units import two_sided

SHARE = 0.5
STILL = 1e-4  # update by weight; 1e-3 is usual


@register
class Saturated(Judge, frozen=True):
    """Most outputs of a sigmoid or tanh layer are near a level that they approach."""

    rank: ClassVar[int] = 45
    explains: ClassVar[tuple[str, ...]] = ("vanishing", "not_learning")

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.solved:
            return None
        shares = {n: evidence.now(n, "saturated") for n in evidence.hidden}
        sick = [n for n in shares if shares[n] >= SHARE and two_sided(evidence, n)]
        if not sick:
            return None
        worst = max(sick, key=lambda n: shares[n])
        project = evidence.project
        from_start = any(evidence.begin(n, "saturated") >= SHARE for n in sick)

        def fixes() -> tuple[Fix | None, ...]:
            if not from_start:
                return (cures.slower(project),)
            return (
                cures.initialise(project),
                cures.normalise(project),
                cures.rectify(project, evidence.hidden),
            )

        # Flat outputs are no alarm as long as the others move the layer in front of them.
        learns = all(_moves(evidence, n) for n in sick)
        template = (
            "{share:.0%} of the outputs of '{node}' are saturated and pass hardly any gradient; the"
            " others still learn."
            if learns
            else "{share:.0%} of the outputs of '{node}' are saturated: hardly any gradient passes."
        )
        return Verdict(
            code="saturated",
            title="Partly saturated" if learns else "Saturated",
            level="info" if learns else "warning",
            says=Words(template, {"share": shares[worst], "node": worst}),
            cause=Words(
                "The first weights, or the inputs, are so large that the sums before the activation"
                " lie far from 0, where the curve is flat."
            )
            if from_start
            else Words(
                "The weights have grown until the sums before the activation lie far from 0, where"
                " the curve is flat."
            ),
            formula=r"|f'(z)| \leq 0.01 \max |f'|",
            rows=tuple(
                Row(
                    Words("Saturated outputs of '{node}', at the start → now", {"node": n}),
                    f"{evidence.begin(n, 'saturated'):.0%} → {shares[n]:.0%}",
                    Words("below 50 %"),
                )
                for n in shares
                if two_sided(evidence, n)
            ),
            nodes=tuple(sick),
            fixes=evidence.fixes(f"saturated {from_start}", fixes),
        )


def _moves(evidence: Evidence, node: str) -> bool:
    """Whether the layers of weights in front of an activation still change at a usual pace."""
    before = ancestors(evidence.project.incoming(), [node])
    ratios = [evidence.now(n, "update_ratio") for n in evidence.dense if n in before]
    return bool(ratios) and min(ratios) >= STILL
