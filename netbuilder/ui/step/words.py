"""What formulas, places and meanings say in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Meaning, Place, Quantity
from netbuilder.engine.algebra.symbol import GREEK
from netbuilder.engine.algebra.write import digits_of
from netbuilder.engine.graph import Vertex
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage, Walk
from netbuilder.ui.forms.words import title_of
from netbuilder.ui.step.reading import Piece


def _t(text: str) -> str:
    return QCoreApplication.translate("StepWords", text)


# ---- places --------------------------------------------------------------------------------------


def meaning_words(meaning: Meaning, number: int, samples: Sequence[int] = ()) -> str:
    """What row or column `number` (from 0) is: "sample 3, row 17 of the training set"."""
    number += meaning.first
    if meaning.side == "sample":
        words = _t("sample {n}").format(n=number + 1)
        if number < len(samples):
            row = _t("row {row} of the training set").format(row=samples[number] + 1)
            words = f"{words}, {row}"
        return words
    if meaning.side == "unit":
        return _t("unit {n} of {node}").format(n=number + 1, node=meaning.node)
    return ""


def place_words(quantity: Quantity, place: Place) -> str:
    """What one number of a quantity belongs to: "sample 3, unit 2 of hidden"."""
    row = meaning_words(quantity.rows, place.row)
    column = meaning_words(quantity.columns, place.column)
    if row and column and quantity.rows.side == "unit" and quantity.columns.side == "unit":
        return _t("from {a} to {b}").format(a=row, b=column)
    return ", ".join(filter(None, (row, column)))


def title_html(piece: Piece) -> str:
    """A matrix as a heading: letters with what stands above and below right of them."""
    symbol = piece.quantity.symbol
    plain = replace(symbol, layer="", sub="", square=False, prime="", grad=False, new=False)
    words = plain.text()
    if symbol.sub:
        below = ",".join(GREEK.get(part, part) for part in symbol.sub.split(","))
        words += f"<sub>{below}</sub>"
    if symbol.layer:
        words += f"<sup>{symbol.layer}</sup>"
    if symbol.square:
        words = f"({words})<sup>2</sup>" if symbol.layer else f"{words}<sup>2</sup>"
    if symbol.prime:
        function = symbol.prime.lstrip("\\")
        words = f"{GREEK.get(function, function)}′({words})"
    if symbol.grad:
        words = f"∂J/∂{words}"
    if symbol.new:
        words = _t("{name} new").format(name=words)
    height, width = piece.quantity.values.shape
    if len(piece.rows) < height:
        words += f"<sub>[{piece.rows.start + 1}]</sub>"
    elif len(piece.columns) < width:
        span = piece.columns.start + 1, piece.columns.stop
        words += f"<sub>[{span[0]}…{span[1]}]</sub>" if span[1] > span[0] else ""
    return words + ("<sup>T</sup>" if piece.transposed else "")


def shape_words(rows: int, columns: int) -> str:
    """4×3."""
    return f"{rows}×{columns}"


def range_words(low: float, mean: float, high: float, digits: int) -> str:
    """The smallest, mean and largest number of a matrix."""
    return _t("{low} to {high}, mean {mean}").format(
        low=digits_of(low, digits), high=digits_of(high, digits), mean=digits_of(mean, digits)
    )


# ---- stages --------------------------------------------------------------------------------------


def input_sentence(walk: Walk) -> str:
    """What the input stage shows."""
    rows, columns = next(iter(walk.outputs.values())).values.shape
    features = _t("{n} numbers each") if columns > 1 else _t("one number each")
    samples = _t("{m} samples of {features}") if rows > 1 else _t("One sample of {features}")
    what = samples.format(m=rows, features=features.format(n=columns))
    return _t("{what} go in as X; Y is what should come out for them.").format(what=what)


def sentence(walk: Walk, stage: Stage, line: Line) -> str:
    """What a line says, in one sentence."""
    if line.aside:
        return _aside(walk, line)
    name = line.result.key.rpartition(":")[2]
    makers = {
        "forward": _forward,
        "loss": _loss,
        "backward": _backward,
        "update": _update,
    }
    if stage.phase not in makers:
        return ""
    words = makers[stage.phase](walk, stage, line, name.removeprefix("d "))
    return words or _t("A step on the way, that the next formulas use.")


def _vertex(walk: Walk, node: str) -> Vertex:
    return next(v for v in walk.network.vertices if v.id == node)


def _title(walk: Walk, node: str) -> str:
    if node == walk.loss:
        return title_of(walk.network.loss)
    return title_of(_vertex(walk, node).operation)


def _over(walk: Walk) -> str:
    if walk.m == 1:
        return _t("for this one sample")
    return _t("summed over the {m} samples").format(m=walk.m)


def _each(walk: Walk) -> str:
    if walk.m == 1:
        return _t("the sample")
    return _t("each of the {m} samples").format(m=walk.m)


def _aside(walk: Walk, line: Line) -> str:
    name = line.result.key.rpartition(":")[2].removeprefix("d ")
    if name == "Jacobian":
        words = _t("How each output of sample {n} moves with each of its scores: the Jacobian.")
        return words.format(n=walk.sample + 1)
    if name == "row":
        words = _t("The same for sample {n} alone: its error times the Jacobian.")
        return words.format(n=walk.sample + 1)
    if name == "output gradient":
        return _t(
            "The same in short, activation and loss together: what came out less what should have."
        )
    return _t("The same in short.")


def _given_forward() -> dict[str, str]:
    """What a layer gives, by its type."""
    return {
        "Dense": _t(
            "Each unit of {node} adds up its inputs, each times its weight, and its bias,"
            " for {each}."
        ),
        "Dense without": _t(
            "Each unit of {node} adds up its inputs, each times its weight, for {each}."
        ),
        "Softmax": _t("The scores of {each} become probabilities that add up to 1."),
        "LogSoftmax": _t("The scores of {each} become logarithms of probabilities."),
        "Linear": _t("{out} is {x} itself: nothing is done to it."),
        "BatchNorm": _t(
            "Each unit, brought to mean 0 and variance 1 over the samples, is stretched"
            " by its γ and moved by its β."
        ),
        "LayerNorm": _t(
            "Each sample, brought to mean 0 and variance 1 over its units, is stretched"
            " by γ and moved by β, unit by unit."
        ),
        "Dropout": _t("The mask M sets some numbers to 0 and makes the others larger to match."),
        "GaussianNoise": _t("Noise is added to every number."),
        "Add": _t("The inputs are added, number by number."),
        "Concat": _t("The inputs are put side by side."),
        "Maxout": _t("The largest of its pieces wins, for each unit and sample."),
    }


def _on_the_way() -> dict[str, str]:
    """What is computed before, by its name."""
    return {
        "mean": _t("The mean {along}."),
        "var": _t("How far the numbers spread around the mean: their variance {along}."),
        "xhat": _t("Less the mean and divided by the spread: mean 0 and variance 1."),
        "Z": _t("What every piece of {node} gives, side by side."),
    }


def _forward(walk: Walk, stage: Stage, line: Line, name: str) -> str:
    vertex = _vertex(walk, stage.node)
    kind = type(vertex.operation).__name__
    if name == "output":
        if kind == "Dense" and not getattr(vertex.operation, "bias", True):
            kind = "Dense without"
        words = _given_forward().get(kind, "")
        if not words and isinstance(vertex.operation, Activation):
            words = _t("{title} of every number of {x}, each on its own.")
        words = words or _t("What {node} ({title}) gives for {each}.")
    else:
        words = _on_the_way().get(name, "")
    inputs = [walk.outputs[u].symbol.text() for u in vertex.inputs]
    along = _t("over its units, for {each}") if kind == "LayerNorm" else _t("over the samples")
    return words.format(
        node=stage.node,
        title=title_of(vertex.operation),
        each=_each(walk),
        along=along.format(each=_each(walk)),
        x=inputs[0],
        out=line.result.symbol.text(),
    )


def _loss(walk: Walk, stage: Stage, line: Line, name: str) -> str:
    if name != "J":
        return _loss_way(name)
    if walk.m == 1:
        words = _t("{title}: how wrong the output is, as one number.")
    else:
        words = _t("{title}: how wrong the output is, as one number for the {m} samples.")
    return words.format(title=_title(walk, stage.node), m=walk.m)


def _loss_way(name: str) -> str:
    return {
        "size": _t("How far each output is from its target."),
        "class weight": _t("How much each sample counts: the weight of its class."),
        "right": _t("The score of the right class of each sample."),
        "lead": _t("How far each score comes up to that of the right class."),
        "missing": _t("The largest of them: how much is missing to be right."),
        "first": _t("Which class that is: 1 marks it."),
    }.get(name, "")


def _backward(walk: Walk, stage: Stage, line: Line, name: str) -> str:
    node = stage.node
    if node == walk.loss:
        if name.startswith("output gradient"):
            return _t("How much the loss moves when an output moves: one number for each output.")
        return _loss_way(name)
    vertex = _vertex(walk, node)
    kind, title = type(vertex.operation).__name__, title_of(vertex.operation)
    if stage.key.startswith("sum:"):
        words = _t("{symbol} is used in several places: what each of them gives back is added up.")
        return words.format(symbol=walk.outputs[node].symbol.text())
    if name in walk.grads.get(node, {}):
        return _gradient(walk, node, name)
    if name.startswith("output gradient"):
        if kind in ("Dense", "Maxout"):
            words = _t("The errors of {node} go back through its weights to what fed it.")
        elif kind in ("BatchNorm", "LayerNorm"):
            words = _t(
                "The errors before {node}: mean and spread moved too, so two averages come off."
            )
        elif kind == "Softmax":
            words = _t("The errors of the scores: each output pulls on every score of its sample.")
        elif kind == "Dropout":
            words = _t("Errors go back only where the mask let the number pass.")
        elif kind in ("Add", "GaussianNoise", "Linear"):
            words = _t("{title} lets the errors pass as they are.")
        elif kind == "Concat":
            words = _t("Each input gets back the errors of its own columns.")
        elif isinstance(vertex.operation, Activation):
            words = _t("The errors before {title}: those behind it times its slope there.")
        else:
            words = _t("The errors go back through {node} ({title}).")
        return words.format(node=node, title=title)
    words = {
        "slope": _t("How steep {title} is at every number of {x}."),
        "inner": _t("How the errors of a sample go together: each times its output, added up."),
        "total": _t("The errors of a sample, added up."),
        "dxhat": _t("The errors of the normalised numbers."),
        "mean g": _t("Their mean {along}: it is taken off, since the mean moved too."),
        "mean gx": _t("Their mean together with the normalised numbers, since the spread moved."),
        "dZ": _t("The errors go to the piece that won; the others get 0."),
    }.get(name, "")
    along = _t("over the units") if kind == "LayerNorm" else _t("over the samples")
    x = walk.outputs[vertex.inputs[0]].symbol.text()
    return words.format(title=title, x=x, along=along)


def _gradient(walk: Walk, node: str, name: str) -> str:
    over = _over(walk)
    words = {
        "W": _t(
            "How much each weight of {node} moves the loss: its inputs times its errors, {over}."
        ),
        "b": _t("How much each bias of {node} moves the loss: its errors, {over}."),
        "gamma": _t("How much each γ of {node} moves the loss: what it stretches times its errors, "
                    "{over}."),
        "beta": _t("How much each β of {node} moves the loss: its errors, {over}."),
    }.get(name, _t("How much each {name} of {node} moves the loss."))  # fmt: skip
    return words.format(node=node, over=over, name=name)


def _update(walk: Walk, stage: Stage, line: Line, name: str) -> str:
    optimizer, node = walk.update.optimizer, stage.node
    if name.startswith("new running"):
        return _t("The running value, that testing uses, follows that of the batch a little.")
    if name.startswith("new "):
        what = {"W": _t("Each weight"), "b": _t("Each bias")}.get(
            name.removeprefix("new "), _t("Each number")
        )
        words = _t(
            "{what} of {node} moves against its gradient, by the rule of {title}"
            " and at the learning rate {rate}."
        )
        rate = digits_of(float(walk.update.rate))
        return words.format(what=what, node=node, title=title_of(optimizer), rate=rate)
    part = name.partition(" ")[2]
    return {
        "norm": _t("How long the gradient is, before it is clipped."),
        "clipped": _t("The gradient after clipping."),
        "decayed": _t("With the weight decay, which draws weights towards 0."),
        "m": _t("The running mean of the gradients."),
        "v": _t("The running mean of the squared gradients.")
        if "m" in walk.update.state
        else _t("The momentum: what is left of the steps before, and the gradient."),
        "m hat": _t("The same mean, made larger because it began at 0."),
        "v hat": _t("The same mean, made larger because it began at 0."),
        "G": _t("The sum of all squared gradients so far."),
        "E": _t("The running mean of the squared gradients."),
        "D": _t("The running mean of the squared changes."),
        "d": _t("The change: the size of the changes before over that of the gradients."),
    }.get(part, "")
