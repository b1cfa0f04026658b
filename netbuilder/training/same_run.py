"""When two projects are the same run, and what a run's results are called by now."""

import dataclasses
from collections.abc import Mapping

import msgspec

from netbuilder.engine.scene import Scene
from netbuilder.project.model import Project
from netbuilder.training.snapshot import Snapshot

# What may change while a run goes on; everything else makes it a different run.
LIVE_SETTINGS = (
    "optimizer",
    "schedule",
    "clipping",
    "batch_size",
    "max_epochs",
    "shuffle",
    "stop",
)


def content(project: Project) -> object:
    """What the analysis depends on."""
    return (
        [(n.id, n.operation) for n in project.nodes],
        project.edges,
        project.dataset,
        project.training.test_fraction,
    )


def run_key(project: Project) -> object:
    """What makes two projects the same run; names and places do not count."""
    index = {n.id: i for i, n in enumerate(project.nodes)}
    fixed = {
        name: getattr(project.training, name)
        for name in project.training.__struct_fields__
        if name not in LIVE_SETTINGS
    }
    return (
        [n.operation for n in project.nodes],
        [(index[a], index[b]) for a, b in project.edges],
        project.dataset,
        fixed,
    )


def renamed(before: Project, after: Project) -> bool:
    """Whether only names of nodes differ in the lists of nodes."""
    return (
        len(before.nodes) == len(after.nodes)
        and [n.operation for n in before.nodes] == [n.operation for n in after.nodes]
        and [n.id for n in before.nodes] != [n.id for n in after.nodes]
    )


def new_names(before: Project, after: Project) -> dict[str, str]:
    """Old name -> new name of the nodes that got another, where `renamed` holds."""
    pairs = zip(before.nodes, after.nodes, strict=True)
    return {old.id: new.id for old, new in pairs if old.id != new.id}


def renamed_project(project: Project, names: Mapping[str, str]) -> Project:
    """The project with other names for nodes that are in it."""
    nodes = (msgspec.structs.replace(n, id=names.get(n.id, n.id)) for n in project.nodes)
    edges = ((names.get(a, a), names.get(b, b)) for a, b in project.edges)
    weights = {names.get(i, i): named for i, named in project.weights.items()}
    return project.with_(nodes=tuple(nodes), edges=tuple(edges), weights=weights)


def renamed_snapshot(snapshot: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """The snapshot with its layers under the names that they have in the document now."""
    if all(old == new for old, new in names.items()):
        return snapshot
    layers = {names.get(k, k): v for k, v in snapshot.layers.items()}
    scene = renamed_scene(snapshot.scene, names)
    return dataclasses.replace(snapshot, layers=layers, scene=scene)


def renamed_scene(scene: Scene | None, names: Mapping[str, str]) -> Scene | None:
    """The pictures with their layers under the names that they have in the document now."""
    if scene is None:
        return None
    unit, space = scene.unit, scene.space
    if unit is not None:
        unit = dataclasses.replace(unit, node=names.get(unit.node, unit.node))
    if space is not None:
        following = names.get(space.next, space.next)
        node = names.get(space.node, space.node)
        space = dataclasses.replace(space, node=node, next=following)
    return dataclasses.replace(scene, unit=unit, space=space)
