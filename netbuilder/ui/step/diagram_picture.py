"""The drawing of the network at a stage: follows the step model and paints itself."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from netbuilder.engine.algebra.expression import Place
from netbuilder.ui.step.diagram_items import Drawn, Marks, Reading
from netbuilder.ui.step.diagram_layout import Layout
from netbuilder.ui.step.diagram_marks import paint_marks, paint_way
from netbuilder.ui.step.diagram_paint import Painter
from netbuilder.ui.step.diagram_plan import Spot, Weight, Wire
from netbuilder.ui.step.diagram_tracks import tracks
from netbuilder.ui.step.flow import Flow
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.theme import theme


class DiagramPicture(QWidget):
    """What stands still at a stage is a kept picture; marks and what moves are painted on it.

    `zoom_factor` is 1 where all of it is in the widget; `pan` is the corner of the layout that is
    at the corner of the widget.
    """

    data_marked = Signal(bool)
    """Whether the number that is looked at is one of the inputs or the targets."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("step.diagram.canvas")
        self.setAccessibleName(self.tr("The network with its neurons"))
        self.model = model
        self._drawn: Drawn | None = None
        self._layout: Layout | None = None
        self._reading: Reading | None = None
        self._painter: Painter | None = None
        self.ground: QPixmap | None = None
        self._marks: dict[Place, Marks] = {}
        self._way: list[tuple[Wire, int, int]] | None = None
        self.zoom_factor = 1.0
        self.pan = QPointF()
        self._data_marked = False
        self._stage = model.stage
        self.spot: Spot | None = None
        """The neuron that the keys are at."""
        self.flow = Flow(self)
        self.flow.moved.connect(self.update)
        model.walk_changed.connect(self._follow_walk)
        model.stage_changed.connect(self._follow_stage)
        model.sample_changed.connect(self._read_anew)
        model.looks_changed.connect(self.update)
        model.exercise_changed.connect(self._read_anew)
        model.hovered.connect(self._follow_hover)
        model.selected.connect(self._follow_selection)
        theme().changed.connect(self.lay_anew)
        self._follow_walk()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a small network."""
        return QSize(theme().px(480), theme().px(200))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Dots can still be told apart."""
        return QSize(120, 80)

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def drawn(self) -> Drawn | None:
        """The walk as it is drawn; None without one."""
        if self._drawn is None and self.model.walk is not None:
            self._drawn = Drawn(self.model.walk)
        return self._drawn

    @property
    def reading(self) -> Reading | None:
        """The numbers that stand in it."""
        drawn = self.drawn
        if self._reading is None and drawn is not None:
            stage = min(self.model.stage, len(drawn.walk.stages) - 1)
            self._reading = Reading(drawn, stage, self.model.sample_row, self.model.hides)
        return self._reading

    @property
    def plan_layout(self) -> Layout | None:
        """Where everything lies; `to_widget` tells where that is on the widget."""
        drawn = self.drawn
        if self._layout is None and drawn is not None:
            width, height = self.width() * self.zoom_factor, self.height() * self.zoom_factor
            unit = theme().text_zoom / 100 * self.zoom_factor**0.5
            self._layout = Layout(drawn.plan, width, height, unit, self._wanted(drawn))
        return self._layout

    def _wanted(self, drawn: Drawn) -> dict[int, set[int]]:
        """The units that must be seen because their number is chosen."""
        found: dict[int, set[int]] = {}
        things = drawn.things_at(self.model.place) if self.model.place is not None else []
        for thing in things[:1]:
            found.setdefault(thing.column, set()).add(thing.unit)
            if isinstance(thing, Weight):
                source = drawn.plan.into[thing.column][0].source
                found.setdefault(source, set()).add(thing.source)
        return found

    def _brush(self) -> Painter | None:
        layout, reading = self.plan_layout, self.reading
        if self._painter is None and layout is not None and reading is not None:
            self._painter = Painter(layout, reading)
        return self._painter

    def to_widget(self, point: QPointF) -> QPointF:
        """A point of the layout on the widget."""
        return point - self.pan

    def marks(self) -> list[Marks]:
        """Of the number that is chosen, and of the one under the pointer with all its links."""
        drawn, model = self.drawn, self.model
        if drawn is None:
            return []
        found = []
        for place in (model.place, model.pointed):
            if place is None:
                continue
            if place not in self._marks:
                self._marks[place] = drawn.marks(place)
            marks = self._marks[place]
            outshone = place == model.place and model.pointed not in (None, place)
            found.append(marks.alone() if outshone else marks)
        return found

    # ---- following the model ---------------------------------------------------------------------

    @Slot()
    def _follow_walk(self) -> None:
        self.flow.stop()
        self._drawn = None
        self._marks.clear()
        self._stage = self.model.stage
        self.lay_anew()
        drawn = self.drawn
        if self.spot is not None and (
            drawn is None
            or self.spot.column >= len(drawn.plan.columns)
            or self.spot.unit >= drawn.plan.columns[self.spot.column].units
        ):
            self.spot = None
        self.describe()

    @Slot()
    def lay_anew(self) -> None:
        """Size, zoom or looks are others."""
        self.flow.stop()
        self._layout = self._way = None
        self._read_anew()

    @Slot()
    def _read_anew(self, _row: int = 0) -> None:
        self._reading = self._painter = self.ground = None
        self.describe()
        self.update()

    @Slot(int)
    def _follow_stage(self, stage: int) -> None:
        onwards = stage == self._stage + 1
        self._stage = stage
        self.flow.stop()
        self._read_anew()
        if onwards and self.isVisible():
            brush = self._brush()
            if brush is not None:
                self.flow.start(tracks(brush))

    @Slot(object)
    def _follow_hover(self, _place: Place | None) -> None:
        self._tell_data()
        self.update()

    @Slot(object)
    def _follow_selection(self, _place: Place | None) -> None:
        self._way = None
        layout, drawn = self._layout, self.drawn
        if layout is not None and drawn is not None:
            wanted = self._wanted(drawn)
            if any(u not in layout.shown[c] for c, units in wanted.items() for u in units):
                self.lay_anew()
        self._tell_data()
        self.update()

    def way(self) -> list[tuple[Wire, int, int]]:
        """The paths to J of the weight that is chosen."""
        if self._way is None:
            place, drawn, layout = self.model.place, self.drawn, self.plan_layout
            things = drawn.things_at(place) if drawn is not None and place is not None else []
            self._way = []
            if drawn is not None and layout is not None and things:
                (chosen, *_) = things
                if isinstance(chosen, Weight):
                    self._way = drawn.way(chosen, layout.shown)
        return self._way

    def _tell_data(self) -> None:
        if not self.isVisible():
            return
        marked = any(m.data for m in self.marks())
        if marked != self._data_marked:
            self._data_marked = marked
            self.data_marked.emit(marked)

    # ---- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The kept picture, and on it what moves, is marked, or has the keys."""
        painter = QPainter(self)
        brush = self._brush()
        if brush is None:
            painter.setPen(QColor(theme().current.muted))
            painter.setFont(theme().font("body"))
            words = self.model.why or self.tr("There is no network to draw yet.")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, words)
            return
        if self.ground is None:
            self.ground = self._painted(brush)
        painter.drawPixmap(0, 0, self.ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self.pan)
        found = self.marks()
        paint_way(painter, brush, self.way())
        for marks in found:
            paint_marks(painter, brush, marks)
        for place in (self.model.place, self.model.pointed):
            if place is not None:
                self._label(painter, brush, place)
        if self.hasFocus() and self.spot is not None and self.spot in brush.layout.rects:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().current.accent), 2 * brush.unit))
            brush.outline(painter, self.spot, 6 * brush.unit)
        self.flow.paint(painter)

    def _painted(self, brush: Painter) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-self.pan)
        brush.ground(painter, QRectF(self.pan, self.size()))
        painter.end()
        return picture

    def _label(self, painter: QPainter, brush: Painter, place: Place) -> None:
        """The name and value of a number beside its neuron or on its line."""
        drawn, reading = self.drawn, self.reading
        things = drawn.things_at(place) if drawn is not None else []
        if reading is None or len(things) != 1:
            return
        words = f"{reading.name_of(place)} = {self.model.number_at(place)}"
        brush.tell(painter, things[0], words, QRectF(self.pan, self.size()))

    # ---- words -----------------------------------------------------------------------------------

    def describe(self) -> None:
        """Tell assistive technology where the keys are."""
        if self.isVisible():
            self.setAccessibleDescription(self.explained(self.spot))

    def explained(self, thing: Spot | Weight | None) -> str:
        """A neuron or a line in words, with its numbers."""
        reading, drawn = self.reading, self.drawn
        if thing is None or reading is None or drawn is None:
            return ""
        column = drawn.plan.columns[thing.column]
        number_at = self.model.number_at
        if isinstance(thing, Weight):
            place = reading.place_of_weight(thing)
            words = self.tr("{name} = {value}, from unit {source} to unit {unit} of {layer}")
            return words.format(
                name=reading.name_of(place),
                value=number_at(place),
                source=thing.source + 1,
                unit=thing.unit + 1,
                layer=column.title,
            )
        parts = [self.tr("{name} in {layer}").format(name=reading.name(thing), layer=column.title)]
        value, inside, error = reading.places(thing)
        parts.append(number_at(value) if value is not None else self.tr("not computed yet"))
        if inside is not None:
            words = self.tr("before the activation {value}")
            parts.append(words.format(value=number_at(inside)))
        if error is not None:
            parts.append(self.tr("error {value}").format(value=number_at(error)))
        if column.kind == "input":
            row = drawn.walk.samples[reading.row] + 1
            parts.append(self.tr("row {row} of the training set").format(row=row))
        return ", ".join(parts)

    # ---- size and sight --------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another size has room for more or less."""
        super().resizeEvent(event)
        self.keep_inside()
        self.lay_anew()

    def keep_inside(self) -> None:
        """Let nothing but the layout be seen."""
        most = QSize(self.size()) * (self.zoom_factor - 1.0)
        self.pan = QPointF(
            min(max(self.pan.x(), 0.0), max(most.width(), 0)),
            min(max(self.pan.y(), 0.0), max(most.height(), 0)),
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """What happened meanwhile is made up for."""
        super().showEvent(event)
        self._tell_data()
        self.describe()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nothing moves where nobody sees it."""
        super().hideEvent(event)
        self.flow.stop()
