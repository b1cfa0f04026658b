"""Units that are never active."""

from typing import ClassVar

from netbuilder.declare import register
from netbuilder.engine.activation import Activation
from netbuilder.project import cures
from netbuilder.project.evidence import Evidence
from netbuilder.project.health import Judge, Row, Verdict, Words
from netbuilder.project.remedy import Fix

SHARE = 0.7


@register
class DeadUnits(Judge, frozen=True):
    """Most of a layer's units, had the slope 0 in every batch that was seen."""

    rank: ClassVar[int] = 40
    explains: ClassVar[tuple[str, ...]] = ("vanishing", "not_learning", "saturated")

    def judge(self, evidence: Evidence) -> Verdict | None:
        if evidence.solved:
            return None
        shares = {
            n: evidence.never(n, "dead") / evidence.units(n)
            for n in evidence.hidden
            if evidence.units(n) and not two_sided(evidence, n)
        }
        sick = [n for n, share in shares.items() if share >= SHARE]
        if not sick:
            return None
        worst = max(sick, key=lambda n: shares[n])
        dead, units = evidence.never(worst, "dead"), evidence.units(worst)
        project = evidence.project
        from_start = any(evidence.begin(n, "dead") >= SHARE * evidence.units(n) for n in sick)

        def fixes() -> tuple[Fix | None, ...]:
            if not from_start:
                return (cures.slower(project),)
            return (
                cures.zero_biases(project),
                cures.initialise(project),
                cures.normalise(project),
            )

        cause = (
            Words(
                "They were dead at the first step: their biases or weights put every sample on the"
                " flat side, where the slope is 0 and nothing is learned."
            )
            if from_start
            else Words(
                "They died on the way: a step too long threw them to the flat side for every"
                " sample, where the slope is 0, so that no gradient brings them back."
            )
        )
        return Verdict(
            code="dead_units",
            title="Dead units",
            level="danger" if shares[worst] == 1.0 else "warning",
            says=Words(
                "{dead:.0f} of {units} units of '{node}' are dead: no sample makes them active.",
                {"dead": dead, "units": units, "node": worst},
            ),
            cause=cause,
            formula=r"f'(z) = 0 \;\Rightarrow\; \delta = 0",
            rows=tuple(
                Row(
                    Words("Dead units of '{node}', in every batch seen", {"node": n}),
                    f"{evidence.never(n, 'dead'):.0f} / {evidence.units(n)}",
                    Words("below 70 %"),
                )
                for n in shares
            ),
            nodes=tuple(sick),
            fixes=evidence.fixes(f"dead_units {from_start}", fixes),
        )


def two_sided(evidence: Evidence, node: str) -> bool:
    """Whether the activation levels off on both sides without ever being quite flat."""
    operation = evidence.project.node(node).operation
    assert isinstance(operation, Activation)
    return len(operation.levels()) > 1 and type(operation).__name__ != "ReLU6"
