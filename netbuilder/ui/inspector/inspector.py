"""The inspector: what is selected, as a form, a formula and live numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from netbuilder.project.document import Change, Document
from netbuilder.ui.inspector.block_page import BlockPage
from netbuilder.ui.inspector.project_page import ProjectPage
from netbuilder.ui.inspector.several_page import SeveralPage
from netbuilder.ui.theme import theme

_REFRESH_MS = 200


class Inspector(QWidget):
    """Shows one block, what several have in common, or the project when nothing is selected.

    It follows the document and the controller; numbers of a run are renewed at most five times a
    second, and only while they are visible.
    """

    def __init__(self, document: Document, controller: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.panel")
        self.setAccessibleName(self.tr("Inspector"))
        self._document = document
        self._controller = controller
        self._ids: tuple[str, ...] = ()
        self.block = BlockPage(document, controller)
        self.several = SeveralPage(document)
        self.project = ProjectPage(document, controller)
        content = QWidget()
        content.setProperty("panel", "scroll")
        self._column = QVBoxLayout(content)
        for page in (self.block, self.several, self.project):
            self._column.addWidget(page)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("inspector.scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        self._content = content
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._refresh_numbers)
        self._numbers_due = False
        document.watch(self._follow)
        controller.analysis_changed.connect(self._follow_analysis)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self._follow_run)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        # The first window of a program stands sooner without the forms; they come with the plots,
        # as soon as it is painted.
        self._waits = not theme().is_dressed
        if not self._waits:
            self._show(fresh=True)
        else:
            for page in (self.block, self.several, self.project):
                page.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Seen for the first time: what has waited for that comes now."""
        super().paintEvent(event)
        if self._waits:
            QTimer.singleShot(0, self, self._stop_waiting)

    @Slot()
    def _stop_waiting(self) -> None:
        if self._waits:
            self._show(fresh=True)

    def selection(self) -> tuple[str, ...]:
        """The ids of the nodes shown; empty for the project."""
        return self._ids

    def set_selection(self, ids: Iterable[str]) -> None:
        """Show these nodes; unknown ids are left out."""
        wanted = tuple(i for i in ids if self._document.project.has(i))
        if wanted != self._ids:
            self._ids = wanted
            self._show(fresh=True)
            self._scroll.verticalScrollBar().setValue(0)

    def edit_name(self) -> None:
        """Put the cursor into the name of the block shown."""
        if len(self._ids) == 1:
            field = self.block.header.name_field
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A column as wide as a form wants to be."""
        return QSize(theme().px(288), theme().px(600))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Wide enough that no field is cut."""
        width = self._content.minimumSizeHint().width() + theme().px(12)
        return QSize(max(width, theme().px(240)), theme().px(120))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with what was missed while hidden."""
        super().showEvent(event)
        self._refresh_numbers()

    # ---- following ------------------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        ids = tuple(
            name for name in (_now_called(i, change) for i in self._ids) if name is not None
        )
        fresh = len(ids) != len(self._ids)
        self._ids = ids
        if change.cause != "weights":
            self._show(fresh=fresh or change.cause == "load")

    @Slot(object)
    def _follow_analysis(self, _analysis: object) -> None:
        if self._waits:
            return
        if len(self._ids) == 1:
            self.block.refresh_analysis()
            self.block.refresh_snapshot()
        elif not self._ids:
            self.project.show_project()

    @Slot(object)
    def _follow_snapshot(self, _snapshot: object) -> None:
        self._numbers_due = True
        if not self._timer.isActive():
            self._refresh_numbers()

    @Slot()
    def _follow_run(self) -> None:
        self._numbers_due = True
        self._refresh_numbers()

    @Slot()
    def _refresh_numbers(self) -> None:
        if self._numbers_due and self.isVisible() and len(self._ids) == 1:
            self._numbers_due = False
            self.block.refresh_snapshot()
            self._timer.start()

    def _show(self, *, fresh: bool) -> None:
        self._waits = False
        count = len(self._ids)
        project = self._document.project
        if count == 1:
            self.block.show_node(project.node(self._ids[0]), fresh=fresh)
        elif count > 1:
            self.several.show_nodes([project.node(i) for i in self._ids], fresh=fresh)
        else:
            self.project.show_project()
        self.block.setVisible(count == 1)
        self.several.setVisible(count > 1)
        self.project.setVisible(count == 0)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(16))


def _now_called(node_id: str, change: Change) -> str | None:
    """The id of the same node after a change; None if it is gone."""
    if change.after.has(node_id):
        return node_id
    before, after = change.before.nodes, change.after.nodes
    if len(before) == len(after) and change.before.has(node_id):
        # A rename leaves every node at its place in the list.
        index = next(i for i, n in enumerate(before) if n.id == node_id)
        if not change.before.has(after[index].id):
            return after[index].id
    return None
