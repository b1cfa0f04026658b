"""The panel that explains the verdicts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from netbuilder.project.health import Verdict
from netbuilder.ui.health.look import before_words
from netbuilder.ui.health.verdict_view import VerdictView
from netbuilder.ui.health.watch import HealthWatch
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.sight import in_sight


class HealthPanel(QScrollArea):
    """All verdicts, most important first. Nothing is done while nobody sees it."""

    def __init__(self, watch: HealthWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("health.panel")
        self.setAccessibleName(self.tr("Health"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._watch = watch
        self._missed = False
        self._dock: QDockWidget | None = None
        self.views: list[VerdictView] = []
        ground = QWidget()
        self._column = QVBoxLayout(ground)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.before = QLabel()
        self.before.setObjectName("health.before")
        self.before.setProperty("role", "warning")
        self.before.setWordWrap(True)
        self.before.hide()
        self._column.addWidget(self.before)
        self._column.addStretch(1)
        self.setWidget(ground)
        watch.changed.connect(self._follow)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """What was said meanwhile; from now on also whenever its tab comes to the front."""
        super().showEvent(event)
        self._show(self._watch.verdicts)
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QDockWidget):
            parent = parent.parentWidget()
        if parent is not None and parent is not self._dock:
            self._dock = parent
            parent.visibilityChanged.connect(self._catch_up)

    @Slot(bool)
    def _catch_up(self, in_front: bool) -> None:
        if in_front and self._missed:
            self._missed = False
            self._show(self._watch.verdicts)

    @Slot(object)
    def _follow(self, verdicts: list[Verdict]) -> None:
        self._missed = not in_sight(self)
        if not self._missed:
            self._show(verdicts)

    def _show(self, verdicts: list[Verdict]) -> None:
        self.before.setText(before_words())
        self.before.setVisible(self._watch.of_before)
        while len(self.views) < len(verdicts):
            view = VerdictView()
            view.setObjectName(f"health.verdict.{len(self.views)}")
            view.fix_chosen.connect(self._watch.apply)
            self.views.append(view)
            self._column.insertWidget(len(self.views), view)
        for k, view in enumerate(self.views):
            view.setVisible(k < len(verdicts))
            if k < len(verdicts):
                view.set_verdict(verdicts[k])

    @Slot()
    def _lay_out(self) -> None:
        self.before.setContentsMargins(theme().px(12), theme().px(10), theme().px(12), 0)
