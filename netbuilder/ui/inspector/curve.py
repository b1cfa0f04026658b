"""An activation function and its derivative, drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from netbuilder.engine.activation import Activation
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Legend

Array = NDArray[Any]
REACH = 4.0
_POINTS = 241


class ActivationCurve(QWidget):
    """f solid and f' dashed over z from -4 to 4, with axes and a legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.curve")
        self._legend = Legend()
        self._plot = _Plot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._legend)
        column.addWidget(self._plot)
        theme().changed.connect(self._refresh)
        self._refresh()

    def set_operation(self, operation: object) -> None:
        """Draw the curve of an elementwise activation; anything else hides the picture."""
        curves = _curves(operation)
        self.setVisible(curves is not None)
        if curves is None:
            return
        self._plot.set_curves(*curves)
        z, f, d = curves
        self._plot.setAccessibleName(self.tr("Curve of the activation and its derivative"))
        self._plot.setAccessibleDescription(
            self.tr(
                "f from {low:.3g} to {high:.3g}, its slope from {flat:.3g} to {steep:.3g}"
                " for z from {start:g} to {end:g}"
            ).format(low=f.min(), high=f.max(), flat=d.min(), steep=d.max(), start=z[0], end=z[-1])
        )

    @Slot()
    def _refresh(self) -> None:
        colours = theme().current
        self._legend.set_entries(
            [
                (self.tr("f(z)"), colours.kinds["activation"], False, ""),
                (self.tr("slope f\N{PRIME}(z)"), colours.muted, True, ""),
            ]
        )


class _Plot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._z = np.array([-REACH, REACH])
        self._f = self._d = np.zeros(2)
        theme().changed.connect(self._refresh)

    def set_curves(self, z: Array, f: Array, d: Array) -> None:
        self._z, self._f, self._d = z, f, d
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(theme().px(200), theme().px(120))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme().font("caption")
        painter.setFont(font)
        metrics = QFontMetrics(font)
        low, high, ticks = _range(self._f, self._d)
        labels = [f"{t:g}".replace("-", "\N{MINUS SIGN}") for t in ticks]
        left = max(metrics.horizontalAdvance(text) for text in labels) + px(6)
        area = QRectF(self.rect()).adjusted(left, px(6), -px(4), -metrics.height() - px(4))

        def place(z: float, y: float) -> QPointF:
            return QPointF(
                area.left() + (z + REACH) / (2 * REACH) * area.width(),
                area.bottom() - (y - low) / (high - low) * area.height(),
            )

        ink, quiet = QColor(colours.muted), QColor(colours.border)
        for tick, text in zip(ticks, labels, strict=True):
            y = place(0, tick).y()
            painter.setPen(QPen(QColor(colours.border_strong) if tick == 0 else quiet, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(ink)
            room = QRectF(0, y - metrics.height() / 2, left - px(6), metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(QPen(QColor(colours.border_strong), 1))
        painter.drawLine(place(0, low), place(0, high))
        painter.setPen(ink)
        for z in (-REACH, 0.0, REACH):
            words = f"{z:g}".replace("-", "\N{MINUS SIGN}") if z != REACH else f"z = {z:g}"
            width = metrics.horizontalAdvance(words)
            x = min(max(place(z, low).x() - width / 2, 0), self.width() - width)
            painter.drawText(QPointF(x, self.height() - metrics.descent() - 1), words)
        painter.setClipRect(area.adjusted(-1, -2, 1, 2))
        painter.setPen(_pen(colours.muted, px(1.5), dashed=True))
        painter.drawPolyline(self._line(self._d, place))
        painter.setPen(_pen(colours.kinds["activation"], px(2)))
        painter.drawPolyline(self._line(self._f, place))

    def _line(self, values: Array, place: Any) -> QPolygonF:
        return QPolygonF([place(float(z), float(y)) for z, y in zip(self._z, values, strict=True)])

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()


def _pen(colour: str, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([3, 2])
    return pen


def _curves(operation: object) -> tuple[Array, Array, Array] | None:
    if not isinstance(operation, Activation) or not operation.elementwise:
        return None
    z = np.linspace(-REACH, REACH, _POINTS)
    try:
        with np.errstate(all="ignore"):
            f, d = operation.curve(z)
    except NotImplementedError:  # an activation may be built into its kernel alone
        return None
    if not (np.isfinite(f).all() and np.isfinite(d).all()):
        return None
    return z, f, d


def _range(f: Array, d: Array) -> tuple[float, float, list[float]]:
    """The ends of the y axis and three to six round ticks, zero among them."""
    low = min(float(f.min()), float(d.min()), 0.0)
    high = max(float(f.max()), float(d.max()), 0.0)
    if high - low < 1e-9:
        low, high = -1.0, 1.0
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return first * step, last * step, [round(k * step, 12) for k in range(first, last + 1)]
