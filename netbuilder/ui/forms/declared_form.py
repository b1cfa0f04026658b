"""The form of any declared object, derived from its declaration."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from netbuilder import declare
from netbuilder.declare import Parameter, Settings
from netbuilder.errors import NetbuilderError
from netbuilder.ui.forms.array_field import ArrayField
from netbuilder.ui.forms.family_field import FamilyField, SettingsField
from netbuilder.ui.forms.field import Field
from netbuilder.ui.forms.fields import (
    ChoiceEditor,
    NumberEditor,
    OptionalEditor,
    SwitchEditor,
    TextEditor,
)
from netbuilder.ui.forms.row import FormRow
from netbuilder.ui.forms.words import error_text, words_of
from netbuilder.ui.theme import theme


class DeclaredForm(QWidget):
    """One row for each declared parameter of the object that is shown.

    The form checks what is entered: only valid values are reported, a refused one is marked, with
    the reason under the field. Several arrays in one class are edited in one grid; as they change
    together, only `edited` tells of them.
    """

    changed = Signal(str, object)
    """Parameter name and new value; for nested objects the whole new object."""

    edited = Signal(object)
    """The whole new object."""

    finished = Signal()
    """The user is done for now: what follows is another undo step."""

    def __init__(
        self,
        name: str = "form",
        parent: QWidget | None = None,
        *,
        only: Collection[str] | None = None,
        skip: Collection[str] = (),
        extra: Mapping[str, Mapping[str, Any]] | None = None,
        nested: bool = False,
    ) -> None:
        """`name` begins the object names of the fields; `only` and `skip` choose parameters.

        `extra` adds to the `extra` of the declarations, by parameter name.
        """
        super().__init__(parent)
        self.setObjectName(name if not nested else f"{name}.form")
        self._name = name
        self._only = only
        self._skip = skip
        self._extra = extra or {}
        self._value: Settings | None = None
        self._type: type[Settings] | None = None
        self._declared: tuple[Parameter, ...] = ()
        self._rows: dict[str, FormRow] = {}
        self._more: QPushButton | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def value(self) -> Settings | None:
        """The object shown, with the user's changes."""
        return self._value

    def set_value(self, value: Settings | None, *, fresh: bool = False) -> None:
        """Show an object, without signals; equal fields keep even what the user is typing.

        `fresh` says that it is another subject: half-typed text goes too.
        """
        self._value = value
        rebuilt = value is not None and type(value) is not self._type
        if type(value) is not self._type:
            self._rebuild(value)
            fresh = True
        for row in self._rows.values():
            wanted = self._value_for(row.field)
            if fresh or row.field.value() != wanted:
                row.field.set_value(wanted)
                row.show_refusal("")
            if fresh:
                row.show_remark("")
        if rebuilt:
            chain_tabs(self.controls())

    def controls(self) -> list[QWidget]:
        """Everything that takes the keyboard focus, from top to bottom."""
        found: list[QWidget] = []
        for row in self._rows.values():
            nested = row.field.below()
            if row.field.control is not nested:
                found.append(row.field.control)
            if isinstance(nested, DeclaredForm):
                found += nested.controls()
        return found

    def field(self, name: str) -> Field:
        """The field of a parameter. Raises KeyError."""
        return self._rows[name].field

    def row(self, name: str) -> FormRow:
        """The row of a parameter. Raises KeyError."""
        return self._rows[name]

    def names(self) -> tuple[str, ...]:
        """The parameters shown, in order."""
        return tuple(self._rows)

    def show_mixed(self, names: Iterable[str]) -> None:
        """Mark the parameters whose values differ among several objects."""
        mixed = set(names)
        for name, row in self._rows.items():
            row.show_remark(self.tr("The blocks differ here.") if name in mixed else "")

    # ---- building -------------------------------------------------------------------------------

    def _rebuild(self, value: Settings | None) -> None:
        for row in self._rows.values():
            self._discard(row)
        if self._more is not None:
            self._discard(self._more)
            self._more = None
        self._rows.clear()
        self._type = None if value is None else type(value)
        self._declared = tuple(
            msgspec.structs.replace(p, extra={**p.extra, **self._extra.get(p.name, {})})
            for p in (() if value is None else declare.parameters(type(value)))
        )
        shown = [
            p
            for p in self._declared
            if (self._only is None or p.name in self._only) and p.name not in self._skip
        ]
        arrays = [p for p in shown if p.kind == "array"]
        if len(arrays) > 1:
            shown = [p for p in shown if p not in arrays[1:]]
        for p in (*(p for p in shown if not _rare(p)), *(p for p in shown if _rare(p))):
            if _rare(p) and self._more is None:
                self._add_more()
            name = f"{self._name}.{p.name}"
            field = ArrayField(arrays, name) if p.kind == "array" else make_field(p, name)
            row = FormRow(field)
            if _rare(p):
                row.hide()
            self._rows[p.name] = row
            self._column.addWidget(row)
            field.changed.connect(self._take)
            field.finished.connect(self.finished)
            field.reverted.connect(self._revert)
        if self.parentWidget() is not None:  # showing a form without a parent opens a window
            self.setVisible(bool(self._rows))

    def _discard(self, widget: QWidget) -> None:
        # Not at once: the signal that leads here may be its own.
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _add_more(self) -> None:
        self._more = QPushButton(self.tr("More settings"))
        self._more.setObjectName(f"{self._name}.more")
        self._more.setProperty("class", "quiet")
        self._more.setCheckable(True)
        self._more.setAutoDefault(False)
        self._more.toggled.connect(self._show_rare)
        self._column.addWidget(self._more)

    @Slot(bool)
    def _show_rare(self, shown: bool) -> None:
        for row in self._rows.values():
            if _rare(row.field.parameter):
                row.setVisible(shown)

    # ---- values ---------------------------------------------------------------------------------

    def _value_for(self, field: Field) -> Any:
        if isinstance(field, ArrayField) and len(field.parameters) > 1:
            return tuple(getattr(self._value, p.name) for p in field.parameters)
        return getattr(self._value, field.parameter.name)

    @Slot(object)
    def _take(self, value: object) -> None:
        field = self.sender()
        assert isinstance(field, Field)
        row = self._rows[field.parameter.name]
        joint = isinstance(field, ArrayField) and len(field.parameters) > 1
        parts = (
            dict(zip((p.name for p in field.parameters), value, strict=True))  # type: ignore[attr-defined, call-overload]
            if joint
            else {field.parameter.name: value}
        )
        declared = {p.name: p for p in self._declared}
        try:
            checked = {
                n: declare.check(declared[n], v, words_of(declared[n].title))
                for n, v in parts.items()
            }
            assert self._value is not None
            whole = msgspec.structs.replace(self._value, **checked)
        except NetbuilderError as error:
            row.show_refusal(error_text(error))
            return
        except ValueError as error:  # parameters that do not go together
            row.show_refusal(self.tr("Expected {what}.").format(what=error))
            return
        row.show_refusal("")
        row.show_remark("")
        self._value = whole
        if not joint:
            self.changed.emit(field.parameter.name, checked[field.parameter.name])
        self.edited.emit(whole)

    @Slot()
    def _revert(self) -> None:
        field = self.sender()
        assert isinstance(field, Field)
        field.set_value(self._value_for(field))
        self._rows[field.parameter.name].show_refusal("")

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(6))


def chain_tabs(controls: Iterable[QWidget]) -> None:
    """Let Tab go through the controls in this order."""
    for first, second in pairwise(controls):
        QWidget.setTabOrder(first, second)


def make_field(parameter: Parameter, name: str) -> Field:
    """The field for a parameter of any kind."""
    if parameter.kind in ("int", "float") and parameter.optional:
        return OptionalEditor(parameter, name)
    if parameter.kind == "array":
        return ArrayField([parameter], name)
    return _FIELDS[parameter.kind](parameter, name)


_FIELDS: dict[str, type[Field]] = {
    "bool": SwitchEditor,
    "int": NumberEditor,
    "float": NumberEditor,
    "choice": ChoiceEditor,
    "text": TextEditor,
    "family": FamilyField,
    "settings": SettingsField,
}


def _rare(parameter: Parameter) -> bool:
    return bool(parameter.extra.get("advanced"))
