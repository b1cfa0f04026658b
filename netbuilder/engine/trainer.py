"""Training: batches, epochs, updates and the rules that end them. No threads, no Qt."""

import copy
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from netbuilder.engine import metrics, state
from netbuilder.engine.network import Network, cast
from netbuilder.engine.operation import Array
from netbuilder.engine.settings import Training
from netbuilder.engine.state import Best, State
from netbuilder.engine.statistics import LayerStatistics, layer_statistics
from netbuilder.engine.update import Update
from netbuilder.engine.workspace import Workspace
from netbuilder.errors import Diverged

CHECK_EVERY = 32  # steps between two looks at loss and weights for divergence
LOSS_FACTOR = 1e4  # a loss this many times its start (at least 1) has diverged
WEIGHT_FACTOR = 1e6  # and so have weights this many times as large as at the start (at least 1)


@dataclass(frozen=True)
class Scores:
    """Loss and metric of one set of samples; NaN when it is empty."""

    loss: float
    metric: float
    confusion: Array | None = field(default=None, compare=False)
    """Counts (classes, classes), the true class by the predicted one; None for a regression."""


@dataclass(frozen=True)
class Samples:
    """Rows that a network trains or is tested on: x (N, n), y (N, k), float64."""

    x: Array
    y: Array

    def __len__(self) -> int:
        return len(self.x)


