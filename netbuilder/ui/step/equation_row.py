"""The matrices of a line side by side, joined by the signs of its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.engine.scope import Line
from netbuilder.ui.step.matrix_cards import HeatCard, MatrixCard, QuantityCard
from netbuilder.ui.step.matrix_view import MatrixView
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.reading import Piece, Token
from netbuilder.ui.theme import theme


@dataclass
class _Group:
    """A card with the signs before and behind it."""

    before: str
    card: QuantityCard
    behind: str = ""


class EquationRow(QWidget):
    """Cards and signs. All in one row where that can be, wide matrices in part; else in several."""

    def __init__(self, step: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = step
        self._numbers: list[MatrixCard] = []
        self._heats: list[HeatCard] = []
        self._groups: list[_Group] = []
        self._signs: list[tuple[QRect, str]] = []
        self._planned = 0
        self._heights: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def cards(self) -> list[QuantityCard]:
        """Those that are shown, from left to right."""
        return [g.card for g in self._groups]

    def show_tokens(self, tokens: list[Token], line: Line | None, *, heat: bool) -> None:
        """Show other matrices, as numbers or as pictures."""
        pieces = [t for t in tokens if isinstance(t, Piece)]
        cards = self._pool(len(pieces), heat)
        self._groups = []
        sign = ""
        for token in tokens:
            if isinstance(token, str):
                sign += token
                continue
            card = cards[len(self._groups)]
            card.show_piece(token, line, self._step.digits)
            # Brackets close behind the card before.
            closing = len(sign) - len(sign.lstrip(")²"))
            if self._groups:
                self._groups[-1].behind = sign[:closing]
                sign = sign[closing:]
            self._groups.append(_Group(sign.strip(), card))
            sign = ""
        if self._groups:
            self._groups[-1].behind = sign.strip()
        self.refit()

    def _pool(self, count: int, heat: bool) -> list[QuantityCard]:
        kept: list[QuantityCard] = [*(self._heats if heat else self._numbers)]
        other: list[QuantityCard] = [*(self._numbers if heat else self._heats)]
        while len(kept) < count:
            if heat:
                self._heats.append(HeatCard(self._step, self))
                kept.append(self._heats[-1])
            else:
                made = MatrixCard(self._step, self)
                made.view.scrolled.connect(self._scroll_along)
                self._numbers.append(made)
                kept.append(made)
        for i, card in enumerate(kept):
            card.setVisible(i < count)
        for card in other:
            card.hide()
        return kept[:count]

    @Slot(object, object)
    def _scroll_along(self, view: MatrixView, side: Qt.Orientation) -> None:
        """The same rows, or columns, of the other matrices that have them come into sight too."""
        for card in self.cards:
            if isinstance(card, MatrixCard) and card.view is not view:
                card.view.scroll_like(view, side)

    def refit(self) -> None:
        """Lay out anew: other numbers, digits or fonts."""
        self._planned = 0
        self._heights.clear()
        self._place()
        self.updateGeometry()
        self.update()

    # ---- layout ----------------------------------------------------------------------------------

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """The height of all rows."""
        if width not in self._heights:
            self._heights[width] = self._plan(width, move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:  # noqa: N802
        """As it is now."""
        width = max(self.width(), theme().px(320))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(theme().px(160), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cards follow the width."""
        self._place()

    def _place(self) -> None:
        if self.width() != self._planned:
            self._planned = self.width()
            self._plan(self.width(), move=True)
            self.update()

    def _rows(self, width: int, signs: list[int]) -> list[list[tuple[int, int]]]:
        """Which cards stand in which row, each with its width; as few rows as can be."""
        count = len(self._groups)
        for together in range(count, 0, -1):
            rows = []
            for first in range(0, count, together):
                row = range(first, min(first + together, count))
                widths = self._widths(row, width - sum(signs[i] for i in row), together == 1)
                if widths is None:
                    break
                rows.append(list(zip(row, widths, strict=True)))
            else:
                return rows
        return []

    def _widths(self, row: range, room: int, alone: bool) -> list[int] | None:
        """How wide each card of a row is; None where they do not fit into one."""
        cards = [self._groups[i].card for i in row]
        natural = [card.natural_width() for card in cards]
        if sum(natural) <= room:
            return natural
        if alone:
            return [max(room, theme().px(80))]
        least = [card.least_width() for card in cards]
        if sum(least) > room:
            return None
        # The widest ones give way, all to the same width.
        low, high = 0, max(natural)
        while low < high:
            middle = (low + high + 1) // 2
            wanted = sum(_limited(n, m, middle) for n, m in zip(natural, least, strict=True))
            low, high = (middle, high) if wanted <= room else (low, middle - 1)
        return [_limited(n, m, low) for n, m in zip(natural, least, strict=True)]

    def _plan(self, width: int, *, move: bool) -> int:
        if not self._groups:
            return 0
        gap = theme().px(8)

        def room(sign: str) -> int:
            return QFontMetrics(_sign_font(sign)).horizontalAdvance(sign) + 2 * gap if sign else 0

        spaces = [
            (room(g.before) or (gap if i else 0)) + room(g.behind)
            for i, g in enumerate(self._groups)
        ]
        if move:
            self._signs = []
        y = 0
        for row in self._rows(width, spaces):
            sizes = {i: QSize(w, self._groups[i].card.height_at(w)) for i, w in row}
            if move:
                self._move(y, sizes, room)
            y += max(s.height() for s in sizes.values()) + gap
        return y - gap

    def _move(self, y: int, sizes: dict[int, QSize], room: Callable[[str], int]) -> None:
        """Put a row of cards and its signs into their places."""
        gap = theme().px(8)
        # Signs stand at the height of the smallest card, so that they are beside all of them.
        high = min(size.height() for size in sizes.values())
        x = 0
        for i, size in sizes.items():
            group = self._groups[i]
            before, behind = room(group.before), room(group.behind)
            if not before and i and x:
                before = gap
            if group.before:
                self._signs.append((QRect(x, y, before, high), group.before))
            x += before
            group.card.setGeometry(QRect(QPoint(x, y), size))
            if isinstance(group.card, MatrixCard):
                group.card.place()  # also where the size is the same but the numbers are others
            x += size.width()
            if group.behind:
                self._signs.append((QRect(x, y, behind, high), group.behind))
            x += behind

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The signs."""
        painter = QPainter(self)
        painter.setPen(QColor(theme().current.muted))
        for place, sign in self._signs:
            painter.setFont(_sign_font(sign))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), sign)


def _sign_font(sign: str) -> QFont:
    """Signs are large, a word between cards is not."""
    return theme().font("body" if len(sign) > 1 and sign.isalpha() else "title")


def _limited(natural: int, least: int, limit: int) -> int:
    return min(natural, max(least, limit))
