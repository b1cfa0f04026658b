"""Align, distribute and tidy up: worked examples, and what holds for every network."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from strategies import projects

from netbuilder.declare import registry
from netbuilder.engine.graph import cycle
from netbuilder.engine.operation import Operation
from netbuilder.project.arrange import (
    ACROSS,
    DOWN,
    LANE,
    Arrange,
    Side,
    align,
    distribute,
    selected_part,
    tidy,
)
from netbuilder.project.document import Document
from netbuilder.project.model import Edge, Node, Position, Project

WIDE, HIGH = 100.0, 80.0


def size(_node: Node) -> tuple[float, float]:
    return WIDE, HIGH


def network(*wires: str, **places: Position) -> Project:
    """Blocks named in wires such as "a b" (a leads to b); data is an Input, the rest Dense."""
    edges: list[Edge] = [(w.split()[0], w.split()[1]) for w in wires]
    names = list(dict.fromkeys([*itertools.chain(*edges), *places]))
    known = registry(Operation)
    return Project(
        nodes=tuple(
            Node(n, known["Input" if n == "data" else "Dense"](), places.get(n, (0.0, 0.0)))
            for n in names
        ),
        edges=tuple(edges),
    )


def placed(project: Project, places: Mapping[str, Position]) -> Project:
    return project.with_(
        nodes=tuple(msgspec.structs.replace(n, position=places[n.id]) for n in project.nodes)
    )


@pytest.mark.parametrize(
    ("side", "wanted"),
    [
        # a is 100 wide about 0 (-50 … 50), b about 30 (-20 … 80), c 40 about 100 (80 … 120)
        ("left", {"a": (0, 0), "b": (0, 200), "c": (-30, 50)}),
        ("right", {"a": (70, 0), "b": (70, 200), "c": (100, 50)}),
        ("centre", {"a": (35, 0), "b": (35, 200), "c": (35, 50)}),
        # 80 high about 0, 200, and 20 high about 50: from -40 to 240
        ("top", {"a": (0, 0), "b": (30, 0), "c": (100, -30)}),
        ("bottom", {"a": (0, 200), "b": (30, 200), "c": (100, 230)}),
        ("middle", {"a": (0, 100), "b": (30, 100), "c": (100, 100)}),
    ],
)
def test_align(side: Side, wanted: dict[str, Position]) -> None:
    project = network(a=(0, 0), b=(30, 200), c=(100, 50))
    found = align(project.nodes, lambda n: (40, 20) if n.id == "c" else (100, 80), side)
    assert found == wanted


def test_distribute_makes_equal_gaps_and_leaves_the_outermost() -> None:
    # 100 wide each, from -50 to 550: 600 - 3 * 100 leaves 150 for each of the two gaps
    project = network(a=(0, 0), c=(500, 9), b=(20, 5))
    assert distribute(project.nodes, size, "horizontal") == {
        "a": (0, 0),
        "b": (250, 5),
        "c": (500, 9),
    }
    # 80 high: a at 0, b at 5, c at 9; from -40 to 49: 89 - 240 is -75.5 for each gap
    assert distribute(project.nodes, size, "vertical")["b"] == (20, 4.5)


def test_two_blocks_have_nothing_to_distribute() -> None:
    project = network(a=(0, 0), b=(20, 5))
    assert distribute(project.nodes, size, "horizontal") == {"a": (0, 0), "b": (20, 5)}


def test_a_chain_becomes_a_straight_line_from_where_it_began() -> None:
    project = network("data a", "a b", data=(7, 3), a=(-200, 50), b=(0, -90))
    step = WIDE + ACROSS
    assert tidy(project, size) == {"data": (7, 3), "a": (7 + step, 3), "b": (7 + 2 * step, 3)}


def test_branches_keep_their_order_from_top_to_bottom() -> None:
    project = network("data a", "data b", "a c", "b c", a=(0, 50), b=(0, -50))
    places = tidy(project, size)
    half = (HIGH + DOWN) / 2
    assert places["b"][1] == -half
    assert places["a"][1] == half
    assert places["a"][0] == places["b"][0]
    assert places["data"][1] == places["c"][1] == 0


def test_a_shortcut_stays_straight_and_the_layers_give_way() -> None:
    # data -> a -> b -> sum, and data -> sum past them: the lane of the wire is 24 high
    project = network("data a", "a b", "b sum", "data sum")
    places = tidy(project, size)
    assert places["data"][1] == places["sum"][1] == 0
    aside = LANE / 2 + DOWN + HIGH / 2
    assert places["a"][1] == places["b"][1] == aside


def test_crossed_wires_are_uncrossed() -> None:
    crossed = network(
        "data a", "data b", "a d", "b c", "c end", "d end", a=(0, -1), b=(0, 1), c=(0, -1), d=(0, 1)
    )
    places = tidy(crossed, size)
    assert (places["a"][1] < places["b"][1]) == (places["d"][1] < places["c"][1])


def test_what_stands_alone_goes_below() -> None:
    places = tidy(network("data a", alone=(0, -500)), size)
    assert places["data"] == (0, 0)
    assert places["alone"] == (0, HIGH + ACROSS)


def test_a_second_source_stands_next_to_what_it_feeds() -> None:
    places = tidy(network("data a", "a b", "b c", "bias c"), size)
    assert places["bias"][0] == places["b"][0]


@given(projects(weights=False))
def test_any_network_is_tidied_without_overlaps_and_from_left_to_right(project: Project) -> None:
    def sizes(node: Node) -> tuple[float, float]:
        return 60.0 + 7 * len(node.id), 50.0 + 5 * len(node.type)

    places = tidy(project, sizes)
    assert set(places) == {n.id for n in project.nodes}
    for a, b in itertools.combinations(project.nodes, 2):
        (ax, ay), (bx, by) = places[a.id], places[b.id]
        (aw, ah), (bw, bh) = sizes(a), sizes(b)
        assert abs(ax - bx) >= (aw + bw) / 2 or abs(ay - by) >= (ah + bh) / 2 - 0.02
    ring = cycle({n.id: project.inputs_of(n.id) for n in project.nodes})
    if not ring:
        assert all(places[a][0] < places[b][0] for a, b in project.edges)


@pytest.mark.parametrize(
    "wires",
    [
        ("data a", "a b", "b c"),
        ("data a", "data b", "a c", "b c", "c d"),
        ("data a", "a b", "b sum", "data sum", "sum c", "c d", "d end", "sum end"),
        ("data a", "data b", "a d", "b c", "c end", "d end"),
    ],
)
def test_a_tidy_network_stays_as_it_is(wires: tuple[str, ...]) -> None:
    once = network(*wires)
    for _ in range(2):  # a first tidying may uncross what the next can then put straight
        once = placed(once, tidy(once, size))
    assert tidy(once, size) == {n.id: n.position for n in once.nodes}


def test_tidying_up_is_one_step_with_a_text() -> None:
    document = Document(network("data a", a=(0, 99)))
    before = document.project
    document.push(Arrange(tidy(before, size)))
    assert document.undo_command is not None
    assert document.undo_command.text == "Tidy up"
    assert document.project.node("a").position == (WIDE + ACROSS, 0)
    document.undo()
    assert document.project == before


def test_some_blocks_are_put_in_order_and_the_others_stay() -> None:
    project = network("data a", "a b", "b c", a=(50, 90), b=(10, -40), c=(400, 7))
    places = tidy(selected_part(project, ("a", "b")), size)
    assert places.keys() == {"a", "b"}
    assert places["a"] == (50, 90)  # the first stays
    assert places["b"][0] > 50
    assert places["b"][1] == 90
