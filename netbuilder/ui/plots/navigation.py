"""Mouse and keys of a plot over epochs: zoom, pan, and the cursor that reads values."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.plots.cursor import CursorLayer, Reading
from netbuilder.ui.plots.hover import HoverPlot
from netbuilder.ui.plots.x_window import Range, XWindow
from netbuilder.ui.theme import theme

NOTCH = 1.25  # how much wider one notch of the wheel makes the window
KEY = 1.5  # and one key
PAN = 0.2  # of the window's width, for one key

Key = Qt.Key


class NavigablePlot(HoverPlot):
    """The wheel zooms about the pointer, dragging pans, a double click shows the whole run.

    Hovering reads the curves; so do the arrow keys.
    """

    window_changed = Signal(object)
    """The user chose another part of the run: (low, high) in epochs, or None for all of it."""

    cursor_changed = Signal(object)
    """The user moved the cursor: its epoch, or None."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self.window_x = XWindow()
        self._cursor: float | None = None
        self._drag: tuple[float, Range] | None = None
        self.cursor_layer = CursorLayer(self.area)
        self._whole_button = QToolButton()
        self._whole_button.setObjectName(f"{object_name}.whole")
        self._whole_button.setAccessibleName(self.tr("Whole run"))
        self._whole_button.setToolTip(self.tr("Show the whole run (0)"))
        self._whole_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._whole_button.hide()
        self._whole_button.clicked.connect(self.show_whole)
        live_icon(self._whole_button, "fit")
        self.add_extra(self._whole_button)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("")
        theme().changed.connect(self._size_button)
        self._size_button()

    # ---- what a plot tells ---------------------------------------------------------------------

    def _whole_range(self) -> Range | None:
        """The whole x range in epochs; None while there is nothing to see."""
        raise NotImplementedError

    def _newest(self) -> float:
        """The epoch of the last point."""
        raise NotImplementedError

    def _nearest(self, epoch: float, beyond: float = 0.0) -> float | None:
        """The epoch of the recorded point nearest to one; with `beyond` the next one at least so
        far away (to the left if negative), or the outermost."""
        raise NotImplementedError

    def _read(self, epoch: float) -> Reading | None:
        """What the curves say at the recorded point of an epoch."""
        raise NotImplementedError

    def _covered(self, box: QRectF) -> int:
        """How much of the curves lies in a rectangle of the area."""
        raise NotImplementedError

    # ---- from outside --------------------------------------------------------------------------

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the way back to the whole run."""
        action = menu.addAction(self.tr("Whole run"))
        action.setObjectName(f"{self.objectName()}.show_whole")
        # Only shown here: keyPressEvent heeds the key.
        action.setShortcut(QKeySequence(Qt.Key.Key_0))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        action.setToolTip(self.tr("The mouse wheel zooms, dragging pans, hovering reads values"))
        action.setEnabled(self.window_x.zoomed)
        action.triggered.connect(self.show_whole)

    @Slot()
    def show_whole(self) -> None:
        """Show the whole run, with axes that fit."""
        self._fit_axes()
        self._tell_window()

    def set_x_range(self, shown: Range | None) -> None:
        """Show from one epoch to another, or the whole run; no signal."""
        whole = self._whole_range()
        if shown is None or whole is None:
            self.window_x.fit()
        else:
            self.window_x.show(*shown, whole, self._newest())
        self._window_moved()

    def set_cursor(self, epoch: float | None) -> None:
        """Read the recorded point nearest to an epoch, or none; no signal."""
        self._cursor = None if epoch is None else self._nearest(epoch)
        self.place_cursor()

    @property
    def cursor_epoch(self) -> float | None:
        """The epoch of the point that is read; None for none."""
        return self._cursor

    def _fit_axes(self) -> None:
        self.window_x.fit()
        self._window_moved()

    def _window_moved(self) -> None:
        self.show_zoomed()
        self.refresh()

    def show_zoomed(self) -> None:
        """Offer the way back where only a part is in sight."""
        zoomed = self.window_x.zoomed
        if self._whole_button.isVisibleTo(self) != zoomed:
            self._whole_button.setVisible(zoomed)
            self.set_crowded("zoom", zoomed)

    def place_cursor(self) -> None:
        """Draw the cursor where its point is now."""
        view = self.area.view_rect()
        reading = None
        if self._cursor is not None and not self.area.note and view.width() > 0:
            reading = self._read(self._cursor)
        whole = self._whole_range()
        if reading is None or whole is None:
            self.cursor_layer.read(None)
            return
        low, high = self.window_x.range or whole
        x = view.left() + (reading.epoch - low) / (high - low) * view.width()
        if not view.left() - 1 <= x <= view.right() + 1:
            self.cursor_layer.read(None)
            return
        self.cursor_layer.read(reading, x, view, self._covered)

    # ---- the mouse -----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the pointer; sideways pan."""
        whole = self._whole_range()
        if whole is None or self.area.note:
            event.ignore()
            return
        delta = event.angleDelta()
        if abs(delta.x()) > abs(delta.y()):
            low, high = self.window_x.range or whole
            self.window_x.pan(-delta.x() / 120 * PAN * (high - low), whole, self._newest())
        else:
            place = self._epoch_at(event.position(), whole)
            self.window_x.zoom(place, NOTCH ** (-delta.y() / 120), whole, self._newest())
        self._after_hand()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the curves where only a part of them is in sight."""
        shown = self.window_x.range
        if event.button() is not Qt.MouseButton.LeftButton or shown is None:
            super().mousePressEvent(event)
            return
        if self._view_on_card().contains(event.position()):
            self._drag = event.position().x(), shown
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan, or read the point under the pointer."""
        whole = self._whole_range()
        if self._drag is None:
            super().mouseMoveEvent(event)
        elif whole is not None:
            start, (low, high) = self._drag
            width = max(self._view_on_card().width(), 1)
            by = (start - event.position().x()) / width * (high - low)
            self.window_x.show(low + by, high + by, whole, self._newest())
            self._after_hand()

    def read_at(self, position: QPointF) -> bool:
        """Read the recorded point nearest to the pointer."""
        whole = self._whole_range()
        if whole is None or not self._view_on_card().contains(position):
            return False
        self._move_cursor(self._nearest(self._epoch_at(position, whole)))
        return True

    def read_nothing(self) -> None:
        """Take the cursor away."""
        self._move_cursor(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if self._drag is not None:
            self._drag = None
            self.unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the whole run, with axes that fit."""
        self.show_whole()
        event.accept()

    # ---- the keys ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows, Home and End read; with Shift they pan; + and - zoom; 0 shows all; Esc ends."""
        whole = self._whole_range()
        if whole is None or not self._press(event, whole):
            super().keyPressEvent(event)

    def _press(self, event: QKeyEvent, whole: Range) -> bool:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            return False
        low, high = self.window_x.range or whole
        match event.key():
            case Key.Key_Left | Key.Key_Right as key:
                way = -1.0 if key == Key.Key_Left else 1.0
                if shift:
                    self.window_x.pan(way * PAN * (high - low), whole, self._newest())
                    self._after_hand()
                else:
                    self._walk(way, low, high, whole)
            case Key.Key_Home | Key.Key_End as key:
                self._go_to(self._nearest(whole[0] if key == Key.Key_Home else whole[1]), whole)
            case Key.Key_Plus | Key.Key_Equal:
                self.window_x.zoom(self._focus_point(low, high), 1 / KEY, whole, self._newest())
                self._after_hand()
            case Key.Key_Minus | Key.Key_Underscore:
                self.window_x.zoom(self._focus_point(low, high), KEY, whole, self._newest())
                self._after_hand()
            case Key.Key_0:
                self.show_whole()
            case Key.Key_Escape if self._cursor is not None:
                self._move_cursor(None)
            case _:
                return False
        return True

    def _walk(self, way: float, low: float, high: float, whole: Range) -> None:
        if self._cursor is None or not low <= self._cursor <= high:
            self._go_to(self._nearest(high if way < 0 else low), whole)
            return
        pixel = (high - low) / max(self.area.view_rect().width(), 1.0)
        self._go_to(self._nearest(self._cursor, way * pixel), whole)

    def _go_to(self, epoch: float | None, whole: Range) -> None:
        self._hovering = False
        shown = self.window_x.range
        if epoch is not None and shown is not None and not shown[0] <= epoch <= shown[1]:
            width = shown[1] - shown[0]
            self.window_x.show(epoch - width / 2, epoch + width / 2, whole, self._newest())
            self._after_hand()
        self._move_cursor(epoch)

    def _focus_point(self, low: float, high: float) -> float:
        if self._cursor is not None and low <= self._cursor <= high:
            return self._cursor
        return (low + high) / 2

    # ---- shared --------------------------------------------------------------------------------

    def _move_cursor(self, epoch: float | None) -> None:
        if epoch == self._cursor:
            return
        self._cursor = epoch
        self.place_cursor()
        reading = self.cursor_layer.reading
        if reading is not None:
            self.setAccessibleDescription(reading.words)
        self.cursor_changed.emit(epoch)

    def _after_hand(self) -> None:
        self._window_moved()
        self._tell_window()

    def _tell_window(self) -> None:
        self.window_changed.emit(self.window_x.range)

    def _epoch_at(self, place: QPointF, whole: Range) -> float:
        view = self._view_on_card()
        low, high = self.window_x.range or whole
        share = (place.x() - view.left()) / max(view.width(), 1.0)
        return low + min(max(share, 0.0), 1.0) * (high - low)

    @Slot()
    def _size_button(self) -> None:
        side = theme().px(14)
        self._whole_button.setIconSize(QSize(side, side))
        self._whole_button.setStyleSheet("QToolButton { padding: 0; }")
