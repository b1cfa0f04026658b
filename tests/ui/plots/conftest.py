"""Runs and data for the plots' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from helpers import layers
from PySide6.QtWidgets import QApplication

from netbuilder.engine.history import RUN, History
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.theme import theme

MakeHistory = Callable[..., History]


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    yield
    theme().set_mode("light")
    theme().set_text_zoom(100)


@pytest.fixture
def add() -> Callable[..., None]:
    """Appends one point to a history."""

    def append(
        history: History,
        train: float = 0.5,
        test: float = 0.6,
        gradients: dict[str, float] | None = None,
        epoch: float | None = None,
    ) -> None:
        step = history.count
        history.append(
            Snapshot(
                run=1,
                step=step,
                epoch=float(step) if epoch is None else epoch,
                train_loss=train,
                test_loss=test,
                metric="accuracy",
                train_metric=0.9,
                test_metric=0.8,
                layers=layers(gradients or {"hidden": 0.1, "out": 0.01}),
                parameters=np.zeros(1),
                steps_per_second=1.0,
                seconds=1.0,
            )
        )

    return append


@pytest.fixture
def history_of(add: Callable[..., None]) -> MakeHistory:
    """Makes a history from losses and gradients, quickly also for many points."""

    def make(
        train: Sequence[float],
        test: Sequence[float] | None = None,
        gradients: dict[str, Sequence[float]] | None = None,
    ) -> History:
        history = History()
        n = len(train)
        other = np.full(n, np.nan) if test is None else np.asarray(test, float)
        norms: dict[str, Any] = (
            dict(gradients) if gradients else {"hidden": np.full(n, 0.1), "out": np.full(n, 0.01)}
        )
        add(history, gradients=dict.fromkeys(norms, 1.0))
        run = {
            "step": np.arange(n, dtype=float),
            "epoch": np.arange(n, dtype=float),
            "seconds": np.zeros(n),
            "train_loss": np.asarray(train, float),
            "test_loss": other,
            "train_metric": np.zeros(n),
            "test_metric": np.zeros(n),
        }
        history._run = np.column_stack([run[name] for name in RUN])
        history._quantities = np.zeros((n, len(history._places)), np.float32)
        for layer, values in norms.items():
            place = history._places[layer, "gradient_norm"]
            history._quantities[:, place] = np.clip(values, -3e38, 3e38)
        history.count = n
        return history

    return make
