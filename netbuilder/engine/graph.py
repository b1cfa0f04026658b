"""Orders the nodes of a network and finds its cycles."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from netbuilder.engine.operation import Operation


class Vertex(NamedTuple):
    """A node as the engine sees it: its name, what it does, and where its inputs come from."""

    id: str
    operation: Operation
    inputs: tuple[str, ...]


def topological_order(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """Node ids so that each comes after all its inputs; those on or behind a cycle are left out.

    Ties keep the order of the mapping, so equal graphs give equal orders.
    """
    place = {v: k for k, v in enumerate(inputs)}
    waiting = {v: len(set(sources)) for v, sources in inputs.items()}
    after: dict[str, list[str]] = {}
    for v, sources in inputs.items():
        for u in dict.fromkeys(sources):
            after.setdefault(u, []).append(v)
    done: list[str] = []
    ready = [v for v, count in waiting.items() if not count]
    while ready:
        done += ready
        freed = []
        for u in ready:
            for v in after.get(u, ()):
                waiting[v] -= 1
                if not waiting[v]:
                    freed.append(v)
        ready = sorted(freed, key=place.__getitem__)
    return done


def cycle(inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes of one cycle in the order of its wires, or nothing."""
    ordered = set(topological_order(inputs))
    stuck = [v for v in inputs if v not in ordered]
    if not stuck:
        return []
    # Walking backwards from a stuck node always finds another stuck one, so it must come round.
    seen: dict[str, None] = {}
    here = stuck[0]
    while here not in seen:
        seen[here] = None
        here = next(u for u in inputs[here] if u not in ordered and u in inputs)
    walked = list(seen)
    return walked[walked.index(here) :][::-1]


def ancestors(inputs: Mapping[str, Sequence[str]], ends: Iterable[str]) -> set[str]:
    """The given nodes and all from which a wire leads to them."""
    found: set[str] = set()
    todo = list(ends)
    while todo:
        v = todo.pop()
        if v not in found and v in inputs:
            found.add(v)
            todo.extend(inputs[v])
    return found
