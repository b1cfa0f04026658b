"""Blocks on the clipboard: JSON text that a text editor shows and another window takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from PySide6.QtGui import QGuiApplication

from netbuilder.errors import NetbuilderError
from netbuilder.project import codec
from netbuilder.project.commands import AddGroup
from netbuilder.project.model import Node, Project, unique_id

OFFSET = 32.0  # how far a copy lies from its original


def copy(project: Project, ids: Iterable[str]) -> None:
    """Put blocks and the wires between them on the clipboard."""
    wanted = set(ids)
    part = Project(
        name=project.name,
        nodes=tuple(n for n in project.nodes if n.id in wanted),
        edges=tuple(e for e in project.edges if e[0] in wanted and e[1] in wanted),
    )
    data = codec.to_data(part)
    kept = {k: data[k] for k in ("format", "version", "nodes", "edges")}
    text = msgspec.json.format(msgspec.json.encode(kept), indent=1).decode()
    QGuiApplication.clipboard().setText(text)


def paste(project: Project, why: str) -> AddGroup:
    """The command that adds the blocks on the clipboard. Raises NetbuilderError with the reason."""
    text = QGuiApplication.clipboard().text()
    try:
        part = codec.loads(text)
    except NetbuilderError:
        raise NetbuilderError(detail="The clipboard holds no blocks: copy some first.") from None
    return group(project, part, why)


def group(project: Project, part: Project, why: str) -> AddGroup:
    """The command that adds another project's blocks under free names, a little aside."""
    taken = {n.id for n in project.nodes}
    names: dict[str, str] = {}
    nodes: list[Any] = []
    for node in part.nodes:
        names[node.id] = unique_id(node.id, taken)
        taken.add(names[node.id])
    places = {n.position for n in project.nodes}
    shift = OFFSET
    while any((x + shift, y + shift) in places for x, y in (n.position for n in part.nodes)):
        shift += OFFSET
    for node in part.nodes:
        x, y = node.position
        nodes.append(Node(names[node.id], node.operation, (x + shift, y + shift)))
    edges = [(names[a], names[b]) for a, b in part.edges]
    return AddGroup(nodes, edges, why=why)
