"""Work sheets: gaps without the numbers, and solutions with them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from engine.test_walk import drawn_walk, logistic

from netbuilder.engine.exercise import Exercise
from netbuilder.export.worksheet import svg_formula, worksheet


def plain(latex: str) -> str:
    return f"<i>{len(latex)}</i>"


class Balanced(HTMLParser):
    """Counts open tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_sheet_has_a_gap_for_each_question_and_not_its_number() -> None:
    _, walk, _ = drawn_walk(4)
    exercise = Exercise(walk, 0)
    # 17 digits tell one number from all others.
    page = worksheet(exercise, title="x", solutions=False, digits=17, formula=plain)
    assert page.count('<td class="gap">') == len(exercise.questions) > 4
    every = [f"{v:.17g}" for q in walk.quantities.values() for v in q.values.ravel()]
    alone = 0
    for question in exercise.questions:
        assert f"({question.number})" in page
        number = f"{question.answer:.17g}"
        if every.count(number) == 1:
            alone += 1
            assert f">{number.replace('-', '−')}<" not in page
    assert alone > 4


def test_the_solutions_hold_every_number_worked_out() -> None:
    exercise = Exercise(logistic(), 0)
    formulas: list[str] = []

    def noted(latex: str) -> str:
        formulas.append(latex)
        return plain(latex)

    page = worksheet(exercise, title="2-3-1", solutions=True, formula=noted)
    assert page.count('<td class="solved">') == len(exercise.questions)
    for question in exercise.questions:
        number = f"{question.answer:.6g}".replace("-", "−")
        assert f'<td class="solved">{number} ' in page
    # The first question is z of some sample and unit: x1 w1 + x2 w2 + b.
    first = exercise.questions[0]
    x = exercise.walk.outputs["data"].values[first.place.row]
    assert any(re.search(rf"= {x[0]:g} \\cdot .* \+ {x[1]:g} \\cdot", f) for f in formulas)


@pytest.mark.parametrize("seed", range(0, 40, 5))
@pytest.mark.parametrize("solutions", [False, True])
def test_the_page_is_sound_for_random_networks(seed: int, solutions: bool) -> None:
    _, walk, _ = drawn_walk(seed)
    title = 'A <b>"bold"</b> & wide name'
    page = worksheet(Exercise(walk, seed), title=title, solutions=solutions, formula=plain)
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "<b>" not in page


def test_a_formula_is_a_picture_within_the_page() -> None:
    assert svg_formula(r"Z = X \, W + b").startswith("<svg")


def test_every_formula_of_random_networks_can_be_typeset() -> None:
    from netbuilder.engine.algebra.write import as_latex

    seen: set[str] = set()
    for seed in range(0, 60, 3):
        _, walk, _ = drawn_walk(seed)
        for line in walk.lines.values():
            latex = f"{line.result.symbol.latex()} = {as_latex(line.expression)}"
            kind = re.sub(r"\d+|[a-z]\b", "", latex)
            if kind not in seen:
                seen.add(kind)
                assert svg_formula(latex).startswith("<svg"), latex
    assert len(seen) > 30
