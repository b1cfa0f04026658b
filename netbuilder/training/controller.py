"""The GUI's door to training: keeps a run in step with the document. GUI thread only."""

import dataclasses
import math
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from netbuilder.data.dataset import Dataset, Table
from netbuilder.data.prepare import Split
from netbuilder.engine.network import Network
from netbuilder.engine.scene import Wish
from netbuilder.engine.surface import unit_mapper
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.build import build, prepared
from netbuilder.project.commands import SetTraining, SetWeights
from netbuilder.project.compound import Together
from netbuilder.project.document import Change, Document
from netbuilder.project.model import Array, Project, Weights, freeze, same_weights
from netbuilder.project.problems import Analysis
from netbuilder.project.run import run_block
from netbuilder.training import hands
from netbuilder.training.frames import FRAME_MS, FrameClock
from netbuilder.training.past import Reach
from netbuilder.training.picture import scene_maker
from netbuilder.training.runs import Run, RunList
from netbuilder.training.same_run import (
    content,
    new_names,
    renamed,
    renamed_project,
    renamed_snapshot,
    run_key,
)
from netbuilder.training.saved import restored, saved
from netbuilder.training.snapshot import History, Snapshot
from netbuilder.training.thread import Job, Moment, Report, State, TrainingThread

MAP_LOOKS = 60  # frames at rest in which maps of units may still come
SOON_MS = 3  # between two looks for the end of a short way
SOON_LOOKS = 80
MOMENT_SECONDS = 0.25  # that the window waits at most for the step under way
SWITCH_SECONDS = 0.0005  # how long the trainer may hold the interpreter while the GUI wants it


