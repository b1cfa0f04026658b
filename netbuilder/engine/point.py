"""One moment of a run in numbers: a point of its curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.engine.operation import Array
from netbuilder.engine.statistics import LayerStatistics
from netbuilder.engine.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class Point:
    """What a run has come to at one step; immutable. NaN where there are no samples."""

    step: int
    epoch: float  # passes over the training set, with the fraction of the current one
    seconds: float  # training time of this run so far
    train_loss: float
    test_loss: float
    metric: str  # "accuracy", "R2" or ""
    train_metric: float
    test_metric: float
    layers: Mapping[str, LayerStatistics]  # every node behind the data, in the network's order
    train_confusion: Array | None = None  # (classes, classes), true by predicted; None: no classes
    test_confusion: Array | None = None

    @property
    def gradient_norms(self) -> dict[str, float]:
        """The L2 norm of the gradient of each node with trainable parameters."""
        return {name: s.gradient_norm for name, s in self.layers.items() if s.learns}

    @staticmethod
    def of(trainer: Trainer, most: int | None = None, *, bins: int | None = None) -> Point:
        """The present moment, scored on at most so many samples, with histograms of so many bins if
        wanted."""
        train, test = trainer.scores("train", most), trainer.scores("test", most)
        return Point(
            step=trainer.step,
            epoch=trainer.progress,
            seconds=trainer.seconds,
            train_loss=train.loss,
            test_loss=test.loss,
            metric=trainer.metric,
            train_metric=train.metric,
            test_metric=test.metric,
            layers=trainer.statistics(bins=bins),
            train_confusion=train.confusion,
            test_confusion=test.confusion,
        )
