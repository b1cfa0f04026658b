"""What differs between two projects, as far as it makes another run; derived from the declarations.

Names and places of blocks, and the name of the project, make no other run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from netbuilder import declare
from netbuilder.declare import Declared, Parameter, Settings
from netbuilder.engine.operation import Operation
from netbuilder.project.model import Edge, Node, Project, same_weights

NONE = {"batch_size": "all", "max_epochs": "never"}  # what null is called where it is not "none"
LISTED = 2  # wires named one by one


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not the same: `template` filled in with `fields`, which `ui` may translate.

    `seed`: it changes all random numbers and nothing else.
    """

    template: str
    fields: Mapping[str, str] = {}
    seed: bool = False

    @property
    def text(self) -> str:
        return self.template.format(**self.fields)


def difference(a: Project, b: Project) -> list[Difference]:
    """The things that differ between the projects of two runs; none for the same run."""
    return [
        *_nodes(a, b),
        *_data(a, b),
        *_settings(a.training, b.training),
        *_weights(a, b),
    ]


# ---- blocks -------------------------------------------------------------------------------------


def _nodes(a: Project, b: Project) -> Iterator[Difference]:
    pairs = _pairs(a, b)
    matched_a = {old.id for old, _ in pairs}
    matched_b = {new.id for _, new in pairs}
    swaps: dict[tuple[str, str], list[str]] = {}
    for old, new in pairs:
        if type(old.operation) is not type(new.operation):
            key = _title(old.operation), _title(new.operation)
            swaps.setdefault(key, []).append(new.id)
        else:
            yield from _parameters(new.id, old.operation, new.operation)
    for (before, after), where in swaps.items():
        if len(where) == 1:
            yield _change("{before} → {after}", before, after)
        else:
            yield _change("{before} → {after} ({count} blocks)", before, after, count=len(where))
    for node in a.nodes:
        if node.id not in matched_a:
            yield Difference("without '{name}'", {"name": node.id})
    for node in b.nodes:
        if node.id not in matched_b:
            what = _title(node.operation)
            yield Difference("with '{name}' ({what})", {"name": node.id, "what": what})
    if len(matched_a) == len(a.nodes) and len(matched_b) == len(b.nodes):
        now = {old.id: new.id for old, new in pairs}
        yield from _wires([(now[s], now[t]) for s, t in a.edges], list(b.edges))


def _pairs(a: Project, b: Project) -> list[tuple[Node, Node]]:
    """Which block of the one is which of the other: by name, and what is left by its place in the
    order of the blocks, which a renamed or replaced block keeps."""
    theirs = {n.id: n for n in b.nodes}
    mine = {n.id for n in a.nodes}
    pairs = [(n, theirs[n.id]) for n in a.nodes if n.id in theirs]
    if len(a.nodes) == len(b.nodes):
        for old, new in zip(a.nodes, b.nodes, strict=True):
            if old.id not in theirs and new.id not in mine:
                pairs.append((old, new))
    return pairs


def _wires(before: list[Edge], after: list[Edge]) -> Iterator[Difference]:
    if before == after:
        return
    gone = [e for e in before if e not in after]
    new = [e for e in after if e not in before]
    if not gone and not new:
        yield Difference("the order of the wires")
    elif len(gone) + len(new) > LISTED:
        yield Difference("{count} wires differ", {"count": str(len(gone) + len(new))})
    else:
        for source, target in gone:
            yield Difference(
                "no wire from '{source}' to '{target}'", {"source": source, "target": target}
            )
        for source, target in new:
            yield Difference(
                "a wire from '{source}' to '{target}'", {"source": source, "target": target}
            )


def _parameters(name: str, old: Settings, new: Settings) -> Iterator[Difference]:
    for p in declare.parameters(type(new)):
        before, after = getattr(old, p.name), getattr(new, p.name)
        if before != after:
            yield _change(
                "{name}: {title} {before} → {after}",
                *_values(p, before, after),
                name=name,
                title=_lower(p.title),
            )


# ---- data, settings, weights --------------------------------------------------------------------


def _data(a: Project, b: Project) -> Iterator[Difference]:
    if type(a.dataset) is not type(b.dataset):
        yield _change("data {before} → {after}", _title(a.dataset), _title(b.dataset))
    else:
        yield from _parameters("data", a.dataset, b.dataset)


def _settings(old: Settings, new: Settings) -> Iterator[Difference]:
    """Training settings; those of an optimizer or of stop rules one by one."""
    for p in declare.parameters(type(new)):
        before, after = getattr(old, p.name), getattr(new, p.name)
        if before == after:
            continue
        if p.struct is not None and before is not None and after is not None:
            if type(before) is not type(after):
                title = _lower(p.title)
                yield _change(
                    "{title} {before} → {after}", _title(before), _title(after), title=title
                )
                yield from _shared(before, after)
            else:
                yield from _settings(before, after)
        else:
            yield _change(
                "{title} {before} → {after}",
                *_values(p, before, after),
                title=_lower(p.title),
                seed=p.name == "seed",
            )


def _shared(before: Settings, after: Settings) -> Iterator[Difference]:
    """What two classes of one family have both, and not alike."""
    known = {p.name for p in declare.parameters(type(before))}
    for p in declare.parameters(type(after)):
        if p.name in known and getattr(before, p.name) != getattr(after, p.name):
            old, new = _values(p, getattr(before, p.name), getattr(after, p.name))
            yield _change("{title} {before} → {after}", old, new, title=_lower(p.title))


def _weights(a: Project, b: Project) -> Iterator[Difference]:
    if bool(a.weights) != bool(b.weights):
        before, after = ("drawn", "given") if b.weights else ("given", "drawn")
        yield _change("first weights {before} → {after}", before, after)
    elif not same_weights(a.weights, b.weights):
        yield Difference("other first weights")


# ---- words --------------------------------------------------------------------------------------


def _change(
    template: str, before: str, after: str, *, seed: bool = False, **more: object
) -> Difference:
    named = {k: str(v) for k, v in more.items()}
    return Difference(template, {"before": before, "after": after, **named}, seed)


def _title(declared: Any) -> str:
    return str(getattr(type(declared), "title", "")) or type(declared).__name__


def _lower(title: str) -> str:
    """A title in the middle of a sentence; abbreviations stay."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _values(p: Parameter, before: Any, after: Any) -> tuple[str, str]:
    """Both values in words that differ."""
    old, new = _value(p, before), _value(p, after)
    if old != new:
        return old, new
    if isinstance(before, float) and isinstance(after, float):
        return repr(before), repr(after)
    return "as before", "edited"


def _value(p: Parameter, value: Any) -> str:
    if value is None:
        return str(p.extra.get("none", NONE.get(p.name, "none")))
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return f"{len(value)} values"
    if isinstance(value, Settings):
        return _brief(value)
    return str(value)


def _brief(value: Settings) -> str:
    """A member of a family with what is not as usual: "Normal (std 0.01)"."""
    told = []
    for p in declare.parameters(type(value)):
        found = getattr(value, p.name)
        if p.required or found != p.default:
            told.append(f"{_lower(p.title)} {_value(p, found)}")
    name = _title(value) if isinstance(value, Declared | Operation) else ""
    return f"{name} ({', '.join(told)})".strip() if told else name or "as usual"
