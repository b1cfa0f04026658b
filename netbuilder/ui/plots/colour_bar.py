"""What the colours of a heat map mean."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.plots.palette import output_map
from netbuilder.ui.theme import theme


class ColourBar(QWidget):
    """A vertical bar from the lowest output at the bottom to the highest, with three labels.

    With `line` the middle is marked as the boundary is on the map.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = ("0", "0.5", "1")
        self._line = True
        self.setObjectName("plot.decision.bar")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._restyle)

    def set_labels(self, labels: tuple[str, str, str], line: bool) -> None:
        """Words at the lower end, in the middle and at the upper end."""
        if (labels, line) == (self._labels, self._line):
            return
        self._labels, self._line = labels, line
        self.setAccessibleName(
            self.tr("Colours from {low} (orange) to {high} (blue)").format(
                low=labels[0], high=labels[2]
            )
        )
        self.updateGeometry()
        self.update()

    @property
    def labels(self) -> tuple[str, str, str]:
        """The words, from the bottom."""
        return self._labels

    def overhang(self) -> int:
        """How far the end labels reach above and below the bar."""
        return QFontMetrics(theme().font("caption")).height() // 2

    def sizeHint(self) -> QSize:  # noqa: N802
        """The bar and its widest label."""
        metrics = QFontMetrics(theme().font("caption"))
        widest = max(metrics.horizontalAdvance(words) for words in self._labels)
        return QSize(theme().px(10) + theme().px(5) + widest + 1, 4 * metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw bar, frame and labels."""
        px, colours = theme().px, theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top = self.overhang()
        bar = QRectF(0, top, px(10), self.height() - 2 * top)
        column = np.ascontiguousarray(output_map(colours)[::-1, None])
        image = QImage(column.data, 1, len(column), 4, QImage.Format.Format_RGB32)
        painter.drawImage(bar, image)
        painter.setFont(theme().font("caption"))
        if self._line:
            middle = round(bar.center().y())
            painter.setPen(QPen(QColor(colours.text), max(1.5, px(1.5))))
            painter.drawLine(0, middle, round(bar.right()) - 1, middle)
        painter.setPen(QColor(colours.muted))
        metrics = painter.fontMetrics()
        for words, place in zip(
            self._labels, (bar.bottom(), bar.center().y(), bar.top()), strict=True
        ):
            box = QRectF(bar.right() + px(5), place - metrics.height() / 2, 999, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
