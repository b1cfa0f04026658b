"""What the curve and the map share: the start follows the mouse, the wheel zooms."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolButton, QWidget

from netbuilder.engine.lab.functions import Range
from netbuilder.ui.icons import live_icon
from netbuilder.ui.lab.items import ArrowItem, StartItem, WaysItem
from netbuilder.ui.lab.state import LabState
from netbuilder.ui.lab.words import number
from netbuilder.ui.plots.base import PlotCard, Table
from netbuilder.ui.theme import theme

Key = Qt.Key
NOTCH = 1.15  # of the view a notch of the wheel takes off or adds
KEY_STEP = 0.02  # of the view that a key moves the start
NARROWEST = 1e-6  # of the whole view


class LabCard(PlotCard):
    """A plot of the function with the ways down on it.

    Press or drag anywhere to set the start; Shift and the arrow keys move it. The wheel, + and -
    zoom, 0 shows all.
    """

    def __init__(
        self, title: str, object_name: str, state: LabState, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, object_name, parent)
        self.state = state
        self.body.addWidget(self.area, 1)
        self.ways, self.arrow, self.start = WaysItem(), ArrowItem(), StartItem()
        for item in (self.ways, self.arrow, self.start):
            self.area.add(item)
        self.zoom: tuple[Range, ...] | None = None
        self._held: tuple[Range, ...] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setCursor(Qt.CursorShape.CrossCursor)
        self._fit = QToolButton()
        self._fit.setObjectName(f"{object_name}.fit")
        self._fit.setAccessibleName(self.tr("Show all"))
        self._fit.setToolTip(self.tr("Show all of the view again (0)"))
        self._fit.setProperty("class", "title")
        live_icon(self._fit, "fit")
        self._fit.clicked.connect(self.show_all)
        self._fit.hide()
        self.add_extra(self._fit)
        self.area.view_resized.connect(self.refresh)
        state.function_changed.connect(self._forget)
        state.changed.connect(self.refresh)
        theme().changed.connect(self._size_button)
        self._size_button()

    # ---- what a card says -----------------------------------------------------------------------

    def whole(self) -> tuple[Range, ...]:
        """The range of x, or those of x and y, without zoom."""
        raise NotImplementedError

    def start_at(self, place: QPointF) -> tuple[float, ...]:
        """The start that a place of the plot stands for, in view coordinates."""
        raise NotImplementedError

    @property
    def ranges(self) -> tuple[Range, ...]:
        """What is shown: held still while somebody drags the start."""
        return self._held or self.zoom or self.whole()

    @property
    def held(self) -> bool:
        """Whether somebody drags the start."""
        return self._held is not None

    def describe(self) -> str:
        state = self.state
        here = state.descent(state.chosen).at(state.k)
        return self.tr("{function}; {optimizer} after {k} steps at {place}").format(
            function=state.formula.text,
            optimizer=state.chosen,
            k=here.k,
            place=", ".join(number(float(x)) for x in here.point),
        )

    def table(self) -> Table:
        state = self.state
        rows: list[list[float | int | str]] = []
        names = state.formula.names
        slopes = ["f'"] if state.d == 1 else [f"df/d{name}" for name in names]
        for name in state.shown:
            descent = state.descent(name)
            for k in range(min(state.k, descent.reach(state.k)) + 1):
                here = descent.at(k)
                step = [float(s) for s in here.step] if here.step is not None else []
                step += [float("nan")] * (state.d - len(step))
                numbers = [*here.point.tolist(), here.value, *here.gradient.tolist(), *step]
                rows.append([name, k, *numbers])
        steps = ["step"] if state.d == 1 else [f"step {name}" for name in names]
        return ("optimizer", "k", *names, "f", *slopes, *steps), rows

    # ---- the mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Put the start here and take hold of it."""
        inside = self._view().contains(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or not inside or self.area.note:
            super().mousePressEvent(event)
            return
        self._held = self.ranges
        self._move_to(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The start follows."""
        if self._held is not None:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if self._held is not None:
            self._held = None
            self.refresh()
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the pointer."""
        turned = event.angleDelta().y()
        if not turned or not self._view().contains(event.position()):
            event.ignore()
            return
        self._zoom_by(NOTCH ** (-turned / 120), self._shares(event.position()))
        event.accept()

    def _view(self) -> QRectF:
        corner = self.area.mapTo(self, self.area.rect().topLeft())
        return self.area.view_rect().translated(QPointF(corner))

    def _shares(self, place: QPointF) -> tuple[float, float]:
        """Where a place of the card is in the view: from (0, 0) at its lower left."""
        view = self._view()
        x = (place.x() - view.left()) / max(view.width(), 1.0)
        y = (view.bottom() - place.y()) / max(view.height(), 1.0)
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _move_to(self, place: QPointF) -> None:
        x, y = self._shares(place)
        across, up = self.area.axes
        found = self.start_at(
            QPointF(across.low + x * (across.high - across.low), up.low + y * (up.high - up.low))
        )
        # What is finer than a pixel would only be digits to read.
        rounded = [
            round_to(value, (high - low) / max(self.area.view_rect().width(), 1.0))
            for value, (low, high) in zip(found, self.ranges, strict=True)
        ]
        before = self.state.bench.start
        self.state.set_start(tuple(rounded))
        if self.state.bench.start == before:
            self.refresh()  # it is held now

    # ---- zoom -----------------------------------------------------------------------------------

    def _zoom_by(self, factor: float, about: Sequence[float]) -> None:
        fresh = []
        for axis, (all_low, all_high), share in zip(
            self.area.axes, self.whole(), about, strict=False
        ):
            low, high = axis.low, axis.high
            whole = all_high - all_low
            width = min(max((high - low) * factor, NARROWEST * whole), 8 * whole)
            place = low + share * (high - low)
            fresh.append((place - share * width, place + (1 - share) * width))
        self.zoom = tuple(fresh)
        self._after_zoom()

    @Slot()
    def show_all(self) -> None:
        """End the zoom."""
        self.zoom = None
        self._after_zoom()

    def _after_zoom(self) -> None:
        self._fit.setVisible(self.zoom is not None)
        self.refresh()

    @Slot()
    def _forget(self) -> None:
        self.zoom = self._held = None
        self._fit.hide()

    # ---- the keys -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Shift and arrows move the start; +, - and 0 zoom."""
        moves = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Down: (0, -1),
            Key.Key_Up: (0, 1),
        }
        key = Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and key in moves and any(moves[key][: self.state.d]):
            start = tuple(
                round_to(place + way * KEY_STEP * (high - low), KEY_STEP * (high - low) / 8)
                for place, way, (low, high) in zip(
                    self.state.bench.start, moves[key], self.ranges, strict=False
                )
            )
            self.state.set_start(start)
        elif key in (Key.Key_Plus, Key.Key_Equal):
            self._zoom_by(1 / NOTCH**2, (0.5, 0.5))
        elif key in (Key.Key_Minus, Key.Key_Underscore):
            self._zoom_by(NOTCH**2, (0.5, 0.5))
        elif key == Key.Key_0:
            self.show_all()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    @Slot()
    def _size_button(self) -> None:
        px = theme().px
        self._fit.setIconSize(QSize(px(14), px(14)))
        self._fit.setStyleSheet("QToolButton { padding: 0; margin: 0; }")
        self._fit.setFixedSize(px(22), px(22))


def round_to(value: float, grain: float) -> float:
    """A value with no more digits than a grain needs."""
    if grain <= 0:
        return value
    digits = 0
    while digits < 12 and grain < 10.0**-digits:
        digits += 1
    return round(value, digits)