class Trainer:
    """Trains one network in place, step by step.

    Everything that is random comes from `settings.seed`, and nothing that is only looked at
    (`scores`, `full_gradient`) changes the run: the same project gives the same numbers however it
    is watched. Not thread-safe: use it from one thread at a time.
    """

    def __init__(
        self,
        network: Network,
        settings: Training,
        train: Samples,
        test: Samples,
        *,
        classification: bool,
    ) -> None:
        self.network = network
        self.settings = settings
        self.metric = "accuracy" if classification else "R2"
        self.step = 0
        self.epoch = 0
        self.batch = 0  # the next one's place in the epoch
        self.seconds = 0.0  # spent in `advance`
        self.stopped_by: str | None = None
        self.order: Array | None = None  # of the samples in the present epoch, if they are shuffled
        self.best: Best | None = None
        self._train, self._test = train, test
        self._rows = network.augmented(train.x)
        self._targets = cast(train.y, network.dtype)
        self._test_rows = network.augmented(test.x)
        self._test_targets = cast(test.y, network.dtype)
        self.shuffler = np.random.default_rng([settings.seed, 1])
        self._sound = network.params.copy()
        self._before = np.zeros(network.trainable, network.dtype)
        self._before_step = -2
        self._watching = False
        self._deadline = math.inf
        self.update = Update(network, settings.optimizer, settings.clipping)
        self._bind_update()
        self._cut_batches()
        with np.errstate(all="ignore"):
            self.first_loss = self.scores("train").loss
        self.first_size = self._weight_size()

    # ---- settings that may change between two steps ---------------------------------------------

    def configure(self, settings: Training) -> None:
        """Take over changed settings: optimizer, schedule, clipping, batch size, limits and rules.

        A new batch size begins with the next epoch's order; the rest counts from the next step.
        What the optimizer remembers is kept unless its class changes.
        """
        old, self.settings = self.settings, settings
        if (settings.optimizer, settings.clipping) != (old.optimizer, old.clipping):
            self.update = Update(self.network, settings.optimizer, settings.clipping, self.update)
        self._bind_update()
        if (settings.batch_size, settings.shuffle) != (old.batch_size, old.shuffle):
            self._cut_batches()
        if settings.stop.patience is None:
            self.best = None
        self.stopped_by = self._limit_reached()

    def _bind_update(self) -> None:
        schedule = self.settings.schedule
        self._varies = not schedule.constant
        # What each step looks up, within reach.
        self._update_calls, self._widen = self.update.calls, self.update.widen
        self._grads = self.update.grads
        self._norm2 = np.zeros((), self._grads.dtype)
        self._set_rate()

    def _set_rate(self) -> None:
        schedule = self.settings.schedule
        scale = schedule.scale(self.step, self.epoch)
        self._warming = self.step < schedule.warm_up
        with np.errstate(over="ignore"):  # a rate beyond the precision's range is told as Diverged
            self.update.rate[...] = self.settings.optimizer.learning_rate * scale

    @property
    def rate(self) -> float:
        """The learning rate of the last update, or of the first one to come."""
        return float(self.update.rate)

    def _limit_reached(self) -> str | None:
        settings = self.settings
        if settings.max_epochs is not None and self.epoch >= settings.max_epochs:
            return "epochs"
        if settings.stop.seconds is not None and self.seconds >= settings.stop.seconds:
            return "time"
        return None

    def _cut_batches(self) -> None:
        """Make all views of the batches once. An epoch's new order is one gather into the buffers
        that they look at, so that no step has to collect its samples."""
        n = len(self._rows)
        size = min(self.settings.batch_size or n, n)
        self.shuffles = self.settings.shuffle and size < n
        self.order = None
        if self.shuffles:
            self._row_buffer = np.empty_like(self._rows)
            self._target_buffer = np.empty_like(self._targets)
        else:
            self._row_buffer, self._target_buffer = self._rows, self._targets
        self._looked: Workspace | None = None
        self._stepped = False  # whether the buffers of the batches hold anything
        self._batches: list[tuple[Workspace, Array, Array]] = []
        for first in range(0, n, size):
            rows = self._row_buffer[first : first + size].T
            targets = self._target_buffer[first : first + size].T
            self._batches.append((self.network.workspace(rows.shape[1], "train"), rows, targets))
        self.batch = 0

    @property
    def samples(self) -> int:
        """The number of training samples."""
        return len(self._rows)

    @property
    def steps_per_epoch(self) -> int:
        return len(self._batches)

    @property
    def progress(self) -> float:
        """Passes over the training set so far, with the share of the current one."""
        return self.epoch + self.batch / len(self._batches)

    # ---- training -------------------------------------------------------------------------------

    def advance(self, steps: int, *, again: bool = False) -> int:
        """Take up to so many steps; fewer when a rule stops the run (`stopped_by`).

        Returns the number taken. Raises Diverged; the weights are then the last that were seen to
        be sound, at most CHECK_EVERY steps old, and so always finite. Steps that are only taken
        `again`, to come back to where the run has been, count no time.
        """
        before = self.step
        if self.stopped_by is not None or steps < 1:
            return 0
        if self.settings.max_epochs is not None:
            left = (self.settings.max_epochs - self.epoch) * len(self._batches) - self.batch
            steps = max(1, min(steps, left))
        start = time.perf_counter()
        limit = self.settings.stop.seconds
        one_step = self._one_step
        if limit is not None and not again:
            self._deadline = start + limit - self.seconds
            one_step = self._one_timed_step
        try:
            with np.errstate(all="ignore"):
                for _ in range(steps - 1):
                    if not one_step():
                        break
                else:
                    self._watching = True  # the last step can be looked at afterwards
                    one_step()
        finally:
            self._watching = False
            self._looked, self._stepped = None, True
            if not again:
                self.seconds += time.perf_counter() - start
        return self.step - before

    def _one_timed_step(self) -> bool:
        goes_on = self._one_step()
        if goes_on and time.perf_counter() >= self._deadline:
            self.stopped_by = "time"
        return self.stopped_by is None

    def _one_step(self) -> bool:
        if self.batch == 0:
            self._begin_epoch()
        if self._warming:
            self._set_rate()
        workspace, rows, targets = self._batches[self.batch]
        workspace.load(rows, targets)
        for call in workspace.train_calls:
            call()
        if self._widen:
            self._widen[0]()
        grads = self._grads
        norm2 = float(np.dot(grads, grads, self._norm2))
        if not norm2 < math.inf:
            self._explain(workspace)
        limit = self.settings.stop.gradient_norm
        if limit is not None and len(self._batches) == 1 and norm2 < limit * limit:
            self.stopped_by = "gradient_norm"
            return False
        if self._watching:
            np.copyto(self._before, self.update.params)
            self._before_step = self.step
        for call in self._update_calls:
            call()
        self.step += 1
        self.batch += 1
        ended = self.batch == len(self._batches)
        if ended:
            self.batch = 0
            self.epoch += 1
        if self.step % CHECK_EVERY == 0 or self.step == 1:
            self._check(workspace)
        return self._end_epoch() if ended else True

    def _begin_epoch(self) -> None:
        if self.shuffles:
            self.order = self.shuffler.permutation(len(self._rows))
            self._gather()
        if self._varies:
            self._set_rate()

    def _gather(self) -> None:
        """Put the samples into the buffers that the batches look at, in the present order."""
        assert self.order is not None
        np.take(self._rows, self.order, axis=0, out=self._row_buffer, mode="clip")
        np.take(self._targets, self.order, axis=0, out=self._target_buffer, mode="clip")

    def _end_epoch(self) -> bool:
        settings = self.settings
        if settings.max_epochs is not None and self.epoch >= settings.max_epochs:
            self.stopped_by = "epochs"
        stop = settings.stop
        if stop.loss is not None and self.scores("train").loss < stop.loss:
            self.stopped_by = "loss"
        if (
            stop.gradient_norm is not None
            and len(self._batches) > 1
            and float(np.linalg.norm(self.full_gradient())) < stop.gradient_norm
        ):
            self.stopped_by = "gradient_norm"
        if stop.patience is not None and len(self._test_rows):
            self._look_for_better(stop.patience)
        return self.stopped_by is None

    def _look_for_better(self, patience: int) -> None:
        """Early stopping: keep the best weights, and go back to them when patience is over."""
        loss, best = self.scores("test").loss, self.best
        if best is None:
            self.best = Best(loss if loss < math.inf else math.inf, 0, self.network.params.copy())
        elif loss < best.loss:
            np.copyto(best.params, self.network.params)
            self.best = Best(loss, 0, best.params)
        else:
            self.best = best._replace(waited=best.waited + 1)
            if self.best.waited >= patience:
                np.copyto(self.network.params, best.params)
                self.best = best._replace(waited=0)
                self.stopped_by = "patience"

    # ---- divergence -----------------------------------------------------------------------------

    def _weight_size(self) -> float:
        params = self.network.params[: self.network.trainable]
        return max(1.0, float(np.abs(params).max(initial=0.0)))

    def _keep_sound(self) -> None:
        """Remember the weights, to come back to them when the run flies apart."""
        params = self.network.params
        if np.isfinite(params).all():
            np.copyto(self._sound, params)

    def weights_set(self) -> None:
        """The weights were changed from outside: what a hand has put there is no sign of a run that
        flies apart, and to be come back to."""
        self.first_size = max(self.first_size, self._weight_size())
        self._keep_sound()

    def _check(self, workspace: Workspace) -> None:
        """Stop runs that fly apart without ever reaching infinity, as saturated networks do."""
        size = self._weight_size()
        if not size < WEIGHT_FACTOR * self.first_size:
            weights = self.network.parameters
            node = max(
                (i for i, s in self.network.slots.items() if s.trainable),
                key=lambda i: max(float(np.abs(a).max()) for a in weights[i].values()),
            )
            raise self._diverged(node, f"the largest weight has grown to {size:.3g}")
        workspace.run(workspace.loss_calls)
        loss = float(workspace.loss)
        if not loss < LOSS_FACTOR * max(1.0, self.first_loss):
            raise self._diverged(
                self.network.loss_id,
                f"the loss has grown from {self.first_loss:.3g} to {loss:.3g}",
            )
        self._keep_sound()

    def _explain(self, workspace: Workspace) -> None:
        """Raise Diverged naming the first place, forwards then backwards, with NaN or infinity."""
        for v in self.network.vertices:
            if not np.isfinite(workspace.output(v.id)).all():
                raise self._diverged(v.id, "NaN or infinity came out", self.step + 1)
        for node_id, named in reversed(self.network.gradients.items()):
            if not all(np.isfinite(g).all() for g in named.values()):
                raise self._diverged(node_id, "the gradient became NaN or infinite", self.step + 1)
        raise self._diverged(self.network.loss_id, "the gradient is too large", self.step + 1)

    def _diverged(self, node: str, what: str, step: int | None = None) -> Diverged:
        self.stopped_by = "diverged"
        np.copyto(self.network.params, self._sound)
        return Diverged(
            step=self.step if step is None else step,
            node=node,
            what=what,
            learning_rate=f"{self.settings.optimizer.learning_rate:g}",
        )

    # ---- saving and going on ---------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that the run remembers beside the network's parameters, as plain JSON data."""
        return state.capture(self)

    def restore(self, data: Any) -> None:
        """Go on where `state` was taken, to the last bit, once the network has the parameters of
        that moment. Raises BadState, and changes nothing, when it does not fit."""
        self.take_over(state.parse(data, self))

    def take_over(self, found: State) -> None:
        """The same for a state that fits, which is left as it is."""
        self.step, self.epoch, self.batch = found.step, found.epoch, found.batch
        self.seconds = found.seconds
        self.first_loss, self.first_size = found.first_loss, found.first_size
        best = found.best
        self.best = best and best._replace(params=best.params.copy())
        self.shuffler.bit_generator.state = found.shuffle
        for node_id, place in found.streams.items():
            self.network.streams[node_id].bit_generator.state = place
        if found.vectors is not None:
            self.update.count[...] = found.updates
            for name, vector in found.vectors.items():
                np.copyto(self.update.state[name], vector)
        self.order = None
        if found.order is not None:
            self.order = found.order.astype(np.intp, copy=False)
            self._gather()
        self._before_step = -2
        self._looked, self._stepped = None, False
        self._keep_sound()
        self._set_rate()
        self.stopped_by = self._limit_reached()

    # ---- looking --------------------------------------------------------------------------------

    def scores(self, part: str, most: int | None = None) -> Scores:
        """Loss and metric over the samples of a part ("train" or "test"), in prediction mode.

        `most` bounds how many evenly spread samples are used.
        """
        rows, targets = (
            (self._rows, self._targets)
            if part == "train"
            else (self._test_rows, self._test_targets)
        )
        if most is not None and len(rows) > most:
            every = -(-len(rows) // most)
            rows, targets = rows[::every], targets[::every]
        if not len(rows):
            return Scores(math.nan, math.nan)
        outputs = np.empty((len(rows), self.network.outputs))
        total = 0.0
        with np.errstate(all="ignore"):
            for first in range(0, len(rows), SCORE_ROWS):
                part_rows = rows[first : first + SCORE_ROWS]
                count = len(part_rows)
                workspace = self.network.workspace(count, "predict")
                workspace.load(part_rows.T, targets[first : first + count].T)
                workspace.run(workspace.forward)
                workspace.run(workspace.loss_calls)
                outputs[first : first + count] = workspace.output(self.network.output_id)
                total += float(workspace.loss) * count
        loss = total / len(rows)
        if self.metric != "accuracy":
            return Scores(loss, metrics.r2(outputs, targets))
        classes = max(2, self.network.outputs)
        counts = metrics.confusion(outputs, targets, classes, self.network.loss.threshold)
        return Scores(loss, float(np.trace(counts) / len(rows)), counts)

    @property
    def workspace(self) -> Workspace:
        """The one whose buffers show the last step; before the first one of this object, what
        `full_gradient` has looked at."""
        if self._looked is not None:
            return self._looked
        return self._batches[self.batch - 1][0]

    def statistics(self, *, bins: int | None = None) -> dict[str, LayerStatistics]:
        """By node id, what the last step says about each layer (before the first one: what the
        training set does); with histograms of so many bins if wanted."""
        if not self._stepped and self._looked is None:
            self.full_gradient()
        return layer_statistics(self.workspace, self, bins=bins)

    def last_update(self) -> Array | None:
        """What the last step added to the trainable parameters, as a flat vector; None when that is
        not known: before the first step, and when a rule has ended a longer `advance`."""
        if self._before_step != self.step - 1:
            return None
        return self.update.params - self._before

    def peek_batch(self) -> Array:
        """The rows of the training set that the next step is taken on, as indices (m,); nothing is
        disturbed by looking."""
        n, first = self.samples, self.batch * self._batches[0][0].m
        stop = min(first + self._batches[0][0].m, n)
        if not self.shuffles:
            return np.arange(first, stop)
        order = self.order
        if self.batch == 0 or order is None:  # still to be drawn
            order = copy.deepcopy(self.shuffler).permutation(n)
        return order[first:stop].copy()

    def rows(self, places: Array) -> tuple[Array, Array]:
        """Inputs (m, n) and targets (m, k) of these rows of the training set, in the network's
        precision (copies)."""
        return self._rows[places, :-1], self._targets[places]

    def full_gradient(self) -> Array:
        """The gradient over the whole training set, as a flat vector (a copy): without noise, and
        with the statistics of large batches where a layer normalises by them."""
        kept = self.network.grads.copy()
        total = np.zeros_like(kept)
        with np.errstate(all="ignore"):
            for first in range(0, len(self._rows), SCORE_ROWS):
                rows = self._rows[first : first + SCORE_ROWS]
                workspace = self.network.workspace(len(rows), "probe")
                workspace.load(rows.T, self._targets[first : first + len(rows)].T)
                workspace.run(workspace.train_calls)
                total += self.network.grads * (len(rows) / len(self._rows))
                self._looked = workspace
        np.copyto(self.network.grads, kept)  # they belong to the last step
        return total

    def gradient_norms(self, gradient: Array | None = None) -> dict[str, dict[str, float]]:
        """L2 norms by node and parameter, of the last step's gradient or of a given one."""
        gradient = self.network.grads if gradient is None else gradient
        return {
            node_id: {
                name: float(np.linalg.norm(view.astype(np.float64)))
                for name, view in self.network._views(gradient, node_id, learned=True).items()
            }
            for node_id in self.network.gradients
        }


SCORE_ROWS = 1024


def node_norms(norms: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """One norm a node from the norms of its parameters."""
    return {node: math.hypot(*named.values()) for node, named in norms.items()}
