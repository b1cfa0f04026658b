"""Changing the document on behalf of a form."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netbuilder import declare
from netbuilder.declare import Settings
from netbuilder.engine.operation import ParameterSpec
from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import Command, replace_checked
from netbuilder.project.document import Document
from netbuilder.project.model import Node, Project
from netbuilder.project.problems import Analysis
from netbuilder.ui.forms.words import error_text

Array = NDArray[Any]


def pushed(document: Document, command: Command) -> str:
    """Carry a command out; returns why it was refused, or "" ."""
    try:
        document.push(command)
    except NetbuilderError as error:
        return error_text(error)
    return ""


def parameter_specs(
    project: Project, analysis: Analysis, node: Node
) -> tuple[tuple[int, ...], dict[str, ParameterSpec]]:
    """Input widths of a node and its parameters; both empty while a width is unknown."""
    widths = [analysis.widths.get(source) for source in project.inputs_of(node.id)]
    known = tuple(w for w in widths if w)
    least, _ = node.operation.inputs
    if len(known) != len(widths) or len(known) < max(least, 1):
        return (), {}
    try:
        return known, dict(node.operation.parameters(known))
    except NetbuilderError:
        return known, {}


def with_start_values(
    value: Any, owner: Settings, name: str, widths: tuple[int, ...], weights: Any
) -> Any:
    """Fill empty arrays of a just chosen initialiser in the shape that its layer needs.

    They begin with the present weights (`weights`: name -> array, or None) or with zeros; so typing
    in values does not begin with typing in a shape.
    """
    if not isinstance(value, Settings):
        return value
    empty = [
        p.name
        for p in declare.parameters(type(value))
        if p.kind == "array" and not getattr(value, p.name)
    ]
    if not empty or not widths:
        return value
    changed = replace_checked(owner, name, value, name)
    for key, spec in changed.parameters(widths).items():
        if spec.init is value:
            present = (weights or {}).get(key)
            start = present if present is not None and present.shape == spec.shape else None
            numbers = np.zeros(spec.shape) if start is None else start
            for array in empty:
                value = replace_checked(value, array, np.asarray(numbers, float).tolist(), array)
    return value
