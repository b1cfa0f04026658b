"""The fields for single values, one class for each kind of declared parameter."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDynamicPropertyChangeEvent, QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from netbuilder.declare import Parameter
from netbuilder.ui.forms.field import Field
from netbuilder.ui.forms.pick_field import PickField
from netbuilder.ui.forms.undo_keys import is_for_document
from netbuilder.ui.forms.words import refusal, words_of
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.widgets import ComboField, NumberField, Switch, format_number

_LOG_FACTOR = 2.0


class _WatchedNumberField(NumberField):
    marked = Signal(bool)
    """The field was marked as refused, or no longer is."""

    def event(self, event: QEvent) -> bool:
        if is_for_document(event, self):
            event.ignore()
            return True
        handled = super().event(event)
        if isinstance(event, QDynamicPropertyChangeEvent) and event.propertyName() == b"invalid":
            self.marked.emit(bool(self.property("invalid")))
        return handled


class NumberEditor(Field):
    """An int or a float. `extra`: unit, step, log, and percent (0.5 is shown as 50 %)."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, name, parent)
        extra = parameter.extra
        self._scale = 100 if extra.get("percent") else 1
        step = extra.get("step")
        self._field = _WatchedNumberField(
            int if parameter.kind == "int" else float,
            minimum=self._shown(parameter.minimum),
            maximum=self._shown(parameter.maximum),
            step=self._shown(step),
            factor=_LOG_FACTOR if extra.get("log") else None,
            unit="%" if self._scale == 100 else words_of(extra.get("unit", "")),
            check=self._refusal_of,
        )
        self._adopt(self._field)
        self._row.addWidget(self._field)
        self._field.committed.connect(self._commit)
        self._field.editingFinished.connect(self.finished)
        self._field.marked.connect(self._explain)

    @property
    def control(self) -> QWidget:
        return self._field

    def value(self) -> Any:
        shown = self._field.value()
        return None if shown is None else self._meant(shown)

    def set_value(self, value: Any) -> None:
        self._field.set_value(self._shown(value))

    def _shown(self, value: float | None) -> float | None:
        if value is None or self._scale == 1:
            return value
        return float(f"{value * self._scale:.12g}")

    def _meant(self, shown: float) -> float:
        return shown if self._scale == 1 else shown / self._scale

    def _refusal_of(self, shown: float) -> str | None:
        return refusal(self.parameter, self._meant(shown))

    @Slot(object)
    def _commit(self, shown: float) -> None:
        self.changed.emit(self._meant(shown))

    @Slot(bool)
    def _explain(self, marked: bool) -> None:
        if not marked:
            self.refused.emit("")
        elif self._scale != 1:
            self.refused.emit(self._field.reason())
        else:
            text = self._field.text()
            why = refusal(self.parameter, read_number(text, self.parameter.kind))
            self.refused.emit(why or self._field.reason())


class SwitchEditor(Field):
    """True or false."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, name, parent)
        self._switch = Switch()
        self._adopt(self._switch)
        self._row.addStretch(1)
        self._row.addWidget(self._switch)
        self._switch.toggled.connect(self._take)
        self._value = False

    @property
    def control(self) -> QWidget:
        return self._switch

    def value(self) -> bool:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = bool(value)
        self._switch.setChecked(self._value)

    @Slot(bool)
    def _take(self, on: bool) -> None:
        if on != self._value:
            self._value = on
            self.changed.emit(on)
            self.finished.emit()


class ChoiceEditor(Field):
    """One of a few words."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, name, parent)
        self._combo = ComboField()
        items: list[tuple[str, object]] = [(words_of(c), c) for c in parameter.choices]
        if parameter.optional:
            items.insert(0, (none_words(parameter), None))
        self._combo.set_items(items)
        self._adopt(self._combo)
        self._row.addWidget(self._combo)
        self._combo.chosen.connect(self._choose)

    @property
    def control(self) -> QWidget:
        return self._combo

    def value(self) -> Any:
        return self._combo.currentData()

    def set_value(self, value: Any) -> None:
        self._combo.select(value)

    @Slot(object)
    def _choose(self, value: object) -> None:
        self.changed.emit(value)
        self.finished.emit()


class TextEditor(Field):
    """A line of text."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, name, parent)
        self._line = _TextLine()
        self._value: str | None = None if parameter.optional else ""
        if parameter.optional:
            self._line.setPlaceholderText(none_words(parameter))
        self._adopt(self._line)
        self._row.addWidget(self._line)
        self._line.editingFinished.connect(self._commit)
        self._line.reverted.connect(self._revert)

    @property
    def control(self) -> QWidget:
        return self._line

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        with QSignalBlocker(self._line):
            self._line.setText(value or "")
        self._mark("")

    @Slot()
    def _commit(self) -> None:
        text = self._line.text()
        value = None if not text and self.parameter.optional else text
        why = None if value is None else refusal(self.parameter, value)
        self._mark(why or "")
        if why is None and value != self._value:
            self._value = value
            self.changed.emit(value)
        self.finished.emit()

    @Slot()
    def _revert(self) -> None:
        self.set_value(self._value)

    def _mark(self, reason: str) -> None:
        if bool(self._line.property("invalid")) != bool(reason):
            self._line.setProperty("invalid", bool(reason))
            restyle(self._line)
        self.refused.emit(reason)


class _TextLine(QLineEdit):
    reverted = Signal()

    def event(self, event: QEvent) -> bool:
        if is_for_document(event, self):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.reverted.emit()
        else:
            super().keyPressEvent(event)


class OptionalEditor(Field):
    """A number that may be absent: a word for that, the default, or any number typed.

    `extra`: none (the word for null) and suggestions (further numbers to choose from).
    """

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parameter, name, parent)
        numbers = [*parameter.extra.get("suggestions", ())]
        if isinstance(parameter.default, int | float) and parameter.default not in numbers:
            numbers = sorted([*numbers, parameter.default])
        items: list[tuple[str, object]] = [(none_words(parameter), None)]
        items += [(format_number(n), n) for n in numbers]
        self._pick = PickField(self._parse, items)
        self._adopt(self._pick)
        self._row.addWidget(self._pick)
        self._pick.picked.connect(self._take)
        self._pick.refused.connect(self.refused)

    @property
    def control(self) -> QWidget:
        return self._pick

    def value(self) -> Any:
        return self._pick.value()

    def set_value(self, value: Any) -> None:
        self._pick.set_value(value)

    def _parse(self, text: str) -> object:
        if not text:
            return None
        value = read_number(text, self.parameter.kind)
        why = refusal(self.parameter, value)
        if why is not None:
            raise ValueError(why)
        return value

    @Slot(object)
    def _take(self, value: object) -> None:
        self.changed.emit(value)
        self.finished.emit()


def none_words(parameter: Parameter) -> str:
    """What stands for null: the declaration's own word, or "none"."""
    return words_of(parameter.extra.get("none", "none"))


def read_number(text: str, kind: str) -> object:
    """The number that a text means, or the text itself when it means none."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    for read in (int, float) if kind == "int" else (float,):
        try:
            return read(text)
        except ValueError:
            continue
    return text
