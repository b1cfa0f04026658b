"""The cards in which matrices stand: as numbers, or small as a picture in heat colours."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from netbuilder.engine.scope import Line
from netbuilder.ui.step.copying import CopyMenu, put, selected_text
from netbuilder.ui.step.links import Links
from netbuilder.ui.step.matrix_model import MatrixModel
from netbuilder.ui.step.matrix_paint import link_colour
from netbuilder.ui.step.matrix_view import MOST_FITTED, MatrixView
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.reading import Piece
from netbuilder.ui.step.words import range_words, shape_words, title_html
from netbuilder.ui.theme import theme

ALL_ROWS = 12
"""Up to so many rows a matrix is shown whole."""
MOST_ROWS = 9
"""So many are in sight of a longer one."""
LEAST_COLUMNS = 2.3
"""Columns that stay in sight; part of the next tells that there are more."""
LEAST_OF_MANY = 1.4
"""The same of a matrix with very many, so that the formula stays in one row."""


def _title_font() -> QFont:
    font = theme().font("title")
    font.setItalic(True)
    font.setWeight(QFont.Weight.Medium)
    return font


@lru_cache(maxsize=512)
def _heading(html: str, zoom: int) -> QStaticText:
    """A title laid out at a text zoom, which takes a millisecond or two."""
    text = QStaticText(html)
    text.setTextFormat(Qt.TextFormat.RichText)
    text.prepare(QTransform(), _title_font())
    return text


class QuantityCard(QWidget):
    """The frame, the title and the shape; the rest is for who derives from it."""

    def __init__(self, step: StepModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.step = step
        self._title = QStaticText()
        self.line: Line | None = None
        """The line it belongs to, for copying."""

    @property
    def matrix(self) -> MatrixModel:
        """What it shows."""
        raise NotImplementedError

    def show_piece(self, piece: Piece, line: Line | None, digits: int) -> None:
        """Show another matrix."""
        walk = self.step.walk
        self.line = line
        self.matrix.show(piece, walk.samples if walk is not None else (), digits)
        self._title = _heading(title_html(piece), theme().text_zoom)
        rows, columns = self.matrix.values.shape
        self.setAccessibleName(
            self.tr("{name}: {rows} rows, {columns} columns").format(
                name=self.matrix.title, rows=rows, columns=columns
            )
        )
        self.update()

    def set_links(self, links: Links) -> None:
        """Outline what has to do with the number that is looked at."""
        raise NotImplementedError

    def natural_width(self) -> int:
        """Wide enough for all of it."""
        raise NotImplementedError

    def least_width(self) -> int:
        """Narrower is of no use."""
        raise NotImplementedError

    def height_at(self, width: int) -> int:
        """How high it is when it is so wide."""
        raise NotImplementedError

    def margins(self) -> tuple[int, int, int, int]:
        """Left, top (with the title), right, bottom, in pixels."""
        px = theme().px
        return px(10), px(8) + self._title_height() + px(2), px(8), px(8)

    def _title_height(self) -> int:
        return QFontMetrics(_title_font()).height()

    def _shape(self) -> str:
        return shape_words(*self.matrix.values.shape)

    def _title_width(self) -> int:
        left, _, right, _ = self.margins()
        title = math.ceil(self._title.size().width())
        shape = QFontMetrics(theme().font("caption")).horizontalAdvance(self._shape())
        return left + title + theme().px(14) + shape + right

    def _has_focus(self) -> bool:
        return self.hasFocus()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Frame, title, shape."""
        colours = theme().current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = 2.0 if self._has_focus() else 1.0
        edge = colours.accent if self._has_focus() else colours.border
        painter.setPen(QPen(QColor(edge), line))
        painter.setBrush(QColor(colours.surface))
        frame = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(frame, theme().px(8), theme().px(8))
        left, _, right, _ = self.margins()
        head = QRect(left, theme().px(8), self.width() - left - right, self._title_height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.text))
        painter.setFont(_title_font())
        painter.drawStaticText(head.topLeft(), self._title)
        painter.setPen(QColor(colours.muted))
        painter.setFont(theme().font("caption"))
        painter.drawText(head, int(Qt.AlignmentFlag.AlignRight | middle), self._shape())

    def open_menu(self, at: QPoint) -> None:
        """Ways to copy, at a place of the screen."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self) -> CopyMenu:
        """Ways to copy the matrix, what is selected of it, and its line."""
        menu = CopyMenu(self)
        piece = self.matrix.piece
        quantity = (piece.quantity, piece.quantity.values) if piece is not None else None
        menu.fill(self.matrix.digits, quantity, self.line, self.selected_text())
        return menu

    def selected_text(self) -> str | None:
        """The selected numbers as text, where numbers can be selected."""
        return None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ways to copy."""
        self.open_menu(event.globalPos())
        event.accept()


