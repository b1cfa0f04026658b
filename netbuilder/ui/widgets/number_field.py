"""A field for one number, with steppers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import theme

Number = int | float
_FLOAT_SO_FAR = re.compile(r"[+-]?\d*\.?\d*([eE][+-]?\d*)?")
_INT_SO_FAR = re.compile(r"[+-]?\d*")


def format_number(value: Number) -> str:
    """The shortest text that reads back as `value`: 1.0 is "1", 1e-05 is "1e-5"."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    text = repr(value).removesuffix(".0")
    return re.sub(r"e([+-])0*(\d)", lambda m: f"e{m[1].replace('+', '')}{m[2]}", text)


class NumberField(QLineEdit):
    """Shows a number and reports what the user makes of it.

    `kind` is int or float. Up, Down, the steppers and the wheel (when focused) add `step`, or
    multiply by `factor` if that is given; Shift or Page Up/Down does ten times as much (`factor`
    twice). `check` may refuse a number of the right kind and range by returning the reason. With
    `optional`, an empty field means None and shows `none_text`. A refused text marks the field, and
    the tooltip gives the reason; Esc brings the last number back.
    """

    committed = Signal(object)
    """The user entered another valid number (int, float or None)."""

    def __init__(
        self,
        kind: type[int] | type[float] = float,
        *,
        minimum: Number | None = None,
        maximum: Number | None = None,
        step: Number | None = None,
        factor: float | None = None,
        unit: str = "",
        check: Callable[[Number], str | None] | None = None,
        optional: bool = False,
        none_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._minimum = minimum
        self._maximum = maximum
        self._step: Number = step if step is not None else (1 if kind is int else 0.1)
        self._factor = factor
        self._check = check
        self._optional = optional
        self._value: Number | None = None if optional else self._clamp(0)
        self._tool_tip: str | None = None
        self.setPlaceholderText(none_text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._unit = QLabel(unit, self)
        self._unit.setProperty("role", "muted")
        self._unit.setVisible(bool(unit))
        self._up = self._stepper("chevron-up", "up")
        self._down = self._stepper("chevron-down", "down")
        self._up.clicked.connect(self._step_up)
        self._down.clicked.connect(self._step_down)
        self.textEdited.connect(self._follow_typing)
        self.editingFinished.connect(self.commit)
        theme().changed.connect(self._lay_out)
        self._show_value()
        self._lay_out()

    def value(self) -> Number | None:
        """The last valid number, whatever stands in the field now."""
        return self._value

    def set_value(self, value: Number | None) -> None:
        """Show `value` without a signal and without a check; drops what the user was typing."""
        self._value = value if value is None else self._kind(value)
        self._show_value()

    def set_range(self, minimum: Number | None, maximum: Number | None) -> None:
        """Change the allowed range (ends included); the value stays."""
        self._minimum, self._maximum = minimum, maximum
        self._enable_steppers()

    def is_valid(self) -> bool:
        """Whether the text in the field is an acceptable number."""
        return self._parse(self.text())[1] is None

    def reason(self) -> str:
        """Why the text in the field is refused; empty if it is not."""
        return self._parse(self.text())[1] or ""

    @Slot()
    def commit(self) -> None:
        """Take the text over if it is valid, else mark the field."""
        number, reason = self._parse(self.text())
        if reason is not None:
            self._mark(reason)
            return
        self._take(number)

    def revert(self) -> None:
        """Show the last valid number again."""
        self._show_value()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Steps, and Esc to revert."""
        big = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Up:
                self.step_by(10 if big else 1)
            case Qt.Key.Key_Down:
                self.step_by(-10 if big else -1)
            case Qt.Key.Key_PageUp:
                self.step_by(10)
            case Qt.Key.Key_PageDown:
                self.step_by(-10)
            case Qt.Key.Key_Escape if self.text() != self._text_of(self._value):
                self.revert()
            case _:
                super().keyPressEvent(event)
                return
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Step only when focused; otherwise let the form scroll."""
        if not self.hasFocus() or self.isReadOnly() or event.angleDelta().y() == 0:
            event.ignore()
            return
        self.step_by(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Select all when reached by Tab, so that typing replaces the number."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the steppers at the right end."""
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for some eight digits."""
        hint = super().sizeHint()
        return QSize(theme().px(104), hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for some four digits."""
        return QSize(theme().px(64), super().minimumSizeHint().height())

    def step_by(self, steps: int) -> None:
        """Move the number by `steps` steps, staying in range, and report it."""
        if self.isReadOnly() or not self.isEnabled():
            return
        number, reason = self._parse(self.text())
        start = number if reason is None else self._value
        if start is None:
            self._take(self._clamp(self._minimum if self._minimum is not None else 0))
            return
        moved = self._moved(start, steps)
        if self._parse(self._text_of(moved))[1] is None:
            self._take(moved)
            self.selectAll()

    def _moved(self, start: Number, steps: int) -> Number:
        if self._factor is None:
            moved: Number = start + steps * self._step
        elif start == 0:
            moved = math.copysign(self._step, steps)
        else:
            grow = (steps > 0) == (start > 0)
            moved = start * self._factor ** ((2 if abs(steps) > 1 else 1) * (1 if grow else -1))
        if self._kind is float:
            # 0.1 + 0.2 shall show 0.3, and no step is finer than twelve digits.
            return self._clamp(float(f"{moved:.12g}"))
        return self._clamp(round(moved))

    def _clamp(self, number: Number) -> Number:
        if self._minimum is not None:
            number = max(number, self._minimum)
        if self._maximum is not None:
            number = min(number, self._maximum)
        return self._kind(number)

    def _parse(self, text: str) -> tuple[Number | None, str | None]:
        text = text.strip().replace("\N{MINUS SIGN}", "-")
        if not text:
            return None, None if self._optional else self.tr("A number is needed here.")
        try:
            number = self._kind(text)
        except ValueError:
            if "," in text:
                return None, self.tr("Write the decimal sign as a point, and no thousands sign.")
            if self._kind is int:
                return None, self.tr("“{text}” is not a whole number.").format(text=text)
            return None, self.tr("“{text}” is not a number.").format(text=text)
        if not math.isfinite(number):
            return None, self.tr("The number must be finite.")
        return number, self._refusal(number)

    def _refusal(self, number: Number) -> str | None:
        low, high = self._minimum, self._maximum
        outside = (low is not None and number < low) or (high is not None and number > high)
        if outside and low is not None and high is not None:
            return self.tr("From {low} to {high}.").format(
                low=format_number(low), high=format_number(high)
            )
        if outside and low is not None:
            return self.tr("At least {low}.").format(low=format_number(low))
        if outside and high is not None:
            return self.tr("At most {high}.").format(high=format_number(high))
        return self._check(number) if self._check is not None else None

    def _take(self, number: Number | None) -> None:
        changed = number != self._value
        self._value = number
        self._show_value()
        if changed:
            self.committed.emit(number)

    def _text_of(self, number: Number | None) -> str:
        return "" if number is None else format_number(number)

    def _show_value(self) -> None:
        with QSignalBlocker(self):
            self.setText(self._text_of(self._value))
        self._mark(None)
        self._enable_steppers()

    def _mark(self, reason: str | None) -> None:
        if bool(self.property("invalid")) == (reason is not None):
            if reason is not None:
                self.setToolTip(reason)
            return
        if reason is not None:
            self._tool_tip = self.toolTip()
            self.setToolTip(reason)
        else:
            self.setToolTip(self._tool_tip or "")
        self.setAccessibleDescription(reason or "")
        self.setProperty("invalid", reason is not None)
        restyle(self)

    def _stepper(self, icon_name: str, direction: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"stepper_{direction}")
        button.setAccessibleName(self.tr("Increase") if direction == "up" else self.tr("Decrease"))
        button.setProperty("class", "stepper")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setAutoRepeat(True)
        live_icon(button, icon_name, "muted")
        return button

    def _enable_steppers(self) -> None:
        value = self._value
        at_top = value is not None and self._maximum is not None and value >= self._maximum
        at_bottom = value is not None and self._minimum is not None and value <= self._minimum
        self._up.setEnabled(not at_top)
        self._down.setEnabled(not at_bottom)

    @Slot(str)
    def _follow_typing(self, text: str) -> None:
        # "1e-" is on its way to a number: mark only what can no longer become one.
        pattern = _INT_SO_FAR if self._kind is int else _FLOAT_SO_FAR
        hopeful = pattern.fullmatch(text.strip().replace("\N{MINUS SIGN}", "-")) is not None
        self._mark(None if hopeful else self._parse(text)[1])

    @Slot()
    def _step_up(self) -> None:
        self.step_by(1)

    @Slot()
    def _step_down(self) -> None:
        self.step_by(-1)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._unit.adjustSize()
        room = px(16) + (self._unit.sizeHint().width() + px(2) if self._unit.text() else 0)
        self.setTextMargins(0, 0, room, 0)
        for button in (self._up, self._down):
            button.setIconSize(QSize(px(12), px(12)))
        self.updateGeometry()
        self._place()

    def _place(self) -> None:
        px = theme().px
        width = px(20)
        inner = self.rect().adjusted(2, 2, -2, -2)
        half = inner.height() // 2
        left = inner.right() - width + 1
        self._up.setGeometry(left, inner.top(), width, half)
        self._down.setGeometry(left, inner.bottom() - half + 1, width, half)
        size = self._unit.sizeHint()
        self._unit.setGeometry(
            left - size.width() - px(2),
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
