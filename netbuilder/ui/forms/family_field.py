"""A field for an object of a family: which class, and below it the parameters of that class."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from netbuilder import declare
from netbuilder.declare import Declared, Parameter
from netbuilder.ui.forms.carry import converted, set_values
from netbuilder.ui.forms.field import Field
from netbuilder.ui.forms.fields import none_words
from netbuilder.ui.forms.words import title_of, words_of
from netbuilder.ui.widgets import ComboField


class FamilyField(Field):
    """Chooses among the registered classes of a family; emits the whole new object."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        # A form holds family fields and a family field holds a form.
        from netbuilder.ui.forms.declared_form import DeclaredForm, chain_tabs

        super().__init__(parameter, name, parent)
        self._chain_tabs = chain_tabs
        self._value: Declared | None = None
        # What was set in classes that the user passed on the way to the present one.
        self._earlier: dict[str, tuple[str, Any]] = {}
        self._combo = ComboField()
        self._adopt(self._combo)
        self._row.addWidget(self._combo)
        self._form = DeclaredForm(name, nested=True)
        self._combo.chosen.connect(self._choose)
        self._form.edited.connect(self._take)
        self._form.finished.connect(self.finished)
        self._fill()

    @property
    def control(self) -> QWidget:
        return self._combo

    def below(self) -> QWidget:
        return self._form

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._earlier.clear()
        self._show(value)

    def _show(self, value: Declared | None) -> None:
        self._value = value
        if not self._combo.select(_type_of(value)):
            self._fill()  # a class that was registered later
            self._combo.select(_type_of(value))
        self._combo.setToolTip(words_of(getattr(value, "summary", "") or self.parameter.help))
        another = type(self._form.value()) is not type(value)
        self._form.set_value(value)
        if another:
            self._chain_tabs([self._combo, *self._form.controls()])

    def _fill(self) -> None:
        items: list[tuple[str, object]] = [
            (title_of(cls), name) for name, cls in declare.registry(self.parameter.struct).items()
        ]
        if self.parameter.optional:
            items.insert(0, (none_words(self.parameter), None))
        self._combo.set_items(items)

    @Slot(object)
    def _choose(self, name: object) -> None:
        if name == _type_of(self._value):
            return
        if name is None:
            new: Declared | None = None
        else:
            cls = declare.registry(self.parameter.struct)[str(name)]
            new = converted(self._value, cls, self._earlier)
        self._earlier.update(set_values(self._value))
        self._show(new)
        self.changed.emit(new)
        self.finished.emit()

    @Slot(object)
    def _take(self, value: Declared) -> None:
        self._value = value
        self.changed.emit(value)


class SettingsField(Field):
    """A group of parameters without a type: a nested form under a heading."""

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        from netbuilder.ui.forms.declared_form import DeclaredForm

        super().__init__(parameter, name, parent)
        self._form = DeclaredForm(name, nested=True)
        self._form.edited.connect(self.changed)
        self._form.finished.connect(self.finished)

    @property
    def control(self) -> QWidget:
        return self._form

    def below(self) -> QWidget:
        return self._form

    def value(self) -> Any:
        return self._form.value()

    def set_value(self, value: Any) -> None:
        self._form.set_value(value)


def _type_of(value: Declared | None) -> str | None:
    return None if value is None else declare.type_name(type(value))
