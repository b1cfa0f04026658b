"""The gradient-descent lab as one workspace."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.ui.formula import FormulaLabel
from netbuilder.ui.icons import live_icon
from netbuilder.ui.lab.card import LabCard
from netbuilder.ui.lab.controls import Column, Controls
from netbuilder.ui.lab.curve_card import CurveCard
from netbuilder.ui.lab.map_card import MapCard
from netbuilder.ui.lab.now_card import NowCard
from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.table import IteratesTable
from netbuilder.ui.lab.transport import LabTransport
from netbuilder.ui.plots.plot_files import PlotFiles
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import Card

Key = Qt.Key
BUDGET = 0.03  # seconds for typesetting before the rest of the window is shown
LEFT, RIGHT = 276, 388  # widths of the columns in pixels at 100 % text zoom
LEFT_LEAST, RIGHT_LEAST = 256, 240
MOST = 0.315  # of the whole width for a column, unless that is too little for it


class LabView(QWidget):
    """Function and settings at the left, the plot in the middle, numbers at the right.

    Left and Right step, Space plays, Home goes back to the start. It owns all that it shows and
    needs no project. Import this module late: the first window does without it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab")
        self.setAccessibleName(self.names()[0])
        self.setProperty("panel", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.state = LabState(self)
        self._unset: list[tuple[FormulaLabel, str]] = []
        self._typesetting = QTimer(self)
        self._typesetting.setSingleShot(True)
        self._typesetting.timeout.connect(self._typeset)
        self.files = PlotFiles(Document(Project(name=self.names()[0])), parent=self)
        """Copies and saves the plots; tells by its signals what it did."""
        self.controls = Controls(self.state)
        self.transport = LabTransport(self.state)
        self.controls.taught.connect(self.transport.show_lesson)
        self.now = NowCard(self.state)
        self.table = IteratesTable(self.state)
        self._left = _Panel("lab.left", LEFT, LEFT_LEAST)
        self._right = _Panel("lab.right", RIGHT, RIGHT_LEAST)
        self._fill_left()
        self._fill_right()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._left)
        self._row.addWidget(_edge())
        self._row.addLayout(self._middle(), 1)
        self._row.addWidget(_edge())
        self._row.addWidget(self._right)
        self.state.function_changed.connect(self._show_function)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self._show_function()

    @staticmethod
    def names() -> tuple[str, str]:
        """The title of the workspace, and what it is for, in one sentence."""
        return (
            QCoreApplication.translate("LabView", "Gradient descent"),
            QCoreApplication.translate(
                "LabView", "Go down a curve or a map step by step, with any learning rate"
            ),
        )

    # ---- building -------------------------------------------------------------------------------

    def _fill_left(self) -> None:
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.controls)

    def _middle(self) -> QVBoxLayout:
        self.formula = FormulaLabel("", size=20)
        self.formula.setObjectName("lab.typeset")
        self.slopes = [FormulaLabel("", size=14, token="muted") for _ in range(2)]
        for place, slope in enumerate(self.slopes):
            slope.setObjectName(f"lab.typeset.slope{place + 1}")
        self._formulas = QVBoxLayout()
        for label in (self.formula, *self.slopes):
            self._formulas.addWidget(label)
        self.curve, self.map = CurveCard(self.state), MapCard(self.state)
        self._cards = QStackedWidget()
        for card in (self.curve, self.map):
            card.set_files(self.files)
            self._cards.addWidget(card)
        self._centre = QVBoxLayout()
        self._centre.addLayout(self._formulas)
        self._centre.addWidget(self._cards, 1)
        self._centre.addWidget(self.transport)
        return self._centre

    def _fill_right(self) -> None:
        self.iterates = Card(self.tr("Iterates"))
        self.iterates.setObjectName("lab.iterates")
        copy = QPushButton(self.tr("Copy"))
        copy.setObjectName("lab.copy")
        copy.setProperty("class", "fix")
        copy.setAccessibleName(self.tr("Copy the table"))
        copy.setToolTip(self.tr("Copy the selected rows, or all of them, as text (Ctrl+C)"))
        live_icon(copy, "copy", "accent")
        copy.clicked.connect(self.table.copy)
        self.iterates.add_extra(copy)
        self.iterates.body.addWidget(self.table, 1)
        self.table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        inside = QWidget()
        self._numbers = QVBoxLayout(inside)
        self._numbers.addWidget(self.now)
        self._numbers.addWidget(self.iterates, 1)
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Column("lab.numbers", inside))

    # ---- following ------------------------------------------------------------------------------

    @property
    def card(self) -> LabCard:
        """The plot that is shown."""
        return self.curve if self.state.d == 1 else self.map

    @Slot()
    def _show_function(self) -> None:
        state = self.state
        self._cards.setCurrentWidget(self.card)
        slopes = state.formula.derivative_latex()
        slopes += [""] * (len(self.slopes) - len(slopes))
        self._unset = [(self.formula, state.formula.latex())]
        self._unset += zip(self.slopes, slopes, strict=True)
        self._typeset()

    @Slot()
    def _typeset(self) -> None:
        """Set the formulas that are left, as many as a frame has time for; the rest comes after it.
        A long one takes some 50 ms."""
        end = time.perf_counter() + BUDGET
        while self._unset and time.perf_counter() < end:
            label, latex = self._unset.pop(0)
            label.set_formula(latex)
            label.setVisible(bool(latex))
        for label, _ in self._unset:
            label.set_formula("")
        if self._unset:
            self._typesetting.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys that no field wanted."""
        transport = self.transport
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        match event.key():
            case Key.Key_Right:
                transport.step_on()
            case Key.Key_Left:
                transport.step_back()
            case Key.Key_Home:
                transport.to_start()
            case Key.Key_Space:
                transport.toggle()
            case _:
                super().keyPressEvent(event)
                return
        event.accept()

    def hideEvent(self, event: object) -> None:  # noqa: N802
        """Nobody looks: stop."""
        self.transport.stop()
        super().hideEvent(event)  # type: ignore[arg-type]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The keys step at once."""
        super().showEvent(event)
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The plot keeps most of a narrow window."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        for panel in (self._left, self._right):
            panel.share(self.width())

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._centre.setContentsMargins(px(16), px(16), px(16), px(16))
        self._centre.setSpacing(px(12))
        self._formulas.setSpacing(px(6))
        self._numbers.setContentsMargins(px(12), px(16), px(12), px(16))
        self._numbers.setSpacing(px(12))
        self.iterates.setMinimumHeight(px(180))
        self._share()


class _Panel(QWidget):
    """A column at a side: as wide as it likes, narrower where the plot would get too little."""

    def __init__(self, name: str, width: int, least: int) -> None:
        super().__init__()
        self._wish, self._least = width, least
        self.setObjectName(name)
        self.setProperty("panel", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def share(self, whole: int) -> None:
        """Take what is due to it of so many pixels."""
        least = theme().px(self._least)
        self.setMinimumWidth(least)
        self.setMaximumWidth(min(theme().px(self._wish), max(round(MOST * whole), least)))
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as it likes."""
        return QSize(theme().px(self._wish), super().sizeHint().height())


def _edge() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    return line
