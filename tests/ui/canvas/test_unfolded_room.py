"""Room for a block that grows: nothing overlaps, and all come home."""

from __future__ import annotations

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st

from netbuilder.ui.canvas.unfolded_room import AIR, Block, Shift, grown, taken_back


def test_a_chain_moves_right_and_keeps_its_row() -> None:
    # The block's left side stays at 140: it grows from 120 to 160 wide, so its centre moves by 20.
    # Its right side is then at 300; the next block begins at 310, and shall begin at 300 + AIR.
    row = {"a": Block(50, 0, 100, 90), "b": Block(200, 0, 120, 90), "c": Block(360, 0, 100, 90)}
    moved = grown(row, "b", (160, 300))
    assert moved == {"b": (220, 0), "c": (360 + 300 + AIR - 310, 0)}


def test_a_block_with_room_grows_where_it_stands() -> None:
    far = {"a": Block(0, 0, 100, 90), "b": Block(600, 0, 100, 90)}
    assert grown(far, "a", (160, 300)) == {}
    assert (far["a"].x, far["a"].width) == (0, 160)


def test_a_branch_above_moves_up_as_one_row() -> None:
    # 105 below the block above it: growing by 105 up and down overlaps it.
    blocks = {
        "left": Block(-30, -105, 80, 90),
        "above": Block(100, -105, 100, 90),
        "grows": Block(100, 0, 100, 90),
        "below": Block(100, 105, 100, 90),
    }
    moved = grown(blocks, "grows", (100, 300))
    # Its top goes to -150, the bottoms of the row above to -150 - AIR, from -60.
    up = -105 - (150 + AIR - 60)
    assert moved == {"left": (-30, up), "above": (100, up), "below": (100, -up)}


sizes = st.tuples(st.integers(40, 200), st.integers(40, 200))
places = st.tuples(st.integers(-600, 600), st.integers(-400, 400))


@given(
    st.lists(st.tuples(places, sizes), min_size=2, max_size=7),
    st.tuples(st.integers(0, 200), st.integers(0, 300)),
)
def test_what_did_not_overlap_does_not_and_all_come_home(
    drawn: list[tuple[tuple[int, int], tuple[int, int]]], more: tuple[int, int]
) -> None:
    blocks = {str(k): Block(*place, *size) for k, (place, size) in enumerate(drawn)}
    assume(not any(a.meets(b) for a, b in itertools.combinations(blocks.values(), 2)))
    before = {n: (b.x, b.y) for n, b in blocks.items()}
    first = blocks["0"]
    moved = grown(blocks, "0", (first.width + more[0], first.height + more[1]))
    for a, b in itertools.combinations(blocks.values(), 2):
        assert not a.meets(b)
    after = {n: (b.x, b.y) for n, b in blocks.items()}
    assert {n: p for n, p in after.items() if p != before[n]} == moved
    home = taken_back(Shift({n: before[n] for n in moved}, moved), after)
    assert {**after, **home} == before


def test_what_was_moved_meanwhile_goes_back_by_as_much() -> None:
    shift = Shift({"a": (0.1, 0.0), "b": (5.0, 0.0)}, {"a": (70.1, 0.0), "b": (75.0, 0.0)})
    back = taken_back(shift, {"a": (70.1, 0.0), "b": (75.0, 40.0), "other": (1.0, 1.0)})
    assert back == {"a": (0.1, 0.0), "b": (5.0, 40.0)}
