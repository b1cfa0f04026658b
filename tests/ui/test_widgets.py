"""The widget kit, used as a person would: keys, clicks, the wheel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.ui.theme import DARK, ThemeManager, theme
from netbuilder.ui.widgets import (
    Card,
    ComboField,
    Legend,
    NumberField,
    RoundButton,
    SegmentedControl,
    StatusChip,
    Switch,
    format_number,
)

# qtbot holds weak references only: a window that nobody names would be gone at once.
WINDOWS: list[QWidget] = []


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[ThemeManager]:
    manager = theme()
    manager.install(qapp)
    manager.set_mode("light")
    manager.set_text_zoom(100)
    yield manager
    manager.set_mode("light")
    manager.set_text_zoom(100)
    WINDOWS.clear()


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    """Show `widget` in an active window beside another field, so that focus can leave it."""
    window = QWidget()
    WINDOWS.append(window)
    window.resize(320, 120)
    column = QVBoxLayout(window)
    column.addWidget(widget)
    other = NumberField(int)
    other.setObjectName("other")
    column.addWidget(other)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def turn(widget: QWidget, up: bool) -> bool:
    """Send one notch of the wheel; whether the widget took it."""
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 if up else -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def enter(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


class TestFormatNumber:
    @pytest.mark.parametrize(
        ("number", "text"),
        [(1.0, "1"), (0.1, "0.1"), (1e-5, "1e-5"), (1e-10, "1e-10"), (1e22, "1e22"), (7, "7"),
         (-0.25, "-0.25"), (1.5e-7, "1.5e-7"), (float("inf"), "inf")],
    )  # fmt: skip
    def test_is_short_and_reads_back(self, number: float, text: str) -> None:
        assert format_number(number) == text
        assert float(text) == number


class TestNumberField:
    def test_reports_a_number_once(self, qtbot: QtBot) -> None:
        field = NumberField(float, minimum=0)
        shown(qtbot, field)
        with qtbot.waitSignal(field.committed) as heard:
            enter(qtbot, field, "1e-3")
        assert heard.args == [0.001]
        assert (field.value(), field.text()) == (0.001, "0.001")
        with qtbot.assertNotEmitted(field.committed):
            enter(qtbot, field, "0.001")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("0", "From 1 to 10."),
            ("11", "From 1 to 10."),
            ("abc", "not a whole number"),
            ("2.5", "not a whole number"),
            ("1,0", "point"),
            ("", "needed"),
        ],
    )
    def test_refuses_with_a_reason_and_esc_reverts(
        self, qtbot: QtBot, text: str, reason: str
    ) -> None:
        field = NumberField(int, minimum=1, maximum=10)
        field.setToolTip("How many units")
        field.set_value(4)
        shown(qtbot, field)
        field.setFocus()
        with qtbot.assertNotEmitted(field.committed):
            field.selectAll()
            qtbot.keyClick(field, Qt.Key.Key_Delete)
            enter(qtbot, field, text)
        assert field.property("invalid") is True
        assert reason in field.toolTip()
        assert field.value() == 4
        qtbot.keyClick(field, Qt.Key.Key_Escape)
        assert (field.text(), field.property("invalid")) == ("4", False)
        assert field.toolTip() == "How many units"

    def test_marks_hopeless_text_while_typing_but_not_a_number_on_its_way(
        self, qtbot: QtBot
    ) -> None:
        field = NumberField(float)
        shown(qtbot, field)
        field.clear()
        qtbot.keyClicks(field, "1e-")
        assert not field.property("invalid")
        qtbot.keyClicks(field, "x")
        assert field.property("invalid") is True

    def test_refuses_infinity_and_nan(self, qtbot: QtBot) -> None:
        field = NumberField(float)
        shown(qtbot, field)
        for text in ("inf", "nan", "1e999"):
            enter(qtbot, field, text)
            assert "finite" in field.reason()
        assert field.value() == 0

    def test_steps_by_multiplication_without_rounding_dirt(self, qtbot: QtBot) -> None:
        field = NumberField(float, minimum=0, maximum=10, factor=10)
        shown(qtbot, field)
        field.set_value(0.003)
        qtbot.keyClick(field, Qt.Key.Key_Up)
        assert field.text() == "0.03"
        qtbot.keyClick(field, Qt.Key.Key_PageDown)
        assert field.text() == "0.0003"

    def test_steps_by_addition_and_stops_at_the_ends(self, qtbot: QtBot) -> None:
        field = NumberField(float, minimum=0, maximum=0.3, step=0.1)
        shown(qtbot, field)
        steps = [0.1, 0.2, 0.3]
        for expected in steps:
            qtbot.keyClick(field, Qt.Key.Key_Up)
            assert field.value() == expected
        with qtbot.assertNotEmitted(field.committed):
            qtbot.keyClick(field, Qt.Key.Key_Up)
        up = field.findChild(QToolButton, "stepper_up")
        assert up is not None
        assert not up.isEnabled()

    def test_a_stepper_button_steps(self, qtbot: QtBot) -> None:
        field = NumberField(int, minimum=1, maximum=9)
        field.set_value(5)
        shown(qtbot, field)
        down = field.findChild(QToolButton, "stepper_down")
        assert down is not None
        with qtbot.waitSignal(field.committed) as heard:
            qtbot.mouseClick(down, Qt.MouseButton.LeftButton)
        assert heard.args == [4]

    def test_the_wheel_turns_it_only_when_focused(self, qtbot: QtBot) -> None:
        field = NumberField(int)
        window = shown(qtbot, field)
        other = window.findChild(NumberField, "other")
        assert other is not None
        other.setFocus()
        assert not turn(field, up=True)
        assert field.value() == 0
        field.setFocus()
        assert turn(field, up=True)
        assert field.value() == 1

    def test_leaving_the_field_commits(self, qtbot: QtBot) -> None:
        field = NumberField(int)
        shown(qtbot, field)
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "12")
        with qtbot.waitSignal(field.committed) as heard:
            qtbot.keyClick(field, Qt.Key.Key_Tab)
        assert heard.args == [12]

    def test_an_optional_field_reports_none(self, qtbot: QtBot) -> None:
        field = NumberField(int, minimum=1, optional=True, none_text="full")
        field.set_value(32)
        shown(qtbot, field)
        field.clear()
        with qtbot.waitSignal(field.committed) as heard:
            field.commit()
        assert heard.args == [None]
        assert field.placeholderText() == "full"

    def test_a_check_can_refuse(self, qtbot: QtBot) -> None:
        field = NumberField(float, check=lambda x: None if x > 0 else "More than 0.")
        shown(qtbot, field)
        enter(qtbot, field, "0")
        assert field.toolTip() == "More than 0."

    def test_set_value_is_silent(self, qtbot: QtBot) -> None:
        field = NumberField(int)
        qtbot.addWidget(field)
        with qtbot.assertNotEmitted(field.committed):
            field.set_value(3)
        assert field.value() == 3


class TestComboField:
    def test_select_is_silent_and_choosing_is_not(self, qtbot: QtBot) -> None:
        field = ComboField()
        field.set_items([("Adam", "adam"), ("SGD", "sgd")])
        shown(qtbot, field)
        with qtbot.assertNotEmitted(field.chosen):
            assert field.select("sgd")
            assert not field.select("lion")
        assert field.currentText() == "SGD"
        with qtbot.waitSignal(field.chosen) as heard:
            qtbot.keyClick(field, Qt.Key.Key_Up)
        assert heard.args == ["adam"]

    def test_new_items_keep_the_choice(self, qtbot: QtBot) -> None:
        field = ComboField()
        qtbot.addWidget(field)
        field.set_items([("a", 1), ("b", 2)])
        field.select(2)
        field.set_items([("c", 3), ("b", 2)])
        assert field.currentData() == 2

    def test_the_wheel_turns_it_only_when_focused(self, qtbot: QtBot) -> None:
        field = ComboField()
        field.set_items([("a", 1), ("b", 2)])
        window = shown(qtbot, field)
        other = window.findChild(NumberField, "other")
        assert other is not None
        other.setFocus()
        assert not turn(field, up=False)
        assert field.currentData() == 1
        field.setFocus()
        turn(field, up=False)
        assert field.currentData() == 2

    def test_free_words_are_reported(self, qtbot: QtBot) -> None:
        field = ComboField(editable=True)
        field.set_items([("full", None)])
        shown(qtbot, field)
        editor = field.lineEdit()
        assert editor is not None
        editor.selectAll()
        qtbot.keyClicks(editor, "24")
        with qtbot.waitSignal(field.typed) as heard:
            qtbot.keyClick(editor, Qt.Key.Key_Return)
        assert heard.args == ["24"]
        assert field.count() == 1


class TestSwitch:
    @pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
    def test_a_key_toggles(self, qtbot: QtBot, key: Qt.Key) -> None:
        switch = Switch()
        shown(qtbot, switch)
        with qtbot.waitSignal(switch.toggled):
            qtbot.keyClick(switch, key)
        assert switch.isChecked()
        qtbot.waitUntil(lambda: switch.property("knob") == 1.0)

    def test_set_before_it_is_shown_stands_at_once(self, qtbot: QtBot) -> None:
        switch = Switch()
        qtbot.addWidget(switch)
        switch.setChecked(True)
        assert switch.property("knob") == 1.0

    def test_grows_with_the_text(self, qtbot: QtBot, look: ThemeManager) -> None:
        switch = Switch()
        qtbot.addWidget(switch)
        small = switch.sizeHint().width()
        look.set_text_zoom(200)
        assert switch.sizeHint().width() == small + 34


class TestSegmentedControl:
    SEGMENTS = (("train", "Train"), ("step", "Step through"), ("compare", "Compare"))

    def test_a_click_chooses(self, qtbot: QtBot) -> None:
        control = SegmentedControl(self.SEGMENTS)
        shown(qtbot, control)
        assert control.current() == "train"
        with qtbot.waitSignal(control.chosen) as heard:
            qtbot.mouseClick(control.button("compare"), Qt.MouseButton.LeftButton)
        assert heard.args == ["compare"]
        assert [control.button(k).isChecked() for k, _ in self.SEGMENTS] == [False, False, True]

    def test_arrow_keys_move(self, qtbot: QtBot) -> None:
        control = SegmentedControl(self.SEGMENTS)
        shown(qtbot, control)
        control.button("train").setFocus()
        with qtbot.waitSignal(control.chosen) as heard:
            qtbot.keyClick(control.button("train"), Qt.Key.Key_Right)
        assert heard.args == ["step"]

    def test_set_current_is_silent(self, qtbot: QtBot) -> None:
        control = SegmentedControl(self.SEGMENTS)
        qtbot.addWidget(control)
        with qtbot.assertNotEmitted(control.chosen):
            control.set_current("step")
        assert control.button("step").isChecked()
        with pytest.raises(KeyError):
            control.set_current("nowhere")


class TestStatusChip:
    def test_says_it_to_a_screen_reader(self, qtbot: QtBot) -> None:
        chip = StatusChip()
        qtbot.addWidget(chip)
        chip.set_status("warning", "Vanishing", "hidden 1 hardly moves")
        assert chip.accessibleName() == "Vanishing: hidden 1 hardly moves"
        assert chip.toolTip() == chip.text()
        assert chip.minimumSizeHint().width() < chip.sizeHint().width()

    def test_an_unknown_level_is_refused(self, qtbot: QtBot) -> None:
        chip = StatusChip()
        qtbot.addWidget(chip)
        with pytest.raises(ValueError, match="'fine'"):
            chip.set_status("fine", "Fine")

    def test_clicks_only_when_it_may(self, qtbot: QtBot) -> None:
        chip = StatusChip()
        chip.set_status("danger", "Diverged")
        shown(qtbot, chip)
        with qtbot.assertNotEmitted(chip.clicked):
            qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        chip.set_clickable(True)
        with qtbot.waitSignal(chip.clicked):
            qtbot.keyClick(chip, Qt.Key.Key_Return)

    def test_is_painted_in_the_colours_of_its_level(self, qtbot: QtBot, look: ThemeManager) -> None:
        chip = StatusChip()
        qtbot.addWidget(chip)
        chip.set_status("ok", "Healthy")
        look.set_mode("dark")
        chip.resize(chip.sizeHint())
        image = chip.grab().toImage()
        assert image.pixelColor(8, image.height() // 2) == QColor(DARK.success_soft)
        assert image.pixelColor(18, image.height() // 2) == QColor(DARK.success)


class TestLegend:
    ENTRIES = (
        ("hidden layer one", "#2a78de", False, "0.51"),
        ("hidden layer two", "#7445c9", False, "0.12"),
        ("out", "#c46f08", True, "0.02"),
    )

    def test_shows_all_in_full_where_there_is_room(self, qtbot: QtBot) -> None:
        legend = Legend()
        qtbot.addWidget(legend)
        legend.set_entries(self.ENTRIES)
        words = [w for _, w in legend.visible_entries(legend.sizeHint().width())]
        assert words == ["hidden layer one 0.51", "hidden layer two 0.12", "out 0.02"]

    def test_drops_values_before_it_elides_names(self, qtbot: QtBot) -> None:
        legend = Legend()
        qtbot.addWidget(legend)
        legend.set_entries(self.ENTRIES)
        width = legend.sizeHint().width()
        words = [w for _, w in legend.visible_entries(width - 50)]
        assert words == ["hidden layer one", "hidden layer two", "out"]
        words = [w for _, w in legend.visible_entries(width - 110)]
        assert words[2] == "out"
        assert "…" in words[0]

    def test_a_row_of_its_own_is_gone_while_it_is_empty(self, qtbot: QtBot) -> None:
        legend = Legend()
        qtbot.addWidget(legend)
        legend.set_left(True)
        assert legend.sizeHint().height() == 0
        legend.set_entries(self.ENTRIES)
        assert legend.sizeHint().height() > 10

    def test_drops_what_does_not_fit_but_never_from_the_tooltip(self, qtbot: QtBot) -> None:
        legend = Legend()
        qtbot.addWidget(legend)
        legend.set_entries(self.ENTRIES)
        assert len(legend.visible_entries(150)) == 1
        assert legend.visible_entries(10) == []
        assert legend.toolTip().count("\n") == 2
        legend.resize(150, 20)
        assert not legend.grab().isNull()


class TestRoundButton:
    def test_follows_its_action(self, qtbot: QtBot) -> None:
        action = QAction("&Train")
        button = RoundButton("play", primary=True)
        shown(qtbot, button)
        button.set_action(action)
        assert button.accessibleName() == "Train"
        with qtbot.waitSignal(action.triggered):
            qtbot.keyClick(button, Qt.Key.Key_Return)
        action.setEnabled(False)
        assert not button.isEnabled()

    def test_a_new_action_replaces_the_old_one(self, qtbot: QtBot) -> None:
        old, new = QAction("Old"), QAction("New")
        button = RoundButton("reset")
        shown(qtbot, button)
        button.set_action(old)
        button.set_action(new)
        with qtbot.assertNotEmitted(old.triggered), qtbot.waitSignal(new.triggered):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def test_the_primary_one_is_filled_with_the_accent(
        self, qtbot: QtBot, look: ThemeManager
    ) -> None:
        button = RoundButton("play", "Train", primary=True)
        qtbot.addWidget(button)
        button.resize(button.sizeHint())
        image = button.grab().toImage()
        assert image.pixelColor(image.width() // 2, 9) == QColor(look.current.accent)


class TestCard:
    def test_holds_title_extras_and_body(self, qtbot: QtBot) -> None:
        card = Card("Loss")
        extra, body = QLabel("extra"), QLabel("body")
        card.add_extra(extra)
        card.body.addWidget(body)
        qtbot.addWidget(card)
        card.resize(300, 160)
        card.show()
        assert card.title() == "Loss"
        assert extra.geometry().right() > 250
        assert extra.geometry().bottom() < body.geometry().top()

    def test_an_untitled_card_has_no_empty_row(self, qtbot: QtBot) -> None:
        plain, titled = Card(), Card("Loss")
        for card in (plain, titled):
            card.body.addWidget(QLabel("body"))
            qtbot.addWidget(card)
        assert plain.sizeHint().height() < titled.sizeHint().height()
