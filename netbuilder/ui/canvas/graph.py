"""Questions about the network that placing and walking need. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

from netbuilder.project.model import Project


def walk(project: Project) -> tuple[str, ...]:
    """All node ids along the network: each after what feeds it, and from left to right."""
    places = {n.id: n.position for n in project.nodes}
    waiting = {n.id: 0 for n in project.nodes}
    after: dict[str, list[str]] = {n.id: [] for n in project.nodes}
    for source, target in project.edges:
        if source in after and target in waiting:
            after[source].append(target)
            waiting[target] += 1
    ready = [i for i, count in waiting.items() if not count]
    order: list[str] = []
    while ready:
        ready.sort(key=lambda i: (-places[i][0], -places[i][1]))
        node = ready.pop()
        order.append(node)
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    # A file may hold a ring; its blocks must be reachable all the same.
    seen = set(order)
    return (*order, *(n.id for n in project.nodes if n.id not in seen))


def reachable(project: Project, starts: Iterable[str]) -> set[str]:
    """The given nodes and all that their outputs lead to."""
    after: dict[str, list[str]] = {}
    for source, target in project.edges:
        after.setdefault(source, []).append(target)
    found: set[str] = set()
    todo = list(starts)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo.extend(after.get(node, ()))
    return found


def leading(project: Project, ends: Iterable[str]) -> set[str]:
    """The given nodes and all that lead to them."""
    before: dict[str, list[str]] = {}
    for source, target in project.edges:
        before.setdefault(target, []).append(source)
    found: set[str] = set()
    todo = list(ends)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo.extend(before.get(node, ()))
    return found


def legal_ends(project: Project, name: str, side: str) -> set[str]:
    """All nodes to which a wire from this one's "out" side, or from its "in" side, may be drawn.

    The same answer as `connection_error` gives for each of them, in one pass.
    """
    if side == "out":
        if not project.node(name).operation.has_output:
            return set()
        barred = leading(project, [name]) | set(project.outputs_of(name))
        return {n.id for n in project.nodes if n.id not in barred and n.operation.inputs[1] != 0}
    if project.node(name).operation.inputs[1] == 0:
        return set()
    barred = reachable(project, [name]) | set(project.inputs_of(name))
    return {n.id for n in project.nodes if n.id not in barred and n.operation.has_output}


def end_of_chain(project: Project, among: set[str] | None = None) -> str | None:
    """The node without successor that lies furthest along the network; None if there is none."""
    depth: dict[str, int] = {}
    for node in walk(project):
        before = [depth[a] for a in project.inputs_of(node) if a in depth]
        depth[node] = 1 + max(before, default=0)
    sources = {a for a, _ in project.edges}
    ends = [n for n in project.nodes if n.id not in sources and (among is None or n.id in among)]
    if not ends:
        return None
    return max(ends, key=lambda n: (depth[n.id], n.position[0])).id


def start_of_chain(project: Project) -> str | None:
    """The node that awaits data: no wire leads into it, it can take one, and most follow it."""
    targets = {b for _, b in project.edges}
    starts = [n for n in project.nodes if n.id not in targets and n.operation.inputs[1] != 0]
    if not starts:
        return None
    return max(starts, key=lambda n: (len(reachable(project, [n.id])), -n.position[0])).id
