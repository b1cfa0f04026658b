"""Activations that lie where their curve is flat."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words
from netbuilder.project.remedy import Fix
from netbuilder.project.verdicts.dead_units import two_sided

SHARE = 0.5


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

        return Verdict(
            code="saturated",
            title="Saturated",
            level="warning",
            says=Words(
                "{share:.0%} of the outputs of '{node}' are saturated: hardly any gradient passes.",
                {"share": shares[worst], "node": worst},
            ),
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
