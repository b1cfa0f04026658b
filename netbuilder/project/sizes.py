"""A network from a line of text: "2-8-8-1 tanh"."""

import difflib
import re
from collections.abc import Sequence

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import target_width
from netbuilder.declare import registry
from netbuilder.engine.activation import Activation
from netbuilder.engine.activations.tanh import Tanh
from netbuilder.engine.layers.input import Input
from netbuilder.engine.loss import Loss
from netbuilder.engine.operation import Operation
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.model import Node, Project
from netbuilder.project.templates import Part, Sketch, chain, ending, ending_parts, hidden_parts

GRAMMAR = (
    ("2-8-8-1", "sizes from the data to the output"),
    ("in-8-8-out", "as many inputs and outputs as the data needs"),
    ("2-8-8-1 relu", "the activation of the hidden layers; without one: tanh"),
    ("2-8-4-1 relu tanh", "one for each hidden layer"),
    ("2-8-1 tanh sigmoid", "the last is that of the output; without one: what fits the data"),
    ("2-8 tanh softmax 3", "an output of 3 units"),
)
"""Examples of what can be typed, and what they mean."""

MOST_UNITS = 4096
MOST_LAYERS = 100
_OUTPUTS = ("Linear", "Sigmoid", "Softmax", "LogSoftmax", "Step")  # seldom wanted inside
_FIRST_LOSSES = ("BinaryCrossEntropy", "CategoricalCrossEntropy", "MeanSquaredError")


class SizesError(NetbuilderError):
    """A line of sizes that makes no network for the data, with the reason."""


def sketch(text: str, table: Table) -> Sketch:
    """The network that a line of text describes, for this data. Raises SizesError.

    The line is `sizes [activations] [output [units]]`; see GRAMMAR.
    """
    words = re.sub(r"\s*(?:-+>|[-–—−→])\s*", "-", text.strip()).replace(",", " ").split()
    if not words:
        raise SizesError(detail="Type sizes such as in-8-8-out.")
    sizes = words[0].split("-")
    names, units = _names(words[1:])
    if units is not None and sizes[-1] != str(units):
        sizes.append(str(units))
    inner = _sizes(sizes, table)
    wanted = inner.pop()
    hidden, output = _divide(names, len(inner), ended=units is not None)
    parts: list[Part] = [("data", Input())]
    if inner:
        chosen = hidden or [Tanh] * len(inner)
        parts += hidden_parts(inner, [cls() for cls in chosen])
    return chain(_finish(parts, wanted, output, table))


def words(parts: Sequence[Part]) -> list[str]:
    """The parts in short: "Data", "Dense 8", "Tanh", …"""
    return [
        f"{op.title} {op.units}" if hasattr(op, "units") else op.title or type(op).__name__
        for _, op in parts
    ]


def _sizes(words: Sequence[str], table: Table) -> list[int]:
    """The sizes behind the data."""
    first, *rest = words
    features = table.features
    noun = "feature" if features == 1 else "features"
    if not rest:
        raise SizesError(
            detail=f"Type at least two sizes with a hyphen between them, such as {features}-8-out."
        )
    if len(rest) > MOST_LAYERS:
        raise SizesError(detail=f"That are {len(rest)} layers: {MOST_LAYERS} are the most.")
    if first != "in" and (not first.isdecimal() or int(first[:9]) != features):
        raise SizesError(
            detail=f"The data has {features} {noun}, so the first size is {features} or 'in',"
            f" not '{first[:20]}'."
        )
    sizes: list[int] = []
    for k, word in enumerate(rest):
        if word == "out" and k == len(rest) - 1:
            sizes.append(ending(table)[0])
        elif not (word.isdecimal() and 1 <= int(word[:9]) <= MOST_UNITS):
            last = " or 'out'" if k == len(rest) - 1 else ""
            raise SizesError(
                detail=f"'{word[:20]}' is no size: type a whole number from 1 to {MOST_UNITS}"
                f"{last}."
                if word
                else "A size is missing between two hyphens, or at the end."
            )
        else:
            sizes.append(int(word))
    return sizes


