"""The list of problems: order, activation, and the empty state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.inspector.panel_kit import WINDOWS, shown

from netbuilder.project.commands import RemoveNodes
from netbuilder.project.problems import Analysis, Problem
from netbuilder.project.remedy import Fix
from netbuilder.ui.problems_panel import ProblemsPanel
from netbuilder.ui.theme import theme

LOOSE = Problem(
    code="loose",
    template="'{node}' leads nowhere.",
    fields={"node": "d"},
    node="d",
    level="warning",
)
ERROR = Problem(
    code="input", template="Dense '{node}' has no input.", fields={"node": "h"}, node="h"
)
WHOLE = Problem(code="loss", template="The network has no loss: drag one behind the last block.")


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().set_mode("light")
    theme().set_text_zoom(100)
    yield
    WINDOWS.clear()


@pytest.fixture
def panel(qtbot: QtBot) -> ProblemsPanel:
    panel = ProblemsPanel()
    shown(qtbot, panel, 300, 400)
    return panel


def test_without_problems_it_says_so(panel: ProblemsPanel) -> None:
    assert panel.empty_text.isVisible()
    assert panel.empty_text.text() == "No problems: the network is ready to train."
    assert not panel.list.isVisible()


def test_errors_come_before_warnings(panel: ProblemsPanel) -> None:
    panel.set_analysis(Analysis(problems=(LOOSE, ERROR, WHOLE)))
    assert panel.problems() == (ERROR, WHOLE, LOOSE)
    assert [panel.list.item(i).text() for i in range(3)] == [
        "Dense 'h' has no input.",
        "The network has no loss: drag one behind the last block.",
        "'d' leads nowhere.",
    ]
    assert panel.list.isVisible()
    panel.set_analysis(Analysis())
    assert panel.empty_text.isVisible()


def test_a_click_leads_to_the_block(panel: ProblemsPanel, qtbot: QtBot) -> None:
    panel.set_analysis(Analysis(problems=(ERROR, LOOSE)))
    place = panel.list.visualItemRect(panel.list.item(1)).center()
    with qtbot.waitSignal(panel.activated) as gone:
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert gone.args == [LOOSE]


def test_arrows_and_enter_lead_to_the_block(panel: ProblemsPanel, qtbot: QtBot) -> None:
    panel.set_analysis(Analysis(problems=(ERROR, LOOSE)))
    panel.list.setFocus()
    panel.list.setCurrentRow(0)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.activated) as gone:
        QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert gone.args == [LOOSE]


def test_the_chosen_entry_stays_chosen(panel: ProblemsPanel) -> None:
    panel.set_analysis(Analysis(problems=(ERROR, LOOSE)))
    panel.list.setCurrentRow(1)
    panel.set_analysis(Analysis(problems=(WHOLE, LOOSE)))
    assert panel.list.currentItem().text() == "'d' leads nowhere."
    panel.set_analysis(Analysis(problems=(WHOLE,)))
    assert panel.list.currentItem() is None


def test_a_long_sentence_gets_the_lines_it_needs(panel: ProblemsPanel) -> None:
    long = Problem(code="x", template="A rather long sentence about what to do. " * 6)
    panel.set_analysis(Analysis(problems=(WHOLE, long)))
    QApplication.processEvents()
    short_height = panel.list.visualItemRect(panel.list.item(0)).height()
    assert panel.list.visualItemRect(panel.list.item(1)).height() > 2 * short_height
    assert panel.list.visualItemRect(panel.list.item(1)).right() <= panel.list.viewport().width()


def test_it_is_painted_in_both_themes(panel: ProblemsPanel) -> None:
    panel.set_analysis(Analysis(problems=(ERROR, WHOLE, LOOSE)))
    light = panel.grab().toImage()
    theme().set_mode("dark")
    QApplication.processEvents()
    dark = panel.grab().toImage()
    assert light.pixelColor(3, 3).lightness() > 200
    assert dark.pixelColor(3, 3).lightness() < 80


def test_a_remedy_is_a_button_in_its_row(panel: ProblemsPanel, qtbot: QtBot) -> None:
    fix = Fix(template="Delete '{node}'", fields={"node": "d"}, command=RemoveNodes(("d",)))
    panel.set_remedies(lambda problem: [fix] if problem is LOOSE else [])
    panel.set_analysis(Analysis(problems=(ERROR, LOOSE)))
    assert panel.offers(0) is None
    offer = panel.offers(1)
    assert offer is not None
    (button,) = offer.buttons
    assert (button.text(), button.accessibleName()) == ("Delete 'd'", "Fix: Delete 'd'")
    row = panel.list.visualItemRect(panel.list.item(1))
    at = button.mapTo(panel.list.viewport(), button.rect().center())
    assert row.contains(at)
    with qtbot.waitSignal(panel.fix_chosen) as chosen:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [LOOSE, fix]


def test_ctrl_enter_takes_the_first_remedy(panel: ProblemsPanel, qtbot: QtBot) -> None:
    fix = Fix(template="Delete '{node}'", fields={"node": "d"}, command=RemoveNodes(("d",)))
    panel.set_remedies(lambda problem: [fix])
    panel.set_analysis(Analysis(problems=(LOOSE,)))
    panel.list.setCurrentRow(0)
    with qtbot.waitSignal(panel.fix_chosen) as chosen:
        QTest.keyClick(panel.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == [LOOSE, fix]