class TrainingController(QObject):
    """Owns the training thread, the current run and its history.

    `state` is "idle" (ready, nothing trained yet), "running", "paused", "finished" or "failed".
    `stale`: the document was changed so much that the running run trains something else.
    """

    state_changed = Signal(str)
    snapshot_changed = Signal(object)
    run_started = Signal()
    analysis_changed = Signal(object)
    maps_changed = Signal(object)
    """`UnitMaps` of the nodes that `want_maps` named, by their names in the document."""
    message = Signal(str, str)  # level ("info", "success", "warning", "danger") and text
    stale_changed = Signal(bool)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.state: State = "idle"
        self.stale = False
        self.history = History()
        self.snapshot: Snapshot | None = None
        self.analysis = Analysis()
        self.table: Table | None = None
        self.split: Split | None = None
        self.finished_by: str | None = None
        self.error: NetbuilderError | None = None  # what the run failed of
        self.trained = document.project
        """What the present run trains, under the names that its blocks have now; the document's
        project, unless the run is `stale`."""
        self.trained_table: Table | None = None
        self.runs = RunList()
        self._current: Run | None = None  # listed as soon as it has taken a step
        self._first_step = 0
        self._network: Network | None = None
        self._run_key: object = None
        self._run = 0
        self._names: dict[str, str] = {}  # id in the run -> id in the document now
        self._dataset: Dataset | None = None
        self._split_key: object = None
        self._pace: float | None = None
        self._changes = 0  # of weights by hand, that the thread was told of
        self._orders = 0  # to go on or to another step, that the thread was given
        self._reach: Reach | None = None
        self.travelling = False  # on the way to another step that it has been at
        self.aim: int | None = None  # which one, where that is known beforehand
        self._went_back = False
        self._mapped: Mapping[str, int] = {}
        self._looks = 0  # for maps at rest, in vain
        self._wish = Wish()
        self._histograms = False
        self._map_timer = QTimer(self)
        self._map_timer.setInterval(FRAME_MS)
        self._map_timer.timeout.connect(self._poll_maps)
        self._soon_timer = QTimer(self)
        self._soon_timer.setInterval(SOON_MS)
        self._soon_timer.timeout.connect(self._poll_soon)
        self._soon_looks = 0
        self._thread = TrainingThread()
        self._thread.start()
        self.frames = FrameClock(self._thread, self._poll, self)
        self._closed = False
        sys.setswitchinterval(SWITCH_SECONDS)
        document.watch(self._document_changed)
        self._look_at(document.project)
        self.runs.replace(map(restored, document.project.runs or ()))
        self._new_run(fresh=False)

    # ---- asking ---------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        return self._document

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def ready(self) -> bool:
        """Whether there is a run that can go on."""
        return self._network is not None

    @property
    def parameter_count(self) -> int:
        return int(self._network.params.size) if self._network is not None else 0

    @property
    def run(self) -> Run | None:
        """The present run, once it has taken a step."""
        return self._current if self._current is not None and self._current.number else None

    @property
    def reachable(self) -> tuple[int, int] | None:
        """The first and the last step that `go_to` restores; None where there is no past: without a
        run, when the network has changed, and when it is too large to keep its past."""
        if self._reach is None or self._network is None or self.stale or self._closed:
            return None
        return self._reach.first, self._reach.last

    @property
    def memory_of_past(self) -> int:
        """Bytes that the thread keeps to be able to go back."""
        return self._reach.bytes if self._reach is not None else 0

    def moment(self) -> Moment | None:
        """The run at its next step boundary, which is waited for a moment; `rehearsal` makes a
        trainer of it. None without a run, and when a step takes too long."""
        moment = self._thread.capture(MOMENT_SECONDS)
        return moment if moment is not None and moment.run == self._run else None

    def weights_of(self, node_id: str) -> Mapping[str, Array] | None:
        """The node's weights in the newest snapshot, or None."""
        return None if self.stale else self.trained_weights_of(node_id)

    def trained_weights_of(self, node_id: str) -> Mapping[str, Array] | None:
        """The same of a node of `trained`."""
        if self.snapshot is None or self._network is None:
            return None
        views = self._network.weights_from(self.snapshot.parameters)
        for run_id, named in views.items():
            if self._names.get(run_id, run_id) == node_id:
                return named
        return None

    def want_maps(self, wanted: Mapping[str, int]) -> None:
        """Make maps of the first so many units of these nodes, at rest once and in training up to
        ten times a second; nothing is computed for what is not wanted."""
        if wanted != self._mapped:
            self._mapped = dict(wanted)
            self._ask_for_maps()

    def want_histograms(self, wanted: bool) -> None:
        """Put histograms into the snapshots' statistics from now on, at rest at once; not for
        nothing, they cost."""
        self._histograms = wanted
        self._thread.want_histograms(wanted)
        if wanted:
            self._await_news()

    def want_scene(self, wish: Wish) -> None:
        """Put these pictures into the snapshots from now on, at rest at once."""
        if wish != self._wish:
            self._wish = wish
            self._thread.want_scene(self._run_wish())
            self._await_news()

    def _await_news(self) -> None:
        """At rest too: what was just wished for comes in a report."""
        if self._network is not None and self.state != "failed" and not self._closed:
            self.frames.start()

    def _more_to_come(self, report: Report) -> bool:
        """Whether a picture or histograms were wished for after this report."""
        if report.state == "failed":
            return False
        scene, layers = report.snapshot.scene, report.snapshot.layers.values()
        if self._histograms and layers and not any(layer.histograms for layer in layers):
            return True
        return scene is not None and scene.wish != self._run_wish()

    def _run_wish(self) -> Wish:
        """The wish, with the names that the nodes have in the run."""
        now = {name: run for run, name in self._names.items()}
        unit, space = self._wish.unit, self._wish.space
        if unit is not None:
            unit = now.get(unit[0], unit[0]), unit[1]
        if space is not None:
            space = now.get(space, space)
        return dataclasses.replace(self._wish, unit=unit, space=space)

    def _ask_for_maps(self) -> None:
        now = {name: run for run, name in self._names.items()}
        self._thread.want_maps({now.get(k, k): count for k, count in self._mapped.items()})
        self._await_maps()

    def _await_maps(self) -> None:
        self._looks = 0
        if self._mapped and self._network is not None and not self._closed:
            self._map_timer.start()
        else:
            self._map_timer.stop()

    # ---- commands -------------------------------------------------------------------------------

    def start(self) -> None:
        """Train, or say why that is not possible."""
        self._go(self._thread.train)

    def step(self, count: int = 1) -> None:
        """Take so many steps and rest."""
        self._go(partial(self._thread.train, count))
        self._look_soon()

    def step_epoch(self) -> None:
        """Go on to the end of the present pass over the training samples and rest."""
        self._go(self._thread.train_epoch)

    def _go(self, command: Callable[[], None]) -> None:
        if self._closed or self.state == "running":
            return
        if self.analysis.errors:
            self.message.emit("warning", self.analysis.errors[0].text)
            return
        if self.state == "failed":
            self.message.emit(
                "danger",
                self.tr(
                    "This run has failed. Lower the learning rate, then press Reset or go back"
                    " to an earlier step."
                ),
            )
            return
        if self.stale or self._network is None:
            self._new_run(fresh=False)
        if self._network is None:
            return
        if self.state == "finished" and self.finished_by == "epochs":
            self.message.emit(
                "info",
                self.tr("The epoch limit is reached. Raise it beside “stop”, or press Reset."),
            )
            return
        if self.state == "finished":
            self._thread.configure(self._document.project.training)
        self._set_out(command)

    def _set_out(self, command: Callable[[], None]) -> None:
        if self._current is None:
            project = self._document.project
            self._current = Run(project, self.history, project.training)
        self._orders += 1
        command()
        self._await_maps()
        self._set_state("running")
        self.frames.start()

    def go_to(self, step: int) -> None:
        """Bring the run to where it was after so many steps, to the last bit, or train on to there,
        and rest. A run that has ended or failed can go on from there; `pause` leaves it on the
        way."""
        reach = self.reachable
        if reach is None:
            return
        step = max(step, reach[0])
        if self.state == "failed" or self.analysis.errors:
            step = min(step, reach[1])
        if self._rests_at(step):
            return
        self._go_back(partial(self._thread.go_to, step), step)

    def back_steps(self, count: int = 1) -> None:
        """Take so many steps back, as far as the past is known."""
        at = self.aim
        if at is None and self.snapshot is not None:
            at = self.snapshot.step
        if at is not None:
            self.go_to(at - count)

    def back_epoch(self) -> None:
        """Go back to the beginning of the present pass over the training samples; from there, to
        that of the one before."""
        reach = self.reachable
        if reach is not None and not self._rests_at(reach[0]):
            self._go_back(self._thread.back_epoch, None)

    def _rests_at(self, step: int) -> bool:
        resting = self.state in ("idle", "paused", "finished")
        return resting and self.snapshot is not None and self.snapshot.step == step

    def _go_back(self, command: Callable[[], None], aim: int | None) -> None:
        self._went_back, self.travelling, self.aim = True, True, aim
        self._set_out(command)
        self._look_soon()

    def _look_soon(self) -> None:
        """A short way is over before the next frame is due."""
        if self.state == "running":
            self._soon_looks = 0
            self._soon_timer.start()

    def _poll_soon(self) -> None:
        self._poll()
        self._soon_looks += 1
        if self.state != "running" or self._soon_looks > SOON_LOOKS:
            self._soon_timer.stop()

    def pause(self) -> None:
        """Rest at the next step boundary."""
        if self.state == "running":
            self._thread.pause()

    def toggle(self) -> None:
        """Train or pause, whichever is not the case."""
        if self.state == "running":
            self.pause()
        else:
            self.start()

    def reset(self) -> None:
        """Draw all weights anew from the seed and begin a new run; undoable."""
        self.sync()  # so that an undo leads back to all that was learned
        self._halt()
        if self._document.project.weights:
            self._document.seal()
            self._document.push(SetWeights({}, why=self.tr("Reset the weights")))
        else:
            self._new_run(fresh=True)

    def restart(self) -> None:
        """Begin a new run from the weights that the document holds."""
        self._drop()
        self._new_run(fresh=False)

    def reseed(self) -> None:
        """Draw all weights anew from the next seed and begin a new run; one step to undo."""
        self.sync()
        self._halt()
        if self.state == "running":  # at its very start: nothing of it is to be kept
            self._set_state("paused")
        seed = (self._document.project.training.seed + 1) % 2**32
        self._document.seal()
        self._document.push(
            Together(
                self.tr("Reseed"),
                (SetTraining("seed", seed), SetWeights({}, why=self.tr("Reset the weights"))),
            )
        )
        self._document.seal()

    def set_weight(
        self, node_id: str, parameter: str, index: tuple[int, ...], value: float
    ) -> None:
        """Set one weight by hand; undoable, and a run goes on with it. Raises CommandError."""
        if self.state == "running":
            self._poll()
        self._keep_weights()
        learned = self.weights_of(node_id) or {}
        place = (node_id, parameter, index)
        self._document.push(hands.command_for(self._document.project, place, value, learned))

    def set_pace(self, epochs_per_second: float | None) -> None:
        """Bound the speed, for watching; None is as fast as it goes."""
        self._pace = epochs_per_second
        self._thread.set_pace(epochs_per_second)

    @property
    def pace(self) -> float | None:
        return self._pace

    def sync(self) -> None:
        """Bring what was learned so far into the document (before a save): the weights, and where
        the run is, so that it can go on from the file as if it had never stopped. A failed run
        leaves the document as it was."""
        if self.state == "running":
            self._poll()
        moment = None
        if self._network is not None and self.state != "failed":
            moment = self._thread.capture()
        if moment is None or moment.run != self._run:
            self._save_runs(self.snapshot.parameters if self.snapshot is not None else None)
            if self.state != "failed":
                self._keep_weights()
            return
        self._save_runs(moment.parameters)
        if moment.step > 0 or self._went_back:
            self._keep(moment.parameters, None if self.stale else moment.state)

    def _save_runs(self, parameters: Array | None) -> None:
        """Put the runs into the document, if it keeps them; the present one has these parameters
        by now."""
        if self._document.project.runs is None:
            return
        learned = self._learned(parameters) if parameters is not None else {}
        kept = tuple(
            saved(run, learned if run is self._current else run.weights) for run in self.runs.runs
        )
        if kept != self._document.project.runs:
            self._document.set_runs(kept)

    def _learned(self, parameters: Array) -> Weights:
        """These parameters of the run, by the names that its blocks have now."""
        assert self._network is not None
        return {
            self._names.get(i, i): {name: freeze(a) for name, a in named.items()}
            for i, named in self._network.weights_from(parameters).items()
        }

    def close(self) -> None:
        """Stop the thread cleanly; nothing runs afterwards. Waits for the step under way."""
        if not self._closed:
            self._closed = True
            self.frames.stop()
            self._map_timer.stop()
            self._soon_timer.stop()
            self._thread.close()

    # ---- following the document -----------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.cause == "weights":
            return
        before, after = change.before, change.after
        self._follow_renames(before, after)
        if content(before) != content(after) or change.cause == "load":
            self._look_at(after)
        weights_set = not same_weights(before.weights, after.weights) and not renamed(before, after)
        if change.cause == "load":
            self._drop()
            self._end_run()
            self.runs.replace(map(restored, after.runs or ()))
            self._new_run(fresh=False)
        elif weights_set and self._goes_on_by_hand(change):
            pass
        elif weights_set or run_key(after) != self._run_key:
            self._run_is_invalid(weights_set)
        elif self.stale:
            self._set_stale(False)  # the edit was undone
        if before.training != after.training:
            self._thread.configure(after.training)
            if self._current is not None and run_key(after) == self._run_key:
                self._current.training = after.training
            if self.state == "finished":
                self._set_state("paused")
        if not self.stale:
            self._follow_trained()

    def _follow_trained(self) -> None:
        self.trained, self.trained_table = self._document.project, self.table

    def _run_is_invalid(self, weights_set: bool) -> None:
        if self.state == "running" and not weights_set:
            if self.stale:
                return
            self._set_stale(True)
            self.message.emit(
                "warning",
                self.tr(
                    "The network has changed. Training goes on with the one before;"
                    " press Reset to train the new one."
                ),
            )
            return
        self._drop()
        self._new_run(fresh=False)

    def _goes_on_by_hand(self, change: Change) -> bool:
        """Hand a weight that was set, or set back, to the run; False if that calls for another."""
        network = self._network
        if network is None or self.snapshot is None or self.stale or self.state == "failed":
            return False
        if run_key(change.after) != self._run_key:
            return False
        edit = hands.edit_for(self._document, change, network, self._names)
        if edit is not None:
            self._change_weights(edit)
        return edit is not None

    def _change_weights(self, change: hands.Edit) -> None:
        """Change the run's weights, and those of the snapshot at hand until the next one comes."""
        assert self._network is not None
        assert self.snapshot is not None
        params = self.snapshot.parameters.copy()
        change(self._network.weights_from(params))
        self.snapshot = dataclasses.replace(self.snapshot, parameters=params)
        self._changes += 1
        self._thread.change_weights(change)
        self.frames.start()
        self._await_maps()

    def _follow_renames(self, before: Project, after: Project) -> None:
        if not renamed(before, after):
            return
        for old, new in new_names(before, after).items():
            if new in self._names.values():
                continue  # free again in the document, but not in the network that still trains
            self._names = {run: new if now == old else now for run, now in self._names.items()}
            self.history.rename(old, new)
            self.trained = renamed_project(self.trained, {old: new})
            if self._current is not None:
                self._current.project = renamed_project(self._current.project, {old: new})

    def _look_at(self, project: Project) -> None:
        """Bring table, split and analysis up to date."""
        if self._dataset is None or self._dataset != project.dataset:
            self._dataset = project.dataset
            try:
                self.table = project.dataset.make()
            except NetbuilderError:
                self.table = None
            self._split_key = None
        key = project.training.test_fraction
        if self.table is None:
            self.split = None
        elif self._split_key != key:
            self._split_key = key
            self.split = prepared(project, self.table)
        self.analysis = analyse(project, self.table)
        self.analysis_changed.emit(self.analysis)

    # ---- runs -----------------------------------------------------------------------------------

    def _halt(self) -> None:
        """Stop the present run and keep what it has learned."""
        if self.state == "running":
            self._thread.pause()
            self._poll()
        self.frames.stop()

    def _drop(self) -> None:
        """Stop the present run; the document has changed so that what it learned does not fit."""
        if self.state == "running":
            self._thread.pause()  # its last report is of an earlier run by the time it comes
        self.frames.stop()

    def _end_run(self) -> None:
        """The present run is over; what it has learned is kept with it."""
        run, self._current = self._current, None
        if run is None or not run.number:
            return
        run.over = True
        run.finished_by = self.finished_by
        if self._network is not None and run.snapshot is not None:
            run.weights = self._learned(run.snapshot.parameters)
            # The weights are enough: fifty copies of a large network's parameters are not little.
            run.snapshot = dataclasses.replace(
                run.snapshot, parameters=run.snapshot.parameters[:0].copy()
            )
        self.runs.tell()

    def _follow_run(self, snapshot: Snapshot) -> None:
        run = self._current
        if run is None or run.history is not self.history:
            return
        run.snapshot, run.metric = snapshot, snapshot.metric
        if not run.number and snapshot.step > self._first_step:
            self.runs.add(run)

    def _new_run(self, *, fresh: bool) -> None:
        self._end_run()
        self._run += 1
        self._run_key = run_key(self._document.project)
        self.history = History()
        self.snapshot = None
        self.finished_by = None
        self.error = None
        self._network = None
        self._reach, self._went_back = None, False
        self.travelling, self.aim = False, None
        self._set_stale(False)
        self._set_state("idle")
        if self.analysis.ok:
            try:
                run = build(self._document.project, fresh=fresh)
            except NetbuilderError as error:
                self.message.emit("danger", str(error))
            else:
                self._network = run.network
                self._names = {v.id: v.id for v in run.network.vertices}
                self._first_step = run.trainer.step
                mapper = unit_mapper(run.network, self.table.x) if self.table is not None else None
                scene = scene_maker(run)
                self._thread.load(Job(self._run, run.trainer, scene, mapper, self._run_wish()))
                self._ask_for_maps()
                self.frames.start()
        self.run_started.emit()

    def _poll(self) -> None:
        report = self._thread.take_report()
        if report is None or report.run != self._run or report.changes < self._changes:
            return  # of an earlier run, or of weights that a hand has changed since
        self.frames.hold()
        self._receive(report)
        self.frames.release()

    def _poll_maps(self) -> None:
        found = self._thread.take_maps()
        if self.state == "running":
            self._looks = 0
        else:  # maps may have come just before the run's last report: then there are no more
            self._looks += 1
            if self._looks > MAP_LOOKS:
                self._map_timer.stop()
        if found is None or found[0] != self._run:
            return
        maps = found[1]
        values = {self._names.get(run, run): v for run, v in maps.values.items()}
        self.maps_changed.emit(dataclasses.replace(maps, values=values))

    def _receive(self, report: Report) -> None:
        snapshot = renamed_snapshot(report.snapshot, self._names)
        self.snapshot = snapshot
        self._reach = report.reach
        self.history.cut(snapshot.step)
        if math.isfinite(snapshot.train_loss):
            self.history.append(snapshot)
        self._follow_run(snapshot)
        self.snapshot_changed.emit(snapshot)
        if report.state == "running" or report.orders < self._orders:
            return  # what was told before the last order may come after it
        if not self._more_to_come(report):
            self.frames.stop()
        self.travelling, self.aim = False, None
        self.finished_by = report.stopped_by
        self.error = report.error
        if self._current is not None:
            self._current.finished_by = report.stopped_by
        if report.state in ("paused", "finished"):
            self._keep_weights()  # a failed run leaves the document as it was
        self._set_state(report.state)
        if report.error is not None:
            self.message.emit("danger", str(report.error))
        elif report.crash is not None:
            self.message.emit(
                "danger",
                self.tr(
                    "Training stopped because of an error in the program ({error}). Your"
                    " project is intact."
                ).format(error=report.crash),
            )

    def _keep_weights(self) -> None:
        """Copy what the run has learned into the document, layer by layer where it fits."""
        if self.snapshot is None or self._network is None:
            return
        if self.snapshot.step == 0 and not self._went_back:
            return
        self._keep(self.snapshot.parameters)

    def _keep(self, parameters: Array, state: Mapping[str, Any] | None = None) -> None:
        """Put these parameters of the run into the document, and the state that goes with them."""
        assert self._network is not None
        project = self._document.project
        learned = dict(project.weights)
        learned |= {i: named for i, named in self._learned(parameters).items() if project.has(i)}
        block = None
        if state is not None:
            block = run_block(project.with_(weights=learned), state)
        same = same_weights(learned, project.weights)
        if not same or (block is not None and block != project.run):
            self._document.set_weights(learned, block)

    def _set_state(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _set_stale(self, stale: bool) -> None:
        if not stale:
            self._follow_trained()
        if stale != self.stale:
            self.stale = stale
            self.stale_changed.emit(stale)
