"""Reset, Back, Next and Play below the plot, and the pace of it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.lab.state import LESSON_STEPS, LabState
from netbuilder.ui.motion import motion
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import ComboField
from netbuilder.ui.widgets.flow import FlowLayout

PACES = (1, 2, 5, 10, 30)
USUAL_PACE = 5  # steps a second


class LabTransport(QWidget):
    """Goes step by step, or by itself until every way has ended."""

    playing_changed = Signal(bool)

    def __init__(self, state: LabState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab.transport")
        self._state = state
        self._until = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self.reset = self._button("reset", self.tr("Reset"), self.tr("Back to the start (Home)"))
        self.back = self._button("back", self.tr("Back"), self.tr("One step back (Left)"))
        self.next = self._button("next", self.tr("Next"), self.tr("One step on (Right)"))
        self.next.setProperty("class", "primary")
        self.play = self._button("play", self.tr("Play"), self.tr("Go on by itself (Space)"))
        self.reset.clicked.connect(self.to_start)
        self.back.clicked.connect(self.step_back)
        self.next.clicked.connect(self.step_on)
        self.play.clicked.connect(self.toggle)
        self.pace = ComboField()
        self.pace.setObjectName("lab.pace")
        self.pace.setAccessibleName(self.tr("Pace"))
        self.pace.setToolTip(self.tr("Steps a second while it plays"))
        self.pace.set_items([(self.tr("{pace} steps/s").format(pace=p), p) for p in PACES])
        self.pace.select(USUAL_PACE)
        self.pace.chosen.connect(self._set_pace)
        self._row = FlowLayout(self)
        for widget in (self.reset, self.back, self.next, self.play, self.pace):
            self._row.addWidget(widget)
        state.changed.connect(self.refresh)
        state.function_changed.connect(self.stop)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.refresh()

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._timer.isActive()

    @Slot()
    def to_start(self) -> None:
        """Take all steps back."""
        self.stop()
        self._state.go_to(0)

    @Slot()
    def step_back(self) -> None:
        """Take one step back."""
        self.stop()
        self._state.go_to(self._state.k - 1)

    @Slot()
    def step_on(self) -> None:
        """Make one step."""
        self.stop()
        self._state.go_to(self._state.k + 1)

    @Slot()
    def toggle(self) -> None:
        """Play, or stop playing. From the end it begins anew."""
        if self.playing:
            self.stop()
            return
        if not self._state.can_go_on:
            self._state.go_to(0)
        self._start(0)

    def show_lesson(self) -> None:
        """Play what a lesson needs; all at once where nothing shall move."""
        self.stop()
        if motion().reduced:
            self._state.go_to(LESSON_STEPS)
        else:
            self._start(LESSON_STEPS)

    @Slot()
    def stop(self) -> None:
        """Go on no more."""
        if self._timer.isActive():
            self._timer.stop()
            self._show_playing()

    def _start(self, until: int) -> None:
        self._until = until  # 0 for no end
        self._timer.start(round(1000 / int(self.pace.currentData())))
        self._show_playing()

    @Slot()
    def _tick(self) -> None:
        k = self._state.k
        self._state.go_to(k + 1)
        if self._state.k == k or k + 1 == self._until or not self._state.can_go_on:
            self.stop()

    @Slot(object)
    def _set_pace(self, pace: object) -> None:
        self._timer.setInterval(round(1000 / int(str(pace))))

    def _show_playing(self) -> None:
        playing = self.playing
        words = self.tr("Pause") if playing else self.tr("Play")
        self.play.setText(words)
        self.play.setAccessibleName(words)
        live_icon(self.play, "pause" if playing else "play")
        self.playing_changed.emit(playing)

    @Slot()
    def refresh(self) -> None:
        """Follow the state."""
        k, more = self._state.k, self._state.can_go_on
        self.reset.setEnabled(k > 0)
        self.back.setEnabled(k > 0)
        self.next.setEnabled(more)
        self.play.setEnabled(more or k > 0)

    def _button(self, icon: str, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"lab.{icon}")
        button.setAccessibleName(words)
        button.setToolTip(tip)
        known = {"reset": "reset", "back": "chevron-left", "next": "chevron-right", "play": "play"}
        live_icon(button, known[icon], "accent_text" if icon == "next" else "text")
        return button

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setSpacing(px(8))
        self.pace.setFixedWidth(px(112))
