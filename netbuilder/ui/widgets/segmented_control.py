"""A row of joined buttons of which exactly one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from netbuilder.ui.theme import theme


class SegmentedControl(QFrame):
    """One choice among a few, all visible; Left and Right move it."""

    chosen = Signal(str)
    """The user chose another segment: its key."""

    def __init__(self, segments: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`segments` are (key, words); the first is chosen; buttons are named `segment_<key>`."""
        super().__init__(parent)
        self.setProperty("class", "segments")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (key, words) in enumerate(segments):
            button = QPushButton(words)
            button.setObjectName(f"segment_{key}")
            button.setAccessibleName(words)
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setAutoDefault(False)
            button.setProperty("class", "segment")
            button.setProperty("place", _place_word(place, len(segments)))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._current = segments[0][0] if segments else ""
        self._group.buttonToggled.connect(self._follow)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def current(self) -> str:
        """The key of the chosen segment."""
        return self._current

    def set_current(self, key: str) -> None:
        """Choose a segment without a signal. Raises `KeyError`."""
        button = self._buttons[key]
        self._current = key
        button.setChecked(True)

    def button(self, key: str) -> QPushButton:
        """The segment itself, to disable it or give it a tooltip. Raises `KeyError`."""
        return self._buttons[key]

    @Slot(QAbstractButton, bool)
    def _follow(self, button: QAbstractButton, checked: bool) -> None:
        if not checked:
            return
        key = next(key for key, known in self._buttons.items() if known is button)
        if key != self._current:
            self._current = key
            self.chosen.emit(key)

    @Slot()
    def _lay_out(self) -> None:
        # The chosen segment is semibold: else its words would be cut, or the row would jump.
        metrics = QFontMetrics(theme().font("strong"))
        for button in self._buttons.values():
            button.setMinimumWidth(metrics.horizontalAdvance(button.text()) + theme().px(32))


def _place_word(place: int, count: int) -> str:
    if count == 1:
        return "only"
    return "first" if place == 0 else "last" if place == count - 1 else "middle"
