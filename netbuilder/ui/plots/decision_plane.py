"""The plane that a view looks at: its names, its menu, and reading values on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from netbuilder.data.prepare import Split
from netbuilder.engine.plane import Plane, PlaneChoice, plane_through
from netbuilder.ui.plots.decision_settings import DecisionSettings

Array = NDArray[Any]
MOST_FEATURES = 24  # that a menu offers; of more those that vary most
PLAIN_FEATURES = 64  # up to which principal components are found at once, without a run


def _tr(words: str) -> str:
    return QCoreApplication.translate("DecisionPlane", words)


def feature_name(names: Sequence[str], k: int) -> str:
    """The feature's name, or x1, x2 … where it has none."""
    return names[k] if k < len(names) else f"x{k + 1}"


def axis_names(plane: Plane, names: Sequence[str]) -> tuple[str, str]:
    """What the axes of a plane are called."""
    if plane.features is not None:
        found = [feature_name(names, k) for k in plane.features]
    else:
        found = [
            _tr("PC {number} ({share} %)").format(number=k + 1, share=f"{100 * s:.3g}")
            for k, s in enumerate(plane.explained)
        ]
    return found[0], found[1] if len(found) > 1 else ""


def plane_of(split: Split, choice: PlaneChoice) -> Plane | None:
    """The plane for samples that no run looks at; None where that would take long."""
    both = np.concatenate([split.train.x, split.test.x])
    if choice.features is None and split.train.features > PLAIN_FEATURES:
        return None
    return plane_through(both, split.train.x, choice)


def fill_plane_menu(
    menu: QMenu, name: str, settings: DecisionSettings, split: Split, sample: Array | None
) -> None:
    """Offer principal components, each two features, and where the plane goes through.

    sample (n,) is the one that is read now, None for none.
    """
    names, count = split.train.feature_names, split.train.features
    choice = settings.choice
    offered = np.arange(count)
    if count > MOST_FEATURES:
        spread = np.nan_to_num(split.train.x.std(axis=0), nan=0.0, posinf=0.0)
        offered = np.sort(np.argsort(-spread, kind="stable")[:MOST_FEATURES])
    group = QActionGroup(menu)
    pca = menu.addAction(_tr("Principal components"))
    pca.setObjectName(f"{name}.pca")
    pca.setCheckable(True)
    pca.setChecked(choice.features is None)
    pca.triggered.connect(partial(_choose, settings, None))
    group.addAction(pca)
    pair = choice.features or (int(offered[0]), int(offered[1]))
    for place, words in enumerate((_tr("Horizontal feature"), _tr("Vertical feature"))):
        part = menu.addMenu(words)
        part.setObjectName(f"{name}.feature{place + 1}")
        both = QActionGroup(part)
        for k in offered.tolist():
            action = part.addAction(feature_name(names, k))
            action.setObjectName(f"{name}.feature{place + 1}.{k}")
            action.setCheckable(True)
            action.setChecked(choice.features is not None and pair[place] == k)
            both.addAction(action)
            other = pair[1 - place]
            if other == k:  # the two change places
                other = pair[place]
            if other == k:
                other = int(next(j for j in offered if j != k))
            fresh = (k, other) if place == 0 else (other, k)
            action.triggered.connect(partial(_choose, settings, fresh))
    menu.addSeparator()
    through = QActionGroup(menu)
    mean = menu.addAction(_tr("Others at their mean"))
    mean.setObjectName(f"{name}.at_mean")
    mean.setCheckable(True)
    mean.setChecked(choice.at is None)
    mean.triggered.connect(partial(_hold, settings, None))
    here = menu.addAction(_tr("Others as in the sample at the cross"))
    here.setObjectName(f"{name}.at_sample")
    here.setCheckable(True)
    here.setChecked(choice.at is not None)
    here.setEnabled(sample is not None or choice.at is not None)
    at = tuple(float(v) for v in sample) if sample is not None else choice.at
    here.triggered.connect(partial(_hold, settings, at))
    through.addAction(mean)
    through.addAction(here)
    menu.addSeparator()


def _choose(
    settings: DecisionSettings, features: tuple[int, int] | None, _checked: bool = False
) -> None:
    settings.choose(PlaneChoice(features, settings.choice.at))


def _hold(settings: DecisionSettings, at: tuple[float, ...] | None, _checked: bool = False) -> None:
    settings.choose(PlaneChoice(settings.choice.features, at))


def interpolated(values: Array, place: tuple[float, float]) -> Array:
    """Values (rows, columns, …) at a place from (0, 0) at values[0, 0] to (1, 1), bilinearly."""
    rows, columns = values.shape[:2]
    x, y = place[0] * (columns - 1), place[1] * (rows - 1)
    c, r = min(int(x), max(columns - 2, 0)), min(int(y), max(rows - 2, 0))
    c1, r1 = min(c + 1, columns - 1), min(r + 1, rows - 1)
    dx, dy = x - c, y - r
    low = values[r, c] * (1 - dx) + values[r, c1] * dx
    high = values[r1, c] * (1 - dx) + values[r1, c1] * dx
    found: Array = np.asarray(low * (1 - dy) + high * dy)
    return found
