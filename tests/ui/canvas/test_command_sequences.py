"""Two thousand random sequences of everything that building does, undone and redone to the byte."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from ui.canvas.canvas_hand import XOR

from netbuilder.data.dataset import Dataset, Table
from netbuilder.data.sets.gaussians import Gaussians
from netbuilder.data.sets.xor import Xor
from netbuilder.declare import registry
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project import commands
from netbuilder.project.arrange import Arrange, Direction, Side, align, distribute, tidy
from netbuilder.project.codec import dumps, loads
from netbuilder.project.commands import Command
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Position, Project, freeze, unique_id
from netbuilder.project.sizes import sketch
from netbuilder.project.templates import TEMPLATES
from netbuilder.ui.canvas.commands import Nudge
from netbuilder.ui.canvas.graph import legal_ends
from netbuilder.ui.canvas.plan import (
    Landing,
    append,
    connect,
    duplicate,
    fits_into_wire,
    insert,
    place,
)
from netbuilder.ui.clipboard import group

SEQUENCES = 2000
LONGEST = 8
SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")
DIRECTIONS: tuple[Direction, ...] = ("horizontal", "vertical")
LINES = ("2-3-1 tanh", "in-2-2-out relu", "in-out", "2-3 sigmoid softmax 2")
SETS: tuple[Dataset, ...] = (Xor(samples=6), Gaussians(samples=9, classes=3))
TABLES: dict[Dataset, Table] = {data: data.make() for data in SETS}
TYPES = registry(Operation)
Maker = Callable[[Random, Project], Command]


def size(node: Node) -> tuple[float, float]:
    return 80.0 + 4 * len(node.id), 92.0


def name(rng: Random, project: Project) -> str:
    return rng.choice([n.id for n in project.nodes])


def some(rng: Random, project: Project) -> list[str]:
    first = name(rng, project)
    rest = [n.id for n in project.nodes if n.id != first]
    return [first, *rng.sample(rest, rng.randint(0, len(rest)))]


def spot(rng: Random) -> Position:
    return (round(rng.uniform(-900, 900), 2), round(rng.uniform(-900, 900), 2))


def new(rng: Random) -> Operation:
    return TYPES[rng.choice(sorted(TYPES))]()


def wired(rng: Random, project: Project) -> Command:
    start = name(rng, project)
    side = rng.choice(("in", "out"))
    ends = sorted(legal_ends(project, start, side))
    if not ends:
        return commands.SetName(f"no end {rng.random()}")
    end = rng.choice(ends)
    return connect(project, *((start, end) if side == "out" else (end, start)))


def moved_end(rng: Random, project: Project) -> Command:
    edge = rng.choice(project.edges)
    rest = project.with_(edges=tuple(e for e in project.edges if e != edge))
    ends = sorted(legal_ends(rest, edge[0], "out"))
    return connect(project, edge[0], rng.choice(ends), edge)


def dropped(rng: Random, project: Project) -> Command:
    operation = new(rng)
    landing = Landing()
    if project.edges and fits_into_wire(operation) and rng.random() < 0.6:
        landing = Landing(wire=rng.choice(project.edges))
    return place(project, operation, spot(rng), landing, size)


def inserted(rng: Random, project: Project) -> Command:
    loose = [
        n.id
        for n in project.nodes
        if fits_into_wire(n.operation) and not any(n.id in e for e in project.edges)
    ]
    return insert(project, rng.choice(loose), spot(rng), rng.choice(project.edges), size)


def template(rng: Random, project: Project) -> Command:
    chosen = TEMPLATES[rng.choice(sorted(TEMPLATES))]
    return chosen.sketch(TABLES[project.dataset]).command(size, chosen.title)


def aligned(rng: Random, project: Project) -> Command:
    nodes = [project.node(n) for n in some(rng, project)]
    return Arrange(align(nodes, size, rng.choice(SIDES)), "Align")


def spread(rng: Random, project: Project) -> Command:
    nodes = [project.node(n) for n in some(rng, project)]
    return Arrange(distribute(nodes, size, rng.choice(DIRECTIONS)), "Spread")


def pasted(rng: Random, project: Project) -> Command:
    wanted = set(some(rng, project))
    part = Project(
        nodes=tuple(n for n in project.nodes if n.id in wanted),
        edges=tuple(e for e in project.edges if wanted.issuperset(e)),
    )
    return group(project, part, "Paste")


def nudged(rng: Random, project: Project) -> Command:
    places = {n: project.node(n).position for n in some(rng, project)}
    return Nudge({n: (x + 8, y) for n, (x, y) in places.items()})


def renamed(rng: Random, project: Project) -> Command:
    old = name(rng, project)
    return commands.Rename(old, unique_id(rng.choice("abc"), [n.id for n in project.nodes]))


def resized(rng: Random, project: Project) -> Command:
    layers = [n.id for n in project.nodes if n.type == "Dense"]
    return commands.SetParameter(rng.choice(layers), "units", rng.randint(1, 9))


def weighed(rng: Random, project: Project) -> Command:
    table = freeze([[rng.gauss(0, 1) for _ in range(2)]])
    return commands.SetWeights({**project.weights, name(rng, project): {"W": table}})


MAKERS: tuple[Maker, ...] = (
    lambda rng, p: append(p, new(rng), name(rng, p) if rng.random() < 0.5 else None, size),
    dropped,
    inserted,
    wired,
    moved_end,
    lambda rng, p: commands.Disconnect((rng.choice(p.edges),)),
    lambda rng, p: commands.RemoveNodes(tuple(some(rng, p)[:3])),
    lambda rng, p: commands.MoveNodes({n: spot(rng) for n in some(rng, p)}),
    nudged,
    renamed,
    resized,
    weighed,
    aligned,
    spread,
    lambda _, p: Arrange(tidy(p, size)),
    template,
    lambda rng, p: sketch(rng.choice(LINES), TABLES[p.dataset]).command(size, "New"),
    pasted,
    lambda rng, p: duplicate(p, some(rng, p), size),
    lambda rng, _: commands.SetDataset(rng.choice(SETS)),
    lambda rng, _: commands.SetTraining("seed", rng.randint(0, 99)),
    lambda rng, _: commands.SetName(str(rng.random())),
)


def step(rng: Random, document: Document, seen: set[str]) -> None:
    """Push one random command, or let the document refuse it in words."""
    maker = rng.choice(MAKERS)
    try:
        command = maker(rng, document.project)
        if rng.random() < 0.7:
            document.seal()
        document.push(command)
    except NetbuilderError:
        pass  # refused: nothing may have changed, which the bytes will tell
    except IndexError:
        return  # there is nothing here of what it needs
    else:
        seen.add(type(command).__name__)


def steps(document: Document) -> int:
    return len(document._done)


def run(seed: int, seen: set[str]) -> None:
    """One sequence, back to its start and forth again."""
    rng = Random(seed)
    start = XOR if rng.random() < 0.7 else Project()
    document = Document(start.with_(dataset=rng.choice(SETS)))
    texts = [dumps(document.project)]
    for _ in range(rng.randint(2, LONGEST)):
        count = steps(document)
        step(rng, document, seen)
        text = dumps(document.project)
        if steps(document) > count:
            texts.append(text)
        elif count:  # merged with the step before, or refused without effect
            texts[-1] = text
        assert texts[-1] == text
    for text in reversed(texts[:-1]):
        document.undo()
        assert dumps(document.project) == text
    assert document.undo_command is None
    for text in texts[1:]:
        document.redo()
        assert dumps(document.project) == text
    assert document.redo_command is None
    assert dumps(loads(texts[-1])) == texts[-1]


def test_any_sequence_is_undone_and_redone_to_the_byte() -> None:
    seen: set[str] = set()

    @settings(max_examples=SEQUENCES)
    @given(st.integers(0, 2**40))
    def sequences(seed: int) -> None:
        run(seed, seen)

    sequences()
    assert seen >= {
        *("PlaceNode", "InsertNode", "Connect", "Disconnect", "RemoveNodes", "MoveNodes", "Nudge"),
        *("Rename", "SetParameter", "SetWeights", "Arrange", "BuildNetwork", "AddGroup"),
        *("SetDataset", "SetTraining", "SetName"),
    }
