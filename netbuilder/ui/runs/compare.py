"""Two runs side by side: what differs, their curves over the same axes, and what came out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from netbuilder.data.dataset import Dataset
from netbuilder.errors import NetbuilderError
from netbuilder.project.build import prepared
from netbuilder.project.difference import difference
from netbuilder.training.picture import pictured
from netbuilder.training.runs import Run
from netbuilder.ui.colours import layer_colours
from netbuilder.ui.plots.curves import CurvePlot
from netbuilder.ui.plots.decision import DecisionPlot
from netbuilder.ui.plots.gradient import GradientPlot
from netbuilder.ui.plots.loss import LossPlot
from netbuilder.ui.plots.metric import MetricPlot
from netbuilder.ui.plots.overlay import Overlay
from netbuilder.ui.runs import words
from netbuilder.ui.theme import SPACE, theme
from netbuilder.ui.widgets.flow import FlowLayout


class CompareWindow(QWidget):
    """A window of its own; the plots of both sides zoom, pan and read together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("runs.compare.window")
        self.setProperty("panel", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.runs: tuple[Run, Run] | None = None
        self.differs = QLabel()
        self.differs.setObjectName("runs.compare.differs")
        self.differs.setProperty("role", "title")
        self.differs.setWordWrap(True)
        self.warning = QLabel()
        self.warning.setObjectName("runs.compare.warning")
        self.warning.setProperty("role", "warning")
        self.warning.setWordWrap(True)
        self.sides = (_Side("first"), _Side("second"))
        for mine, other in (self.sides, self.sides[::-1]):
            mine.follow(other)
        self._table = FlowLayout()
        self._columns: list[_Column] = []
        content = QWidget()
        content.setProperty("panel", "scroll")
        self._column = QVBoxLayout(content)
        self._column.addWidget(self.differs)
        self._column.addWidget(self.warning)
        self._column.addLayout(self._table)
        self._row = QHBoxLayout()
        for side in self.sides:
            self._row.addWidget(side, 1)
        self._column.addLayout(self._row, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        px = theme().px
        room = self.screen().availableGeometry()
        self.resize(min(px(980), room.width()), min(px(820), room.height()))

    def show_runs(self, first: Run, second: Run) -> None:
        """Show these two."""
        self.runs = first, second
        names = words.run_name(first), words.run_name(second)
        self.setWindowTitle(self.tr("{a} and {b}").format(a=names[0], b=names[1]))
        found = difference(first.project, second.project)
        self.differs.setText(
            words.differences_words(found)
            or self.tr("The same network, data, settings and seed: the same numbers.")
        )
        seeds = [d for d in found if d.seed]
        rest = len(found) - len(seeds)
        warning = ""
        if seeds and rest:
            warning = self.tr(
                "The seed differs as well: part of what you see is chance. Use the same seed."
            )
        elif rest > 1:
            warning = self.tr(
                "{n} things differ: what each of them does cannot be told apart."
            ).format(n=rest)
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        for side, mine, other in zip(self.sides, self.runs, self.runs[::-1], strict=True):
            side.show_run(mine, other)
        # What one run has and the other not keeps its room: equals stand side by side.
        metric = any(run.metric for run in self.runs)
        pictures = any(side.has_picture for side in self.sides)
        for side in self.sides:
            side.score.setVisible(metric)
            side.decision.setVisible(pictures)
        self.refresh(None)

    def refresh(self, present: Run | None) -> None:
        """Draw what is new of a run that lasts; None for all."""
        if self.runs is None:
            return
        for side, run in zip(self.sides, self.runs, strict=True):
            if present in (None, *self.runs):
                side.refresh(run)
        # The second side may have widened the axes that both have.
        self.sides[0].gradient.refresh()
        self._fill_table()

    def _fill_table(self) -> None:
        assert self.runs is not None
        both = [dict(words.numbers(run)) for run in self.runs]
        columns = {"": [words.run_name(run) for run in self.runs]}
        for name in dict.fromkeys(name for found in both for name in found):
            columns[name] = [found.get(name, "–") for found in both]
        if list(columns) != [column.name for column in self._columns]:
            for old in self._columns:
                self._table.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._columns = [_Column(name) for name in columns]
            for column in self._columns:
                self._table.addWidget(column)
        for column in self._columns:
            column.tell(columns[column.name])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(16), px(14), px(16), px(16))
        self._column.setSpacing(px(SPACE))
        self._row.setSpacing(px(SPACE))
        self._table.setSpacing(px(18))


class _Gradient(GradientPlot):
    """Has the same axis as its peer."""

    peer: _Gradient | None = None

    def draw(self) -> None:
        """Draw within the decades that both need."""
        if self.peer is not None:
            mine, theirs = self._decades, self.peer._decades
            self._decades = min(mine[0], theirs[0]), max(mine[1], theirs[1])
        super().draw()


class _Side(QWidget):
    """One run: its name, loss, metric, gradients, and its decision boundary if there is one."""

    def __init__(self, name: str) -> None:
        super().__init__()
        name = f"runs.compare.{name}"
        self.setObjectName(name)
        self.heading = QLabel()
        self.heading.setObjectName(f"{name}.heading")
        self.heading.setProperty("role", "strong")
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.loss = LossPlot(object_name=f"{name}.loss")
        self.score = MetricPlot(object_name=f"{name}.metric")
        self.gradient = _Gradient(object_name=f"{name}.gradient")
        self.decision = DecisionPlot(object_name=f"{name}.decision")
        self.has_picture = False
        self._other: _Side | None = None
        self._data: Dataset | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)
        for plot in (*self.curves, self.decision):
            column.addWidget(plot, 1)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    @property
    def curves(self) -> tuple[CurvePlot, ...]:
        """The plots over epochs."""
        return self.loss, self.score, self.gradient

    def follow(self, other: _Side) -> None:
        """Show the same part of the run and read at the same place as the other side, whatever is
        done there; and so do all plots over epochs."""
        self.gradient.peer = other.gradient
        for mine in self.curves:
            for leader in (*self.curves, *other.curves):
                if leader is not mine:
                    leader.window_changed.connect(mine.set_x_range)
                    leader.cursor_changed.connect(mine.set_cursor)
        other.loss.logarithmic_changed.connect(self.loss.set_logarithmic)
        other.loss.smoothing_changed.connect(self.loss.set_smoothing)
        other.score.smoothing_changed.connect(self.score.set_smoothing)
        self._other = other
        other.decision.place_moved.connect(self._read_place)

    @Slot(object)
    def _read_place(self, place: tuple[float, float] | None) -> None:
        # Of other data the same place of the picture is another one.
        if self._other is not None and self._data == self._other._data:
            self.decision.set_place(place)

    def show_run(self, run: Run, other: Run) -> None:
        """Show a run, with the other one thin behind it: so both have the same axes."""
        name = words.run_name(run)
        self.heading.setText(f"{name}: {run.note}" if run.note else name)
        self.heading.setToolTip(run.note)
        behind = [Overlay(words.run_name(other), theme().current.faint, other.history)]
        for plot in self.curves:
            plot.begin(run.history, run.project)
            plot.set_overlays(behind)
        self.score.set_metric(run.metric)
        if run.metric != other.metric:
            self.score.set_overlays(())  # an accuracy and an R² have no axis in common
        self.gradient.set_layers(list(layer_colours(run.project, theme().current).items()))
        self._data = run.project.dataset
        self.decision.begin(run.history, run.project)
        self.has_picture = self._show_samples(run)

    def _show_samples(self, run: Run) -> bool:
        try:
            split = prepared(run.project)
        except NetbuilderError:
            self.decision.set_data(None)
            return False
        self.decision.set_data(split)
        shown = pictured(run)
        if shown is not None:
            self.decision.take(shown)
        return not run.over or (shown is not None and shown.surface is not None)

    def refresh(self, run: Run) -> None:
        """Draw what is new."""
        for plot in self.curves:
            plot.refresh()
        if run.snapshot is not None and run.snapshot.surface is not None:
            self.decision.take(run.snapshot)

    @Slot()
    def _lay_out(self) -> None:
        for plot in (*self.curves, self.decision):
            plot.setMinimumHeight(theme().px(190))


class _Column(QWidget):
    """A name above one value for each run; without a name the runs themselves."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        heading = QLabel(name)
        heading.setProperty("role", "caption")
        self._values = (QLabel(), QLabel())
        self._cells = QVBoxLayout(self)
        self._cells.setContentsMargins(0, 0, 0, 0)
        self._cells.addWidget(heading)
        for label in self._values:
            label.setProperty("role", "value" if name else "strong")
            self._cells.addWidget(label)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def tell(self, values: Sequence[str]) -> None:
        """Show these."""
        for label, value in zip(self._values, values, strict=True):
            if label.text() != value:
                label.setText(value)
                label.setAccessibleName(f"{self.name}: {value}" if self.name else value)

    @Slot()
    def _lay_out(self) -> None:
        self._cells.setSpacing(theme().px(3))
