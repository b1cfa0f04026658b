"""How the ways of the optimizers are told apart: colour, dashes and marks, never by one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.engine.lab.descent import optimizers
from netbuilder.ui.plots.palette import Look, draw_marker, marker
from netbuilder.ui.theme import theme

_DASHES: tuple[Sequence[float], ...] = ((), (5, 2.5), (1.5, 2), (7, 2, 1.5, 2))


@dataclass(frozen=True)
class WayLook:
    """Colour "#rrggbb", mark and dashes (in widths of the line; none for a solid line)."""

    colour: str
    shape: int
    dashes: tuple[float, ...]

    def pen(self, width: float) -> QPen:
        """The pen for the line."""
        pen = QPen(QColor(self.colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.dashes:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(list(self.dashes))
        return pen

    @property
    def mark(self) -> Look:
        """How the marks look."""
        return Look(self.colour, self.shape)


def look_of(name: str) -> WayLook:
    """The look of an optimizer, the same in every part of the lab."""
    place = _place_of(name)
    colours = theme().current
    series = (*colours.series, colours.kinds["activation"])  # there are nine of them
    dashes = _DASHES[place % len(_DASHES)]
    return WayLook(series[place % len(series)], place % 6, tuple(dashes))


@lru_cache(maxsize=64)
def _place_of(name: str) -> int:
    # Asked for with every frame, and known for good once it was registered.
    return list(optimizers()).index(name)


class WaySwatch(QWidget):
    """A short piece of an optimizer's way, for lists and legends."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A stroke with a mark on it."""
        return QSize(theme().px(28), theme().px(14))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the stroke, faint while its optimizer is left out."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        look, zoom = look_of(self._name), theme().text_zoom / 100
        middle = self.height() / 2
        painter.setPen(look.pen(2.0 * zoom))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        painter.translate(self.width() / 2, middle)
        path = marker(look.shape, 7.5 * zoom)
        draw_marker(painter, path, look.mark, False, theme().current, zoom)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