def _names(words: Sequence[str]) -> tuple[list[type[Activation]], int | None]:
    """The activations that are named, and the number behind the last one."""
    units: int | None = None
    if words and words[-1].isdecimal():
        units = int(words[-1][:9])
        words = words[:-1]
        if not words:
            raise SizesError(
                detail=f"Join the sizes by hyphens: '{units}' stands alone, with a space before it."
            )
    known = _known()
    found: list[type[Activation]] = []
    place = 0
    while place < len(words):
        for length in (3, 2, 1):
            name = _plain("".join(words[place : place + length]))
            if name in known:
                found.append(known[name])
                place += length
                break
        else:
            raise SizesError(detail=_unknown(words[place], known))
    return found, units


def _known() -> dict[str, type[Activation]]:
    """The activations by their names: type, title, and what no other is called."""
    classes = [c for c in registry(Operation).values() if issubclass(c, Activation)]
    known: dict[str, type[Activation]] = {}
    shared: set[str] = set()
    for cls in classes:
        for keyword in map(_plain, cls.keywords):
            if keyword in known:
                shared.add(keyword)
            known[keyword] = cls
    for keyword in shared:
        del known[keyword]
    for cls in classes:
        known[_plain(cls.title)] = known[_plain(cls.__name__)] = cls
    known.pop("", None)
    return known


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _unknown(word: str, known: dict[str, type[Activation]]) -> str:
    if "-" in word or word.isdecimal():
        return f"Join all sizes by hyphens, without a gap before '{word[:20]}'."
    near = difflib.get_close_matches(_plain(word), list(known), n=1)
    hint = f": did you mean {known[near[0]].title.lower()}?" if near else "."
    return f"There is no activation called '{word[:20]}'{hint}"


def _divide(
    names: list[type[Activation]], hidden: int, *, ended: bool
) -> tuple[list[type[Activation]], type[Activation] | None]:
    """Which of the names are for the hidden layers, and which is for the output."""
    if not names:
        return [], None
    output: type[Activation] | None = None
    fit = names[-1].__name__ in _OUTPUTS
    last_only = len(names) == 1 and (not hidden or names[0].__name__ in ("Softmax", "LogSoftmax"))
    if ended or last_only or len(names) == hidden + 1 or (len(names) == 2 and fit and hidden != 1):
        *names, output = names
    if len(names) == 1:
        names = names * hidden
    if names and len(names) != hidden:
        there = {0: "There is no hidden layer", 1: "There is one hidden layer"}.get(
            hidden, f"There are {hidden} hidden layers"
        )
        raise SizesError(
            detail=f"{there}, but {len(names) + (output is not None)} activations are named: name"
            " one for all of them, or one for each, and that of the output behind."
        )
    return names, output


def _finish(
    parts: Sequence[Part], units: int, output: type[Activation] | None, table: Table
) -> list[Part]:
    """The output layer and the first loss that fits it and the data."""
    fitting = sorted({*target_width(table, False), *target_width(table, True)})
    if units not in fitting:
        raise SizesError(
            detail=f"The data {_wants(table)}, so the last size is"
            f" {' or '.join(map(str, fitting))}, not {units}."
        )
    usual, activation, loss = ending(table)
    if output is not None:
        activation = output()
    elif units != usual:  # one output for each of two classes
        activation = registry(Operation)["Softmax"]()
    if output is None and units == usual:
        return ending_parts(parts, units, activation, loss)
    for cls in _losses(activation):
        whole = ending_parts(parts, units, activation, cls())
        nodes = tuple(Node(name, op) for name, op in whole)
        if analyse(Project(nodes=nodes, edges=chain(whole).edges), table).ok:
            return whole
    title = "" if activation is None else activation.title
    raise SizesError(detail=f"No loss fits a last size of {units} with {title} and this data.")


def _losses(activation: Operation | None) -> list[type[Loss]]:
    """All losses, those first that belong to the activation or are the usual ones."""
    name = type(activation).__name__
    classes = [c for c in registry(Operation).values() if issubclass(c, Loss)]
    usual = {n: k for k, n in enumerate(_FIRST_LOSSES)}
    return sorted(
        classes, key=lambda c: (c.fuses != name, usual.get(c.__name__, len(usual)), c.__name__)
    )


def _wants(table: Table) -> str:
    if table.classes is not None:
        return f"has {table.classes} classes"
    count = target_width(table, False)[0]
    return "has 1 target a sample" if count == 1 else f"has {count} targets a sample"
