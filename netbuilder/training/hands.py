"""Weights that a hand has set in the middle of a run: what the run must change to follow."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from netbuilder.engine.network import Network
from netbuilder.project.document import Change, Document
from netbuilder.project.model import Array, Project, freeze
from netbuilder.project.set_weight import SetWeight

Views = Mapping[str, Mapping[str, Array]]  # the run's own arrays, by node and name
Edit = Callable[[Views], None]


def command_for(
    project: Project,
    place: tuple[str, str, tuple[int, ...]],
    value: float,
    learned: Mapping[str, Array],
) -> SetWeight:
    """The command that sets one weight, given what the node has learned."""
    node_id, parameter, index = place
    known = project.weights.get(node_id, {})
    fits = known.keys() == learned.keys() and all(
        known[name].shape == array.shape for name, array in learned.items()
    )
    start = {} if fits else {name: freeze(array) for name, array in learned.items()}
    return SetWeight(node_id, parameter, index, value, start)


def edit_for(
    document: Document, change: Change, network: Network, names: Mapping[str, str]
) -> Edit | None:
    """What a change of the document, just made, asks of a run that goes on; None if it calls for
    another run. `names` leads from the ids in the run to those in the document."""
    command = document.redo_command if change.cause == "undo" else document.undo_command
    if not isinstance(command, SetWeight):
        return None
    run_id = next((r for r, now in names.items() if now == command.node), "")
    # Back at weights that were still to be drawn, what was drawn counts.
    known = change.after.weights.get(command.node) or command.start
    if run_id not in network.slots or not network.fits(run_id, known):
        return None
    value = float(known[command.parameter][command.index])
    return partial(_set_one, (run_id, command.parameter, command.index), value)


def _set_one(place: tuple[str, str, tuple[int, ...]], value: float, views: Views) -> None:
    node, name, index = place
    with np.errstate(over="ignore"):  # too large for the precision: told as Diverged
        views[node][name][index] = value
