"""How a formula is taken apart into matrices and signs."""

from __future__ import annotations

import numpy as np
import pytest
from engine.test_walk import drawn_walk, logistic

from netbuilder.engine.algebra.expression import Meaning, Place, Quantity
from netbuilder.engine.algebra.follow import sources
from netbuilder.engine.algebra.matrices import Columns, Row, Total
from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.ui.step.links import links_of
from netbuilder.ui.step.reading import Piece, Token, needed, read_out
from netbuilder.ui.step.words import place_words, title_html


def words(tokens: tuple[Token, ...]) -> str:
    return "".join(f"[{t.quantity.symbol.text()}]" if isinstance(t, Piece) else t for t in tokens)


def test_signs_between_the_matrices() -> None:
    lines = logistic().lines

    def of(key: str) -> str:
        return words(read_out(lines[key].expression).tokens)

    assert of("hidden:output") == "[X] · [W¹] + [b¹]"
    assert of("h:output") == "σ([Z¹])"
    assert of("hidden:new W") == "[W¹] − 0.1 · [∂J/∂W¹]"
    assert of("hidden:d b") == "Σₛ [∂J/∂Z¹]"
    assert of("hidden:output gradient") == "[∂J/∂H¹] ⊙ [σ′(Z¹)]"


def test_a_formula_that_names_a_matrix_twice_is_only_listed() -> None:
    loss = read_out(logistic().lines["loss:J"].expression)
    assert loss.is_listed
    assert [p.quantity.symbol.text() for p in loss.pieces] == ["Y", "Ŷ"]


def a_quantity(rows: int = 3, columns: int = 4) -> Quantity:
    values = np.arange(float(rows * columns)).reshape(rows, columns)
    unit = Meaning("unit", "hidden", "z")
    return Quantity("a", Symbol("A", "1"), values, Meaning("sample"), unit)


def test_pieces_know_their_places() -> None:
    a = a_quantity()
    (transposed,) = read_out(a.T).pieces
    assert transposed.values.tolist() == a.values.T.tolist()
    assert transposed.place(3, 1) == Place("a", 1, 3)
    assert transposed.find(Place("a", 1, 3)) == (3, 1)
    (some,) = read_out(Columns(a, 1, 3)).pieces
    assert some.values.tolist() == [[1.0, 2.0], [5.0, 6.0], [9.0, 10.0]]
    assert some.place(2, 0) == Place("a", 2, 1)
    assert some.find(Place("a", 2, 3)) is None
    (row,) = read_out(Row(a, 1).T).pieces
    assert row.values.tolist() == [[4.0], [5.0], [6.0], [7.0]]
    assert row.place(2, 0) == Place("a", 1, 2)
    assert title_html(row) == "A<sup>1</sup><sub>[2]</sub><sup>T</sup>"


def test_what_one_column_needs() -> None:
    # Z = X W + b: unit 2 needs all of X, and column 2 of W and b.
    line = logistic().lines["hidden:output"]
    assert needed(line.expression, 1) == {
        "data:output": (range(4), range(2)),
        "hidden:W": (range(2), range(1, 2)),
        "hidden:b": (range(1), range(1, 2)),
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_column_needs_no_more_and_no_less(seed: int) -> None:
    _, walk, _ = drawn_walk(seed)
    for line in walk.lines.values():
        rows, columns = line.expression.shape
        spans = needed(line.expression, columns - 1)
        for row in range(rows):
            for p in sources(line.expression, row, columns - 1):
                assert p.row in spans[p.key][0], line.result.key
                assert p.column in spans[p.key][1], line.result.key


def test_links() -> None:
    walk = logistic()
    links = links_of(walk, Place("hidden:output", 0, 1), ["h:output", "hidden:output"])
    assert set(links.sources) == {"data:output", "hidden:W", "hidden:b"}
    assert np.argwhere(links.sources["hidden:W"]).tolist() == [[0, 1], [1, 1]]
    assert np.argwhere(links.targets["h:output"]).tolist() == [[0, 1]]
    assert set(links.targets) == {"h:output"}
    assert not links_of(walk, None, ["h:output"]).sources
    assert not links_of(None, Place("a", 0, 0), ["h:output"]).sources


def test_places_in_words() -> None:
    walk = logistic()
    assert place_words(walk.outputs["h"], Place("h:output", 2, 1)) == "sample 3, unit 2 of h"
    weights = walk.params["hidden"]["W"]
    words = place_words(weights, Place("hidden:W", 1, 2))
    assert words == "from unit 2 of data to unit 3 of hidden"
    total = Total(walk.outputs["h"], "all")
    assert place_words(Quantity("j", Symbol("J"), total.value), Place("j", 0, 0)) == ""
