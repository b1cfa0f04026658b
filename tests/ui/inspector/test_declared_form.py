"""Forms derived from declarations, worked with keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import choose, find, shown, type_into

from netbuilder.declare import Meta, Settings, register, unregister
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.initializers.constant import Constant
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.settings import Stop, Training
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.carry import converted
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import NumberField, Switch


class Toy(Settings, frozen=True):
    """One parameter of each simple kind."""

    mode: Annotated[Literal["soft", "hard"], Meta(title="Mode")] = "soft"
    label: Annotated[str, Meta(title="Label", max_length=5)] = "a"
    rate: Annotated[float, Meta(gt=0, le=1, title="Rate", extra={"log": True})] = 0.1
    share: Annotated[float, Meta(ge=0, le=0.9, title="Share", extra={"percent": True})] = 0.5
    limit: Annotated[int, Meta(ge=1, title="Limit", extra={"unit": "steps"})] | None = None
    rare: Annotated[int, Meta(title="Rare", extra={"advanced": True})] = 3


@pytest.fixture
def toy(qtbot: QtBot) -> DeclaredForm:
    form = DeclaredForm("toy")
    shown(qtbot, form)
    form.set_value(Toy())
    return form


@pytest.fixture
def dense(qtbot: QtBot) -> DeclaredForm:
    form = DeclaredForm("dense")
    shown(qtbot, form, height=900)
    form.set_value(Dense())
    QApplication.processEvents()
    return form


def heard(form: DeclaredForm) -> list[tuple[str, Any]]:
    changes: list[tuple[str, Any]] = []
    form.changed.connect(lambda name, value: changes.append((name, value)))
    return changes


def test_each_kind_has_its_control(toy: DeclaredForm, dense: DeclaredForm) -> None:
    assert toy.names() == ("mode", "label", "rate", "share", "limit", "rare")
    assert isinstance(toy.field("mode").control, QComboBox)
    assert isinstance(toy.field("label").control, QLineEdit)
    assert isinstance(toy.field("rate").control, NumberField)
    assert isinstance(toy.field("limit").control, QComboBox)
    assert isinstance(dense.field("bias").control, Switch)
    assert isinstance(dense.field("weight_init").control, QComboBox)
    assert dense.field("units").control.accessibleName() == "Units"
    assert dense.field("units").control.toolTip() == "Number of neurons of the layer."


def test_typing_a_number_reports_name_and_value_once(dense: DeclaredForm) -> None:
    changes = heard(dense)
    type_into(find(dense, "dense.units"), "12")
    assert changes == [("units", 12)]
    assert dense.value() == Dense(units=12)


def test_a_bad_number_is_marked_told_and_taken_back_by_escape(dense: DeclaredForm) -> None:
    changes = heard(dense)
    units = find(dense, "dense.units")
    type_into(units, "0")
    assert changes == []
    assert units.property("invalid") is True
    assert dense.row("units").note() == "Units: expected an integer from 1 to 4096, got 0"
    QTest.keyClick(units, Qt.Key.Key_Escape)
    assert units.text() == "4"
    assert units.property("invalid") is False
    assert dense.row("units").note() == ""
    assert dense.value() == Dense()


def test_a_number_beyond_an_open_end_is_refused(toy: DeclaredForm) -> None:
    type_into(find(toy, "toy.rate"), "0")
    assert toy.row("rate").note() == "Rate: expected a number above 0 and up to 1, got 0.0"


def test_a_logarithmic_number_steps_by_factors(toy: DeclaredForm) -> None:
    changes = heard(toy)
    QTest.keyClick(find(toy, "toy.rate"), Qt.Key.Key_Up)
    assert changes == [("rate", 0.2)]


def test_a_percent_is_shown_and_typed_as_such(toy: DeclaredForm) -> None:
    changes = heard(toy)
    share = find(toy, "toy.share")
    assert share.text() == "50"
    type_into(share, "35")
    assert changes == [("share", 0.35)]
    type_into(share, "95")
    assert toy.row("share").note() == "From 0 to 90."
    assert len(changes) == 1


def test_a_switch_is_clicked(dense: DeclaredForm) -> None:
    changes = heard(dense)
    QTest.mouseClick(find(dense, "dense.bias"), Qt.MouseButton.LeftButton)
    assert changes == [("bias", False)]


def test_a_choice_is_made_with_the_keyboard(toy: DeclaredForm) -> None:
    changes = heard(toy)
    choose(find(toy, "toy.mode"), "hard")
    assert changes == [("mode", "hard")]


def test_a_text_is_taken_over_or_refused(toy: DeclaredForm) -> None:
    changes = heard(toy)
    label = find(toy, "toy.label")
    type_into(label, "abc")
    assert changes == [("label", "abc")]
    type_into(label, "too long")
    assert len(changes) == 1
    assert toy.row("label").note().startswith("Label: expected a text")
    QTest.keyClick(label, Qt.Key.Key_Escape)
    assert (label.text(), toy.row("label").note()) == ("abc", "")


def test_an_optional_number_may_be_a_number_or_none(toy: DeclaredForm) -> None:
    changes = heard(toy)
    limit = find(toy, "toy.limit")
    assert limit.currentText() == "none"
    type_into(limit, "30")
    type_into(limit, "0")
    assert toy.row("limit").note() == "Limit: expected an integer of at least 1, got 0"
    QTest.keyClick(limit, Qt.Key.Key_Escape)
    assert (limit.currentText(), toy.row("limit").note()) == ("30", "")
    type_into(limit, "none")
    assert changes == [("limit", 30), ("limit", None)]


def test_rare_settings_wait_behind_a_button(toy: DeclaredForm) -> None:
    assert not toy.row("rare").isVisible()
    QTest.mouseClick(find(toy, "toy.more"), Qt.MouseButton.LeftButton)
    assert toy.row("rare").isVisible()


def test_another_member_of_a_family_brings_its_own_parameters(dense: DeclaredForm) -> None:
    changes = heard(dense)
    dense.set_value(Dense(weight_init=Zeros()))
    assert dense.findChild(NumberField, "dense.weight_init.std") is None
    choose_by_data(find(dense, "dense.weight_init"), "normal")
    assert changes[-1] == ("weight_init", Normal())
    type_into(find(dense, "dense.weight_init.std"), "0.5")
    assert changes[-1] == ("weight_init", Normal(std=0.5))
    assert dense.value() == Dense(weight_init=Normal(std=0.5))


def choose_by_data(combo: QComboBox, data: str) -> None:
    choose(combo, combo.itemText(combo.findData(data)))


def test_nested_settings_report_the_whole_group(qtbot: QtBot) -> None:
    form = DeclaredForm("t")
    shown(qtbot, form, height=900)
    form.set_value(Training())
    changes = heard(form)
    type_into(find(form, "t.stop.loss"), "1e-3")
    assert changes == [("stop", Stop(loss=0.001))]


def test_a_change_from_outside_leaves_what_is_being_typed(dense: DeclaredForm) -> None:
    units = find(dense, "dense.units")
    type_into(units, "64", enter=False)
    units.setCursorPosition(1)
    dense.set_value(Dense(bias=False))
    assert units.text() == "64"
    assert units.cursorPosition() == 1
    assert units.hasFocus()
    assert find(dense, "dense.units") is units  # nothing was rebuilt
    assert dense.field("bias").value() is False


def test_another_subject_drops_what_was_half_typed(dense: DeclaredForm) -> None:
    units = find(dense, "dense.units")
    type_into(units, "0")
    dense.set_value(Dense(), fresh=True)
    assert units.text() == "4"
    assert dense.row("units").note() == ""


def test_tab_goes_down_the_form_through_nested_fields(dense: DeclaredForm) -> None:
    dense.set_value(Dense(weight_init=Normal(), bias_init=Constant()))
    QApplication.processEvents()  # new fields are shown by the event loop
    find(dense, "dense.units").setFocus()
    visited = []
    for _ in range(7):
        focus = QApplication.focusWidget()
        assert focus is not None
        visited.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    shown = [c.objectName() for c in dense.controls() if c.isVisible()]  # some are folded away
    assert visited[: len(shown)] == shown
    assert visited.index("dense.weight_init.std") == visited.index("dense.weight_init") + 1


def test_all_fields_end_in_one_line_at_any_zoom(dense: DeclaredForm) -> None:
    dense.set_value(Dense(weight_init=Normal()))
    for zoom in (100, 200):
        theme().set_text_zoom(zoom)
        QApplication.processEvents()
        ends = {
            dense.field(n).mapTo(dense, dense.field(n).rect().topRight()).x()
            for n in dense.names()
            if dense.field(n).isVisible()
        }
        assert ends
        nested = find(dense, "dense.weight_init.std")
        ends.add(nested.mapTo(dense, nested.rect().topRight()).x())
        assert len(ends) == 1


@pytest.fixture
def toy_initializer() -> Iterator[type[Initializer]]:
    @register
    class ToyStart(Initializer, frozen=True):
        title: ClassVar[str] = "Toy start"
        wobble: Annotated[float, Meta(ge=0, le=2, title="Wobble")] = 0.25

    yield ToyStart
    unregister(ToyStart)


def test_a_class_registered_later_simply_appears(
    toy_initializer: type[Initializer], dense: DeclaredForm
) -> None:
    choose(find(dense, "dense.bias_init"), "Toy start")
    assert dense.value() == Dense(bias_init=toy_initializer())
    assert find(dense, "dense.bias_init.wobble").text() == "0.25"


def test_changing_the_class_keeps_what_the_user_has_set() -> None:
    @register
    class Wide(Initializer, frozen=True):
        std: Annotated[float, Meta(ge=0, title="Deviation")] = 3.0

    try:
        # 0.5 was set by the user; 0.01 is merely the default of Normal.
        assert converted(Normal(std=0.5), Wide) == Wide(std=0.5)
        assert converted(Normal(), Wide) == Wide(std=3.0)
        assert converted(None, Wide) == Wide()
    finally:
        unregister(Wide)
