"""A plot for other programs: as a picture on white paper, and as exact numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QRegion
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from netbuilder.ui.pictures import png_of, svg_of
from netbuilder.ui.plots.area import PlotArea
from netbuilder.ui.plots.axes import paint_axes
from netbuilder.ui.plots.base import PlotCard
from netbuilder.ui.plots.cursor import CursorLayer
from netbuilder.ui.plots.items import LinesItem
from netbuilder.ui.theme import DARK, LIGHT, theme
from netbuilder.ui.widgets.legend import LegendEntry
from netbuilder.ui.widgets.segmented_control import SegmentedControl

MARGIN = 12  # pixels of white at 100 % text zoom
SHARPNESS = 2.0  # pixels of a PNG to one of the screen

_CONTROLS = (QAbstractButton, QComboBox, SegmentedControl, CursorLayer)


class PlotPicture:
    """One view as it stands, with title and legend: light, on white, as large as on the screen."""

    def __init__(self, card: PlotCard) -> None:
        self._card = card
        self.title = card.view_title()
        layout = card.layout()
        if layout is not None:
            layout.activate()
        content = self._content()
        self._width = max(content.width(), 1.0)
        rows = len(_legend_rows(self._card.legend.entries(), self._width))
        px = theme().px
        line = QFontMetricsF(theme().font("strong")).height()
        small = QFontMetricsF(theme().font("caption")).height() + px(4)
        self._head = line + px(8)
        self._legend = rows * small + (px(6) if rows else 0)
        self.size = QSizeF(
            round(self._width + 2 * px(MARGIN)),
            round(self._head + self._legend + content.height() + 2 * px(MARGIN)),
        )

    def _content(self) -> QRectF:
        """The card without its title row and legend."""
        room = QRectF()
        for child in self._inside():
            room = room.united(QRectF(child.geometry()))
        return room

    def _inside(self) -> list[QWidget]:
        card, body = self._card, self._card.body.geometry()
        children = card.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [
            child
            for child in children
            if child is not card.legend
            and child.isVisibleTo(card)
            and body.contains(child.geometry().center())
        ]

    def paint(self, painter: QPainter) -> None:
        """Draw it with (0, 0) at the upper left corner of the paper."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = theme().px(MARGIN)
        with _on_paper(self._card):
            painter.setFont(theme().font("strong"))
            painter.setPen(QColor(theme().current.text))
            words = self.title
            if self._card.caption:
                words = f"{words} · {self._card.caption}"
            row = QRectF(margin, margin, self._width, self._head)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
            self._paint_legend(painter, margin, margin + self._head)
            top = margin + self._head + self._legend
            content = self._content()
            shift = QPointF(margin, top) - content.topLeft()
            for child in self._inside():
                _paint_widget(painter, child, QPointF(child.pos()) + shift)

    def _paint_legend(self, painter: QPainter, left: float, top: float) -> None:
        px, colours = theme().px, theme().current
        metrics = QFontMetricsF(theme().font("caption"))
        painter.setFont(theme().font("caption"))
        for row in _legend_rows(self._card.legend.entries(), self._width):
            x = left
            for words, colour, dashed in row:
                middle = top + metrics.height() / 2
                pen = QPen(QColor(_light(colour)), max(2.0, px(2)))
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if dashed:
                    pen.setDashPattern([2.5, 1.5])
                painter.setPen(pen)
                painter.drawLine(QPointF(x, middle), QPointF(x + px(14), middle))
                x += px(19)
                painter.setPen(QColor(colours.text))
                painter.drawText(QPointF(x, top + metrics.ascent()), words)
                x += metrics.horizontalAdvance(words) + px(12)
            top += metrics.height() + px(4)

    def image(self) -> QImage:
        """The picture as pixels, twice as many as on the screen."""
        image = QImage(
            round(self.size.width() * SHARPNESS),
            round(self.size.height() * SHARPNESS),
            QImage.Format.Format_RGB32,
        )
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        image.setDevicePixelRatio(1.0)
        for set_dots in (image.setDotsPerMeterX, image.setDotsPerMeterY):
            set_dots(round(96 * SHARPNESS / 0.0254))
        return image

    def png(self) -> bytes:
        """The picture as a PNG file."""
        return png_of(self.image())

    def svg(self) -> bytes:
        """The picture as an SVG file."""
        return svg_of(self.size, self.title, self.paint)


