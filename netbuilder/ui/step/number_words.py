"""What a single number is called: "Weight x₁ → h₃", "w¹₁₃ = -2, in hidden"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from netbuilder.engine.activation import Activation
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.symbol import SUBSCRIPTS
from netbuilder.engine.algebra.write import as_text, digits_of
from netbuilder.engine.graph import Vertex
from netbuilder.engine.layers.maxout import Maxout
from netbuilder.engine.nudge import Weight
from netbuilder.engine.story import Subject
from netbuilder.engine.walk import Walk
from netbuilder.ui.forms.words import title_of


def _t(text: str) -> str:
    return QCoreApplication.translate("StepWords", text)


def title(walk: Walk, about: Subject) -> str:
    """What the number is, in a few words."""
    if about.weight is not None:
        return weight_title(walk, about.weight)
    unit = unit_name(walk, about.node, about.place.column) if about.node in walk.outputs else ""
    if about.kind == "input":
        return _t("Input {unit}").format(unit=unit)
    if about.kind == "target":
        letter = unit_name(walk, walk.network.output_id, about.place.column)
        return _t("Target of {unit}").format(unit=letter)
    if about.kind == "loss":
        return _t("Loss J")
    if about.kind == "error":
        return _t("Error of {unit}").format(unit=unit)
    if about.kind == "statistic":
        words = {"mean": _t("Running mean of {unit}"), "var": _t("Running variance of {unit}")}
        return words.get(about.name, about.name).format(unit=unit)
    if about.kind == "output":
        vertex = _vertex(walk, about.node)
        neuron = isinstance(vertex.operation, Activation) and vertex.operation.elementwise
        if neuron or "W" in walk.params.get(about.node, {}):
            return _t("Neuron {unit}").format(unit=unit)
        return f"{title_of(vertex.operation)} {unit}"
    return _on_the_way(about.name)


def _on_the_way(name: str) -> str:
    if name.startswith("won "):
        return _t("Where piece {n} won").format(n=name.removeprefix("won "))
    return {
        "mean": _t("Mean"),
        "var": _t("Variance"),
        "xhat": _t("Normalised value"),
        "mask": _t("Mask of the dropout"),
        "noise": _t("Noise that is added"),
        "winner": _t("Piece that won"),
        "Z": _t("Piece before the maximum"),
        "slope": _t("Slope of the activation"),
        "dxhat": _t("Error of the normalised value"),
        "mean g": _t("Mean of the errors"),
        "mean gx": _t("Mean of errors times values"),
        "dZ": _t("Error of a piece"),
        "inner": _t("Sum of outputs times errors"),
        "total": _t("Sum of the errors"),
        "Jacobian": _t("Entry of the Jacobian"),
        "row": _t("Error by the Jacobian"),
        "size": _t("Size of the error"),
        "class weight": _t("Weight of the sample's class"),
        "class weights": _t("Weight of a class"),
        "right": _t("Score of the right class"),
        "lead": _t("How close a class comes"),
        "missing": _t("What is missing to be right"),
        "first": _t("Which class comes closest"),
        "norm": _t("Length of the gradient"),
    }.get(name, _t("A number on the way"))


def weight_title(walk: Walk, weight: Weight) -> str:
    """ "Weight x₁ → h₃", "Bias of h₃"."""
    vertex = _vertex(walk, weight.node)
    unit, piece = weight.column, 0
    if isinstance(vertex.operation, Maxout):
        piece, unit = divmod(weight.column, vertex.operation.units)
    goal = unit_name(walk, _behind(walk, vertex), unit)
    source = unit_name(walk, vertex.inputs[0], weight.row)
    words = {
        "W": _t("Weight {source} → {goal}"),
        "b": _t("Bias of {goal}"),
        "gamma": _t("Scale γ of {goal}"),
        "beta": _t("Shift β of {goal}"),
    }.get(weight.name, _t("{name} of {goal}"))
    words = words.format(source=source, goal=goal, name=weight.name)
    if isinstance(vertex.operation, Maxout):
        words = _t("{words}, piece {n}").format(words=words, n=piece + 1)
    return words


def weight_name(walk: Walk, weight: Weight) -> str:
    """w¹₁₃."""
    return as_text(walk.params[weight.node][weight.name].at(weight.row, weight.column))


def subtitle(walk: Walk, about: Subject, digits: int) -> str:
    """The number itself and where it is."""
    if about.weight is not None:
        param = walk.params[about.node][about.weight.name]
        value = float(param.values[about.place.row, about.place.column])
        name = weight_name(walk, about.weight)
        words = _t("{name} = {value}, in {node}")
        words = words.format(name=name, value=digits_of(value, digits), node=about.node)
        if about.kind == "memory":
            own = f"{entry_name(walk, about.place)} = {digits_of(about.value, digits)}"
            words = _t("{own}, for {words}").format(own=own, words=words)
        if not walk.network.slots[about.node].trainable:
            words = _t("{words}; frozen, it is not trained").format(words=words)
        return words
    words = f"{entry_name(walk, about.place)} = {digits_of(about.value, digits)}"
    if about.sample is not None:
        sample = walk.samples[about.sample] + 1
        words = _t("{words}, sample s{n} (row {row} of the training set)").format(
            words=words, n=about.sample + 1, row=sample
        )
    if about.node and about.kind not in ("input", "target", "loss"):
        words = _t("{words}, in {node}").format(words=words, node=about.node)
    return words


def entry_name(walk: Walk, place: Place) -> str:
    """One number by its name: h¹₁₃."""
    return as_text(walk.quantities[place.key].at(place.row, place.column))


def unit_name(walk: Walk, node: str, unit: int) -> str:
    """A unit of a node: h₃; without its number where there is only one."""
    columns = walk.outputs[node].columns
    if walk.network.widths[node] == 1:
        return columns.letter
    return columns.letter + str(unit + 1).translate(SUBSCRIPTS)


def _vertex(walk: Walk, node: str) -> Vertex:
    return next(v for v in walk.network.vertices if v.id == node)


def _behind(walk: Walk, vertex: Vertex) -> str:
    """The activation that a layer feeds alone, which is then the neuron; or the layer itself."""
    users = [v for v in walk.network.vertices if vertex.id in v.inputs]
    if len(users) == 1:
        operation = users[0].operation
        if isinstance(operation, Activation) and operation.elementwise:
            return users[0].id
    return vertex.id
