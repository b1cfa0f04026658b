"""Places a plot, its colour bar and its key in the room of a card."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from netbuilder.ui.plots.area import PlotArea
from netbuilder.ui.plots.colour_bar import ColourBar
from netbuilder.ui.plots.point_key import PointKey
from netbuilder.ui.theme import SPACE, theme


@dataclass(frozen=True)
class Arrangement:
    """What is to be shown. aspect is width over height of the view, None to fill the room."""

    aspect: float | None
    bar: bool
    key: bool


class Stage(QWidget):
    """The view as large as its aspect allows, the bar beside it, the key beside or below it."""

    resized = Signal()
    """The room has another size."""

    def __init__(self, area: PlotArea, bar: ColourBar, key: PointKey) -> None:
        super().__init__()
        self._area, self._bar, self._key = area, bar, key
        for child in (area, bar, key):
            child.setParent(self)
        self.setMouseTracking(True)  # else moves over the area would not reach the card
        self._done: tuple[object, ...] = ()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square a hand's breadth wide."""
        return QSize(theme().px(220), theme().px(200))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The smallest plot that can be read."""
        return QSize(theme().px(120), theme().px(110))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell of the new size."""
        super().resizeEvent(event)
        self.resized.emit()

    def arrange(self, wanted: Arrangement) -> None:
        """Place everything; does nothing if nothing changed."""
        margins = self._area.margins()
        state = (
            wanted, self.size(), margins, self._bar.sizeHint(), self._key.shape, theme().text_zoom
        )  # fmt: skip
        if state == self._done:
            return
        self._done = state
        self._bar.setVisible(wanted.bar)
        self._key.setVisible(wanted.key)
        gap = theme().px(SPACE)
        left, top, right, bottom = (round(margin) for margin in margins)
        beside = max(gap + self._bar.sizeHint().width(), right) if wanted.bar else right
        column = self._key.column_size() if wanted.key else QSize(0, 0)
        room = self.width() - left - beside, self.height() - top - bottom
        rows = self._key.height_for_rows(self.width()) + gap // 2 if wanted.key else 0
        key_beside = column.width() + gap if wanted.key else 0
        with_column = _fit(room[0] - key_beside, room[1], wanted.aspect)
        with_rows = _fit(room[0], room[1] - rows, wanted.aspect)
        columns_win = with_column[0] * with_column[1] >= with_rows[0] * with_rows[1]
        in_column = wanted.key and columns_win and column.height() <= self.height()
        width, height = with_column if in_column or not wanted.key else with_rows
        used = left + width + beside + (key_beside if in_column else 0)
        x = max((self.width() - used) // 2, 0)
        self._area.setGeometry(
            QRect(x, 0, left + width + right, top + height + bottom).normalized()
        )
        over = self._bar.overhang()
        bar_x = x + left + width + gap
        self._bar.setGeometry(bar_x, top - over, self._bar.sizeHint().width(), height + 2 * over)
        if in_column:
            key_x = x + left + width + beside + gap
            self._key.setGeometry(key_x, top, column.width(), column.height())
        else:
            self._key.setGeometry(x, top + height + bottom + gap // 2, self.width() - x, rows)
        # The bar lies over the empty margin at the area's right end.
        self._bar.raise_()


def _fit(width: float, height: float, aspect: float | None) -> tuple[int, int]:
    width, height = max(width, 16), max(height, 16)
    if aspect is not None:
        width = min(width, height * aspect)
        height = width / aspect
    return int(width), int(height)