def csv_text(card: PlotCard) -> str:
    """The numbers of a view as CSV: every digit; an empty cell where a number is missing."""
    return _separated(card, ",")


def tsv_text(card: PlotCard) -> str:
    """The numbers of a view as a spreadsheet pastes them."""
    return _separated(card, "\t")


FORMATS: dict[str, Callable[[PlotCard], bytes]] = {
    ".png": lambda card: PlotPicture(card).png(),
    ".svg": lambda card: PlotPicture(card).svg(),
    ".csv": lambda card: csv_text(card).encode(),
}


def _separated(card: PlotCard, separator: str) -> str:
    header, rows = card.table()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: float | int | str) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    return str(value)


# ---- painting ------------------------------------------------------------------------------------


@contextmanager
def _on_paper(card: PlotCard) -> Iterator[None]:
    # What a view draws in the theme's colours is drawn in the light ones meanwhile.
    dark = theme().current.is_dark
    try:
        with theme().on_paper():
            if dark:
                card.draw()
            yield
    finally:
        if dark:
            card.draw()


def _paint_widget(painter: QPainter, widget: QWidget, corner: QPointF) -> None:
    """A part of a card with everything in it; what can be pressed is left out."""
    if isinstance(widget, _CONTROLS):
        return
    if isinstance(widget, PlotArea):
        paint_area(painter, widget, QRectF(corner, QSizeF(widget.size())))
        return
    if isinstance(widget, QLabel):
        _paint_label(painter, widget, QRectF(corner, QSizeF(widget.size())))
        return
    if type(widget).paintEvent is not QWidget.paintEvent:
        painter.save()
        painter.translate(corner)
        widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag(0))
        painter.restore()
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisibleTo(widget):
            _paint_widget(painter, child, corner + QPointF(child.pos()))


def _paint_label(painter: QPainter, label: QLabel, box: QRectF) -> None:
    colours = theme().current
    quiet = label.property("role") in ("muted", "caption")
    painter.setFont(label.font())
    painter.setPen(QColor(colours.muted if quiet else colours.text))
    flags = int(label.alignment()) | (int(Qt.TextFlag.TextWordWrap) if label.wordWrap() else 0)
    painter.drawText(box, flags, label.text())


def paint_area(painter: QPainter, area: PlotArea, box: QRectF) -> None:
    """Axes, grid and items of a plot in a rectangle as large as the area."""
    if area.note:
        painter.setFont(theme().font("body"))
        painter.setPen(QColor(theme().current.muted))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box, flags, area.note)
        return
    view = area.view_rect().translated(box.topLeft())
    painter.save()
    painter.setClipRect(view)
    for item in area.items_below_up():
        painter.save()
        if isinstance(item, LinesItem):
            with _light_lines(item):
                item.draw(painter, area.transform_to(view))
        else:
            item.draw(painter, area.transform_to(view))
        painter.restore()
    painter.restore()
    paint_axes(painter, *area.axes, box, view)


@contextmanager
def _light_lines(item: LinesItem) -> Iterator[None]:
    before = item.lines
    item.set_lines([replace(line, colour=_light(line.colour)) for line in before])
    try:
        yield
    finally:
        item.set_lines(before)


def _light(colour: str) -> str:
    """The light theme's colour for what may be one of the dark theme."""
    return _PAIRS.get(colour, colour)


def _pairs() -> dict[str, str]:
    names = [f.name for f in fields(DARK) if isinstance(getattr(DARK, f.name), str)]
    pairs = {getattr(DARK, name): getattr(LIGHT, name) for name in names}
    pairs.update(zip(DARK.series, LIGHT.series, strict=True))
    ours = {getattr(LIGHT, name) for name in names} | set(LIGHT.series)
    return {dark: light for dark, light in pairs.items() if dark not in ours}


_PAIRS = _pairs()


def _legend_rows(entries: list[LegendEntry], width: float) -> list[list[tuple[str, str, bool]]]:
    px = theme().px
    metrics = QFontMetricsF(theme().font("caption"))
    rows: list[list[tuple[str, str, bool]]] = []
    used = width
    for name, colour, dashed, value in entries:
        words = f"{name} {value}".strip()
        wide = px(19) + metrics.horizontalAdvance(words) + px(12)
        if used + wide - px(12) > width:
            rows.append([])
            used = 0.0
        rows[-1].append((words, colour, dashed))
        used += wide
    return rows
