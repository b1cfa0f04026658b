"""Training: batches, epochs, updates and the rules that end them. No threads, no Qt."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from netbuilder.engine import metrics
from netbuilder.engine.network import Network, cast
from netbuilder.engine.operation import Array, Builder
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Training
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
        self.stopped_by: str | None = None
        self._train, self._test = train, test
        self._rows = network.augmented(train.x)
        self._targets = cast(train.y, network.dtype)
        self._test_rows = network.augmented(test.x)
        self._test_targets = cast(test.y, network.dtype)
        self._rng = np.random.default_rng([settings.seed, 1])
        self._norm2 = np.zeros((), network.dtype)
        self._sound = network.params[: network.trainable].copy()
        self._state: dict[str, Array] = {}
        self._rate = np.zeros((), network.dtype)
        self._cut_batches()
        self._bind_update(settings.optimizer)
        with np.errstate(all="ignore"):
            self._first_loss = self.scores("train").loss
        self._first_size = self._weight_size()

    # ---- settings that may change between two steps ---------------------------------------------

    def configure(self, settings: Training) -> None:
        """Take over changed settings: optimizer, batch size, limits and rules.

        A new batch size begins with the next epoch's order; the rest counts from the next step.
        """
        old, self.settings = self.settings, settings
        if settings.optimizer != old.optimizer:
            self._bind_update(settings.optimizer)
        if (settings.batch_size, settings.shuffle) != (old.batch_size, old.shuffle):
            self._cut_batches()
        self.stopped_by = None

    def _bind_update(self, optimizer: Optimizer) -> None:
        network = self.network
        params = network.params[: network.trainable]
        if self._state.keys() != set(optimizer.state):
            self._state = {name: np.zeros_like(params) for name in optimizer.state}
        with np.errstate(over="ignore"):  # a rate beyond the precision's range is told as Diverged
            self._rate[...] = optimizer.learning_rate
        build = Builder(1, network.dtype)
        self._update = optimizer.update(build, params, network.grads, self._rate, self._state)

    def _cut_batches(self) -> None:
        """Make all views of the batches once. An epoch's new order is one gather into the buffers
        that they look at, so that no step has to collect its samples."""
        n = len(self._rows)
        size = min(self.settings.batch_size or n, n)
        self._shuffles = self.settings.shuffle and size < n
        if self._shuffles:
            self._row_buffer = np.empty_like(self._rows)
            self._target_buffer = np.empty_like(self._targets)
        else:
            self._row_buffer, self._target_buffer = self._rows, self._targets
        self._batches: list[tuple[Workspace, Array, Array]] = []
        for first in range(0, n, size):
            rows = self._row_buffer[first : first + size].T
            targets = self._target_buffer[first : first + size].T
            self._batches.append((self.network.workspace(rows.shape[1], "train"), rows, targets))
        self._batch = 0

    @property
    def steps_per_epoch(self) -> int:
        return len(self._batches)

    @property
    def progress(self) -> float:
        """Passes over the training set so far, with the share of the current one."""
        return self.epoch + self._batch / len(self._batches)

    # ---- training -------------------------------------------------------------------------------

    def advance(self, steps: int) -> int:
        """Take up to so many steps; fewer when a rule stops the run (`stopped_by`).

        Returns the number taken. Raises Diverged; the weights are then the last that were seen to
        be sound, at most CHECK_EVERY steps old, and so always finite.
        """
        before = self.step
        if self.stopped_by is None:
            with np.errstate(all="ignore"):
                self._keep_sound()
                for _ in range(steps):
                    if not self._one_step():
                        break
        return self.step - before

    def _one_step(self) -> bool:
        if self._batch == 0 and self._shuffles:
            order = self._rng.permutation(len(self._rows))
            np.take(self._rows, order, axis=0, out=self._row_buffer, mode="clip")
            np.take(self._targets, order, axis=0, out=self._target_buffer, mode="clip")
        workspace, rows, targets = self._batches[self._batch]
        workspace.load(rows, targets)
        for call in workspace.train_calls:
            call()
        grads = self.network.grads
        norm2 = float(np.dot(grads, grads, self._norm2))
        if not norm2 < math.inf:
            self._explain(workspace)
        limit = self.settings.stop.gradient_norm
        if limit is not None and len(self._batches) == 1 and norm2 < limit * limit:
            self.stopped_by = "gradient_norm"
            return False
        for call in self._update:
            call()
        self.step += 1
        self._batch += 1
        ended = self._batch == len(self._batches)
        if ended:
            self._batch = 0
            self.epoch += 1
        if self.step % CHECK_EVERY == 0 or self.step == 1:
            self._check(workspace)
        return self._end_epoch() if ended else True

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
        return self.stopped_by is None

    # ---- divergence -----------------------------------------------------------------------------

    def _weight_size(self) -> float:
        params = self.network.params[: self.network.trainable]
        return max(1.0, float(np.abs(params).max(initial=0.0)))

    def _keep_sound(self) -> None:
        """Remember the weights, to come back to them when the run flies apart."""
        params = self.network.params[: self.network.trainable]
        if np.isfinite(params).all():
            np.copyto(self._sound, params)

    def _check(self, workspace: Workspace) -> None:
        """Stop runs that fly apart without ever reaching infinity, as saturated networks do."""
        size = self._weight_size()
        if not size < WEIGHT_FACTOR * self._first_size:
            weights = self.network.parameters
            node = max(
                (i for i, s in self.network.slots.items() if s.trainable),
                key=lambda i: max(float(np.abs(a).max()) for a in weights[i].values()),
            )
            raise self._diverged(node, f"the largest weight has grown to {size:.3g}")
        workspace.run(workspace.loss_calls)
        loss = float(workspace.loss)
        if not loss < LOSS_FACTOR * max(1.0, self._first_loss):
            raise self._diverged(
                self.network.loss_id,
                f"the loss has grown from {self._first_loss:.3g} to {loss:.3g}",
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
        np.copyto(self.network.params[: self.network.trainable], self._sound)
        return Diverged(
            step=self.step if step is None else step,
            node=node,
            what=what,
            learning_rate=f"{self.settings.optimizer.learning_rate:g}",
        )

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
        measure = metrics.accuracy if self.metric == "accuracy" else metrics.r2
        return Scores(total / len(rows), measure(outputs, targets))

    def full_gradient(self) -> Array:
        """The gradient over the whole training set, as a flat vector (a copy): without noise, and
        with the statistics of large batches where a layer normalises by them.

        Overwrites the gradient buffer, which the next step fills anew.
        """
        total = np.zeros_like(self.network.grads)
        with np.errstate(all="ignore"):
            for first in range(0, len(self._rows), SCORE_ROWS):
                rows = self._rows[first : first + SCORE_ROWS]
                workspace = self.network.workspace(len(rows), "probe")
                workspace.load(rows.T, self._targets[first : first + len(rows)].T)
                workspace.run(workspace.train_calls)
                total += self.network.grads * (len(rows) / len(self._rows))
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
