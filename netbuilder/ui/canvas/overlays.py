"""What floats above the canvas: zoom buttons, a hint, the first words, the focus frame."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from netbuilder.ui.canvas.empty_start import EmptyStart
from netbuilder.ui.canvas.zoom_view import ZoomView
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme


class ZoomBar(QWidget):
    """Out, the zoom itself, in, fit. The buttons are public; the view connects them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.zoom")
        self.out_button = self._button("zoom_out", "−", self.tr("Zoom out"))
        self.reset_button = self._button("zoom_reset", "100 %", self.tr("Zoom to 100 %"))
        self.in_button = self._button("zoom_in", "+", self.tr("Zoom in"))
        self.fit_button = self._button("fit", self.tr("Fit"), self.tr("Show the whole network"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (self.out_button, self.reset_button, self.in_button, self.fit_button):
            self._row.addWidget(button)
        theme().changed.connect(self.lay_out)
        self.lay_out()

    def show_zoom(self, zoom: float) -> None:
        """Write the zoom on the middle button."""
        self.reset_button.setText(self.tr("{percent} %").format(percent=round(zoom * 100)))

    @Slot()
    def lay_out(self) -> None:
        """Take on the theme's lengths."""
        self._row.setSpacing(theme().px(6))
        # The number must not push the buttons about while it changes.
        self.reset_button.setMinimumWidth(theme().px(68))
        self.adjustSize()

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"canvas.{name}")
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("class", "outlined")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button


class Hint(QLabel):
    """One muted line that names what can be done here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.hint")
        self.setProperty("role", "muted")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setText(self.tr("Drag a block here, drop it on a wire, or press / to add one"))


class EmptyMessage(QWidget):
    """What to do first, while there is no block."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.empty")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.fits = True
        """Whether there is room for the title at least."""
        self._picture = QLabel()
        self._picture.setAccessibleName(self.tr("A small network"))
        self._title = QLabel(self.tr("Build your first network"))
        self._title.setProperty("role", "title")
        self._words = QLabel(
            self.tr(
                "Drag Data from the left onto the canvas, then Dense, an activation and a loss.\n"
                "A double-click on a block appends it and wires it for you; / finds it by name."
            )
        )
        self._words.setProperty("role", "muted")
        self._column = QVBoxLayout(self)
        for label in (self._picture, self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(label)
        self._words.setWordWrap(True)
        theme().changed.connect(self.lay_out)
        self.lay_out()

    def set_room(self, width: int, height: int) -> None:
        """Keep to a width, where the words wrap, and say less in a low place."""
        px = theme().px
        wide = min(width - 2 * px(24), px(560))
        self._words.setFixedWidth(max(wide, px(120)))
        self._words.setFixedHeight(self._words.heightForWidth(self._words.width()))
        for whole in (True, False):
            self._picture.setVisible(whole)
            self._words.setVisible(whole)
            self._column.invalidate()
            self.resize(self._column.sizeHint())
            if self.height() <= height:
                break
        self.fits = self.height() <= height

    @Slot()
    def lay_out(self) -> None:
        """Take on the theme's colours and lengths."""
        px = theme().px
        self._picture.setPixmap(pixmap("layer-dense", px(48), theme().current.accent))
        self._column.setContentsMargins(px(24), px(24), px(24), px(16))
        self._column.setSpacing(px(8))
        self.adjustSize()


class FocusFrame(QWidget):
    """Shows that keys go to the canvas when no block is selected that could show it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frame."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme().current.accent), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class Overlays:
    """All of them, kept in their places above one view."""

    def __init__(self, view: ZoomView) -> None:
        self._view = view
        self._is_empty = True
        self._hint = Hint(view)
        self._empty = EmptyMessage(view)
        self.start = EmptyStart(view)
        self._frame = FocusFrame(view)
        self._bar = ZoomBar(view)
        self._bar.out_button.clicked.connect(view.zoom_out)
        self._bar.reset_button.clicked.connect(view.zoom_reset)
        self._bar.in_button.clicked.connect(view.zoom_in)
        view.zoom_changed.connect(self._bar.show_zoom)

    @property
    def bar(self) -> ZoomBar:
        """The zoom buttons."""
        return self._bar

    def show_empty(self, empty: bool) -> None:
        """Show or hide the first words."""
        self._is_empty = empty
        self._empty.setVisible(empty)
        self.start.setVisible(empty)
        self.arrange()

    def show_frame(self, shown: bool) -> None:
        """Show or hide the focus frame."""
        self._frame.setVisible(shown)

    def arrange(self) -> None:
        """Put each in its corner."""
        px = theme().px
        area = self._view.rect()
        self._frame.setGeometry(area)
        self._bar.adjustSize()
        self._bar.move(
            area.right() - self._bar.width() - px(12), area.bottom() - self._bar.height() - px(12)
        )
        self.start.fit(area.width() - 2 * px(24))
        below = self.start.height()
        self._empty.set_room(area.width(), self._bar.y() - px(8) - below)
        self._empty.setVisible(self._is_empty and self._empty.fits)
        if not self._empty.fits:
            self.start.move(
                area.center().x() - self.start.width() // 2, max((self._bar.y() - below) // 2, 0)
            )
            self._place_hint()
            return
        top = max(area.center().y() - (self._empty.height() + below) // 2, 0)
        self._empty.move(area.center().x() - self._empty.width() // 2, top)
        top = min(top + self._empty.height(), self._bar.y() - below - px(8))
        self.start.move(area.center().x() - self.start.width() // 2, top)
        self._place_hint()

    def _place_hint(self) -> None:
        px = theme().px
        self._hint.adjustSize()
        # On a narrow canvas the buttons count for more than the hint, and half of it tells nothing.
        fits = self._hint.width() <= self._bar.x() - px(32)
        self._hint.setVisible(fits and not self._is_empty)
        self._hint.move(px(16), self._bar.y() + (self._bar.height() - self._hint.height()) // 2)
