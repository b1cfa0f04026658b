"""The stages of a step as a list: what is done, what is shown, and what is still to come."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from netbuilder.engine.algebra.write import as_text
from netbuilder.engine.walk import Stage
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
STAGE = Qt.ItemDataRole.UserRole
LONG = 28  # characters of a formula that fit into the list


class Stages(QAbstractListModel):
    """The words of each stage."""

    def __init__(self, model: StepModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def reload(self) -> None:
        """The walk is another one."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """One row a stage."""
        walk = self._model.walk
        return 0 if walk is None or parent.isValid() else len(walk.stages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Its words, the stage itself, and for who cannot see the list what the row says."""
        walk = self._model.walk
        if walk is None or not 0 <= index.row() < len(walk.stages):
            return None
        stage = walk.stages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(stage)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explained(stage)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._explained(stage)}: {self.words(stage)}"
        if role == STAGE:
            return stage
        return None

    def words(self, stage: Stage) -> str:
        """A stage in a few words: its formula, or what it brings."""
        if stage.phase == "input":
            return self.tr("Input {symbols}").format(
                symbols=", ".join(q.symbol.text() for q in stage.given)
            )
        if stage.phase == "update":
            return self.tr("Update {layer}").format(layer=stage.node)
        line = stage.lines[-1]
        if stage.phase == "loss":
            number = self._model.number(float(line.result.values[0, 0]))
            return self.tr("Loss J = {number}").format(number=number)
        if stage.phase == "forward":
            plain = f"{line.result.symbol.text()} = {as_text(line.expression)}"
            return plain if len(plain) <= LONG else line.result.symbol.text()
        wanted = dict.fromkeys(q.symbol.text() for q in stage.results if q.symbol.is_plain_gradient)
        return ", ".join(wanted) or line.result.symbol.text()

    def _explained(self, stage: Stage) -> str:
        return {
            "input": self.tr("The samples and their targets"),
            "forward": self.tr("Forward through {layer}"),
            "loss": self.tr("How wrong the outputs are"),
            "backward": self.tr("The error goes back through {layer}"),
            "update": self.tr("New weights for {layer}"),
        }[stage.phase].format(layer=stage.node)


class StageDelegate(QStyledItemDelegate):
    """Paints a row: a dot in the colour of its phase, filled where the stage is reached."""

    def __init__(self, model: StepModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """A calm row."""
        metrics = QFontMetrics(theme().font("body"))
        return QSize(theme().px(120), metrics.height() + theme().px(12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Dot and words; the present stage on a soft ground and in bold."""
        px, colours = theme().px, theme().current
        stage: Stage = index.data(STAGE)
        here, reached = index.row() == self._model.stage, index.row() <= self._model.stage
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = rect.adjusted(px(4), px(1), -px(4), -px(1))
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if here or hover:
            painter.setPen(
                QPen(QColor(colours.accent), 2) if here and focused else Qt.PenStyle.NoPen
            )
            painter.setBrush(QColor(colours.sunken))
            painter.drawRoundedRect(ground, px(6), px(6))
        colour = QColor(colours.danger if stage.phase == "backward" else colours.accent)
        if stage.phase == "update":
            colour = QColor(colours.success)
        size = px(8)
        dot = QRectF(rect.left() + px(16), rect.center().y() - size / 2, size, size)
        painter.setPen(QPen(colour if reached else QColor(colours.border_strong), px(1.5)))
        painter.setBrush(colour if reached else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        painter.setFont(theme().font("strong" if here else "body"))
        painter.setPen(QColor(colours.text if reached else colours.muted))
        room = rect.adjusted(px(36), 0, -px(10), 0)
        words = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()


class StageList(QListView):
    """Shows the stages; a click or the arrow keys go to one."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("step.stages")
        self.setAccessibleName(self.tr("Stages of the step"))
        self._model = model
        self.stages = Stages(model, self)
        self.setModel(self.stages)
        self.setItemDelegate(StageDelegate(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._go)
        model.walk_changed.connect(self._reload)
        model.stage_changed.connect(self._follow)
        model.looks_changed.connect(self.viewport().update)
        theme().changed.connect(self._reload)
        self._reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up, Down, Home and End go to another stage."""
        super().keyPressEvent(event)
        self._go(self.currentIndex())

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self._model.go(index.row())

    @Slot()
    def _reload(self) -> None:
        self.stages.reload()
        self._follow(self._model.stage)

    @Slot(int)
    def _follow(self, stage: int) -> None:
        index = self.stages.index(stage)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.viewport().update()
