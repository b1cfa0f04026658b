"""A step of training as a work sheet: an HTML page with gaps, or with the solutions in them."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from netbuilder.engine.algebra.expression import Number, Place, Quantity
from netbuilder.engine.algebra.follow import quantities
from netbuilder.engine.algebra.write import as_latex, digits_of
from netbuilder.engine.exercise import Exercise, Question
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage, Walk

MOST_ROWS, MOST_COLUMNS = 12, 10
"""A larger matrix is not printed whole: its gaps stand in a list."""

STYLE = """
body { font-family: "Inter", "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 14px;
  color: #1f2933; max-width: 46em; margin: 2em auto; }
h1 { font-size: 24px; margin: 0 0 4px 0; }
h2 { font-size: 17px; margin: 20px 0 4px 0; }
p { margin: 5px 0; }
.muted { color: #5f6b79; }
table.matrix { border-collapse: collapse; margin: 4px 0 8px 0; }
table.matrix td, table.matrix th { padding: 3px 9px; text-align: right; }
table.matrix th { color: #5f6b79; font-weight: normal; font-size: 12px; white-space: nowrap; }
svg { max-width: 100%; }
table.beside td { padding-right: 22px; }
table.beside table.matrix td, table.beside table.matrix th { padding-right: 9px; }
table.matrix td { border: 1px solid #c3cad3; white-space: nowrap; }
td.gap { background: #fbf0da; min-width: 4em; }
td.solved { background: #e1f2ec; font-weight: bold; }
.number { color: #8a5a00; font-size: 11px; }
svg, img { vertical-align: middle; }
@media print { body { margin: 0; } h2 { break-after: avoid; } table { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Words:
    """The words of the sheet; `{}` places are filled in."""

    name: str = "Name"
    date: str = "Date"
    task: str = (
        "Work out the numbers in the gaps, from the top down. Give at least three significant"
        " digits."
    )
    solutions: str = "Solutions"
    given: str = "Given"
    data: str = "{count} samples, step {step}"
    headings: Mapping[str, str] = field(
        default_factory=lambda: {
            "forward": "Forward through {node}",
            "loss": "The loss",
            "backward": "The error goes back through {node}",
            "update": "New weights for {node}",
        }
    )
    sample: str = "s{n}"


Formula = Callable[[str], str]


def svg_formula(latex: str) -> str:
    """A formula as a picture within the page. Raises ValueError for what cannot be read."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    try:
        return str(ziamath.Latex(latex, size=17, color="#1f2933").svg())
    except Exception as error:  # the parser raises whatever it stumbles over
        raise ValueError(f"not a readable formula: {latex}") from error


def worksheet(
    exercise: Exercise,
    *,
    title: str,
    solutions: bool,
    step: int = 0,
    digits: int = 6,
    words: Words | None = None,
    formula: Formula = svg_formula,
) -> str:
    """The whole page. `formula` gives the HTML of a LaTeX formula."""
    sheet = _Sheet(exercise, solutions, digits, words or Words(), formula)
    return sheet.page(title, step)


class _Sheet:
    def __init__(
        self, exercise: Exercise, solutions: bool, digits: int, words: Words, formula: Formula
    ) -> None:
        self._exercise = exercise
        self._walk: Walk = exercise.walk
        self._solutions = solutions
        self._digits = digits
        self._words = words
        self._formula = formula

    def page(self, title: str, step: int) -> str:
        words = self._words
        heading = html.escape(title)
        if self._solutions:
            heading += f" — {html.escape(words.solutions)}"
        count = words.data.format(count=len(self._walk.samples), step=step + 1)
        parts = [
            f"<h1>{heading}</h1>",
            f'<p class="muted">{html.escape(count)}</p>',
        ]
        if not self._solutions:
            line = "_" * 28
            parts += [
                f"<p>{html.escape(words.name)}: {line} &nbsp; {html.escape(words.date)}: "
                f"{'_' * 14}</p>",
                f"<p>{html.escape(words.task)}</p>",
            ]
        parts.append(f"<h2>{html.escape(words.given)}</h2>")
        parts += self._beside(self._given())
        for i, stage in enumerate(self._walk.stages):
            if self._exercise.of_stage(i):
                parts += self._stage(stage, self._exercise.of_stage(i))
        body = "\n".join(parts)
        return (
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
            f"<title>{heading}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
        )

    def _given(self) -> list[Quantity]:
        """Data, targets and parameters, and what is needed that no line gives."""
        walk = self._walk
        found: dict[str, Quantity] = {q.key: q for q in walk.stages[0].given}
        for named in walk.params.values():
            found.update({q.key: q for q in named.values()})
        for stage in walk.stages:
            for line in stage.lines:
                for quantity in quantities(line.expression):
                    if quantity.key not in walk.lines:
                        found.setdefault(quantity.key, quantity)
        return list(found.values())

    def _beside(self, given: list[Quantity]) -> list[str]:
        """Matrices in rows, as many as there is room for."""
        rows: list[list[Quantity]] = []
        room = 0
        for quantity in given:
            width = quantity.values.shape[1] + 1
            if not rows or width > room:
                rows.append([])
                room = MOST_COLUMNS + 2
            rows[-1].append(quantity)
            room -= width
        return [
            '<table class="beside" cellspacing="0" cellpadding="0"><tr>'
            + "".join(f'<td valign="top">{self._matrix(q)}</td>' for q in row)
            + "</tr></table>"
            for row in rows
        ]

    def _stage(self, stage: Stage, questions: list[Question]) -> list[str]:
        heading = self._words.headings.get(stage.phase, "{node}").format(node=stage.node)
        parts = [f"<h2>{html.escape(heading)}</h2>"]
        asked = {q.line.result.key for q in questions}
        for line in stage.lines:
            if line.aside:
                continue
            parts.append(f"<p>{self._written(line)}</p>")
            if line.result.key in asked:
                parts.append(self._matrix(line.result, line.result.key))
        if self._solutions:
            parts += [f"<p>{self._worked_out(q)}</p>" for q in questions]
        return parts

    def _written(self, line: Line) -> str:
        return self._set(f"{line.result.symbol.latex()} = {as_latex(line.expression)}")

    def _worked_out(self, question: Question) -> str:
        written = as_latex(question.expression, numbers=True, digits=self._digits)
        number = as_latex(Number(question.answer), digits=self._digits)
        return f'<span class="number">({question.number})</span> ' + self._set(
            f"{as_latex(question.name)} = {written} = {number}"
        )

    def _set(self, latex: str) -> str:
        try:
            return self._formula(latex)
        except ValueError:
            return f"<code>{html.escape(latex)}</code>"

    def _matrix(self, quantity: Quantity, asked: str = "") -> str:
        rows, columns = quantity.values.shape
        title = self._set(quantity.symbol.latex())
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            return f"<p>{title} ({rows} × {columns})</p>" + self._list(asked)
        head = "".join(f"<th>{self._label(quantity, 'columns', j)}</th>" for j in range(columns))
        lines = [f"<tr><th></th>{head}</tr>"]
        for i in range(rows):
            cells = "".join(self._cell(Place(quantity.key, i, j), quantity) for j in range(columns))
            lines.append(f"<tr><th>{self._label(quantity, 'rows', i)}</th>{cells}</tr>")
        table = f'<table class="matrix" cellspacing="0" cellpadding="4">{"".join(lines)}</table>'
        return f"<p>{title} =</p>{table}"

    def _list(self, asked: str) -> str:
        entries = []
        for question in self._exercise.questions:
            if question.place.key == asked:
                name = self._set(as_latex(question.name))
                gap = self._number(question.answer) if self._solutions else "_" * 14
                entries.append(
                    f'<p><span class="number">({question.number})</span> {name} = {gap}</p>'
                )
        return "".join(entries)

    def _cell(self, place: Place, quantity: Quantity) -> str:
        number = self._number(float(quantity.values[place.row, place.column]))
        question = self._exercise.at(place)
        if question is None:
            return f"<td>{number}</td>"
        mark = f'<span class="number">({question.number})</span>'
        if self._solutions:
            return f'<td class="solved">{number} {mark}</td>'
        return f'<td class="gap">{mark}&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;</td>'

    def _number(self, value: float) -> str:
        return html.escape(digits_of(value, self._digits).replace("-", "−"))

    def _label(self, quantity: Quantity, side: str, place: int) -> str:
        meaning = quantity.columns if side == "columns" else quantity.rows
        if meaning.side == "sample":
            first = self._walk.samples[place] if not meaning.first else meaning.first
            return html.escape(self._words.sample.format(n=first + 1))
        if meaning.side == "unit":
            return f"{html.escape(meaning.letter)}<sub>{place + 1}</sub>"
        return ""