class MatrixCard(QuantityCard):
    """A matrix as a table of numbers."""

    def __init__(self, step: StepModel, parent: QWidget) -> None:
        super().__init__(step, parent)
        self._natural = self._least = 0
        self.view = MatrixView(step, self)
        self.view.copy_wanted.connect(self._copy)
        self.view.menu_wanted.connect(self.open_menu)
        self.view.installEventFilter(self)

    @property
    def matrix(self) -> MatrixModel:
        return self.view.matrix

    def show_piece(self, piece: Piece, line: Line | None, digits: int) -> None:
        is_other = piece.quantity.key != self.matrix.key
        super().show_piece(piece, line, digits)
        if is_other:
            self.view.to_start()
        self.view.setObjectName(f"step.matrix.{self.matrix.key}")
        self.view.setAccessibleName(self.accessibleName())
        self.view.fit()
        self._measure()

    def set_links(self, links: Links) -> None:
        self.view.set_links(links)

    def natural_width(self) -> int:
        return self._natural

    def least_width(self) -> int:
        return self._least

    def _measure(self) -> None:
        left, _, right, _ = self.margins()
        size = self.view.size_within(1 << 24, self._rows())
        self._natural = max(left + size.width() + right, self._title_width())
        head = self.view.verticalHeader().width()
        is_wide = self.matrix.columnCount() > MOST_FITTED
        some = round((LEAST_OF_MANY if is_wide else LEAST_COLUMNS) * self.view.column_width())
        wanted = left + head + some + theme().px(10) + right
        self._least = min(max(wanted, self._title_width()), self._natural)

    def height_at(self, width: int) -> int:
        left, top, right, bottom = self.margins()
        size = self.view.size_within(width - left - right, self._rows())
        return top + size.height() + bottom

    def _rows(self) -> int:
        rows = self.matrix.rowCount()
        return rows if rows <= ALL_ROWS else MOST_ROWS

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The table takes what the title leaves."""
        self.place()

    def place(self) -> None:
        """Put the table below the title."""
        left, top, right, _ = self.margins()
        size = self.view.size_within(self.width() - left - right, self._rows())
        self.view.setGeometry(QRect(QPoint(left, top), size))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The frame tells which table has the keys."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def _has_focus(self) -> bool:
        return self.view.hasFocus()

    def selected_text(self) -> str | None:
        if len(self.view.selectionModel().selectedIndexes()) < 2:
            return None
        return selected_text(self.matrix, self.view.selectionModel())

    @Slot()
    def _copy(self) -> None:
        put(selected_text(self.matrix, self.view.selectionModel()))


class HeatCard(QuantityCard):
    """A matrix as a small picture, a field a number, with its smallest, mean and largest."""

    def __init__(self, step: StepModel, parent: QWidget) -> None:
        super().__init__(step, parent)
        self._matrix = MatrixModel(self)
        self._image = QImage()
        self._words = ""
        self._mark: tuple[int, int] | None = None
        self.setMouseTracking(True)

    @property
    def matrix(self) -> MatrixModel:
        return self._matrix

    def show_piece(self, piece: Piece, line: Line | None, digits: int) -> None:
        super().show_piece(piece, line, digits)
        self.setObjectName(f"step.heat.{self.matrix.key}")
        values = self.matrix.values
        known = values[np.isfinite(values)]
        if values.size == 1:
            self._words = self.matrix.text(0, 0)
        elif known.size:
            few = min(digits, 4)
            mean = float(known.mean())
            self._words = range_words(float(known.min()), mean, float(known.max()), few)
        else:
            self._words = self.tr("not a number")
        self.setToolTip(self._words)
        self.setAccessibleDescription(self._words)
        self._paint_image()

    def _paint_image(self) -> None:
        """One pixel a number, over the colour of the card."""
        values, largest = self.matrix.values, self.matrix.largest
        rows, columns = values.shape
        size = np.sqrt(np.clip(np.abs(np.nan_to_num(values)) / (largest or 1.0), 0.0, 1.0))
        ground = _rgb(theme().current.surface)
        ends = np.where(
            (values > 0)[..., None],
            _rgb(theme().current.positive),
            _rgb(theme().current.negative),
        )
        share = np.where(values == 0.0, 0.0, 0.1 + 0.9 * size)[..., None]
        colours = ground + (ends - ground) * share
        colours[values == 0.0] = _rgb(theme().current.zero)
        colours[~np.isfinite(values)] = _rgb(theme().current.danger)
        pixels = np.zeros((rows, columns, 4), np.uint8)
        pixels[..., :3] = np.rint(colours[..., ::-1])
        pixels[..., 3] = 255
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._image = image.copy()  # of its own memory

    def set_links(self, links: Links) -> None:
        piece = self.matrix.piece
        mark = piece.find(links.place) if piece is not None else None
        if mark != self._mark:
            self._mark = mark
            self.update()

    def _picture(self) -> QRectF:
        """Where the fields are."""
        left, top, _, _ = self.margins()
        rows, columns = self.matrix.values.shape
        px = theme().px
        field = min(px(160) / max(columns, 1), px(110) / max(rows, 1), px(24))
        return QRectF(left, top + px(2), field * columns, field * rows)

    def natural_width(self) -> int:
        left, _, right, _ = self.margins()
        words = QFontMetrics(theme().font("caption")).horizontalAdvance(self._words)
        inside = max(self._picture().width(), words)
        return max(left + round(inside) + right, self._title_width())

    def least_width(self) -> int:
        return self.natural_width()

    def height_at(self, width: int) -> int:
        bottom = self.margins()[3]
        caption = QFontMetrics(theme().font("caption")).height()
        return round(self._picture().bottom()) + theme().px(6) + caption + bottom

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The picture and what it spans."""
        super().paintEvent(event)
        painter = QPainter(self)
        place = self._picture()
        painter.drawImage(place, self._image)
        painter.setPen(QPen(QColor(theme().current.border), 1.0))
        painter.drawRect(place)
        if self._mark is not None:
            row, column = self._mark
            wide = place.width() / self._image.width()
            high = place.height() / self._image.height()
            painter.setPen(QPen(link_colour(), 2.0))
            painter.drawRect(QRectF(place.x() + column * wide, place.y() + row * high, wide, high))
        left, _, right, bottom = self.margins()
        painter.setFont(theme().font("caption"))
        painter.setPen(QColor(theme().current.muted))
        below = QRect(left, 0, self.width() - left - right, self.height() - bottom)
        aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(below, int(aligned), self._words)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Point at the number under the mouse."""
        found = self._number_at(event)
        self.step.hover(self.matrix.place(*found) if found is not None else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose it."""
        found = self._number_at(event)
        if found is not None:
            self.step.select(self.matrix.place(*found))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """The mouse is elsewhere."""
        self.step.hover(None)

    def _number_at(self, event: QMouseEvent) -> tuple[int, int] | None:
        place, at = self._picture(), event.position()
        if not place.contains(at) or self._image.isNull():
            return None
        rows, columns = self.matrix.values.shape
        row = int((at.y() - place.y()) / place.height() * rows)
        column = int((at.x() - place.x()) / place.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of it."""
        width = self.natural_width()
        return QSize(width, self.height_at(width))


def _rgb(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)
