"""A number with a slider beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from netbuilder.ui.lab.card import round_to
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import NumberField

NOTCHES = 400  # of a slider


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        # The wheel that scrolls the column must not turn what it passes over.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SliderField(QWidget):
    """A name, a slider and the number itself, in one row.

    The slider covers `set_reach`, evenly or, if `log`, by factors; the field takes what lies beyond
    it too, up to its own range.
    """

    moved = Signal(float)
    """The user wants another number, by slider or field."""

    def __init__(
        self,
        words: str,
        object_name: str,
        accessible: str,
        limits: tuple[float, float],
        *,
        log: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._log = log
        self._reach = limits
        self.setObjectName(object_name)
        self.caption = QLabel(words)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"{object_name}.slider")
        self.slider.setAccessibleName(accessible)
        self.slider.setRange(0, NOTCHES)
        self.slider.setPageStep(NOTCHES // 20)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        low, high = limits
        factor = 10.0**0.1 if log else None
        self.field = NumberField(float, minimum=low, maximum=high, factor=factor)
        self.field.setObjectName(f"{object_name}.field")
        self.field.setAccessibleName(accessible)
        self.caption.setBuddy(self.field)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.caption)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.field)
        self.slider.valueChanged.connect(self._slide)
        self.field.committed.connect(self._commit)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_reach(self, low: float, high: float) -> None:
        """The numbers at the ends of the slider."""
        self._reach = low, high

    def set_value(self, value: float) -> None:
        """Show a number, without a signal."""
        if self.field.value() != value:
            self.field.set_value(value)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(NOTCHES * self._share(value)))

    def _share(self, value: float) -> float:
        low, high = self._reach
        if self._log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, low))
        return min(max((value - low) / (high - low), 0.0), 1.0)

    @Slot(int)
    def _slide(self, notch: int) -> None:
        low, high = self._reach
        if self._log:
            value = low * (high / low) ** (notch / NOTCHES)
            value = float(f"{value:.2g}")
        else:
            value = round_to(low + (high - low) * notch / NOTCHES, (high - low) / NOTCHES)
        self.moved.emit(value)

    @Slot(object)
    def _commit(self, value: object) -> None:
        self.moved.emit(float(str(value)))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setSpacing(px(8))
        self.caption.setMinimumWidth(px(18))
        self.field.setFixedWidth(px(84))
        self.slider.setMinimumWidth(px(24))
