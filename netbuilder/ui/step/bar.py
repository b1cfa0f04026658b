"""The bar of the step workspace: back and forth, playing, which samples, and how closely."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from netbuilder.ui.icons import live_icon
from netbuilder.ui.step.model import MOST_DIGITS, Detail, Rows, StepModel
from netbuilder.ui.theme import SPACE, theme
from netbuilder.ui.widgets import ComboField, NumberField
from netbuilder.ui.widgets.flow import FlowLayout

PACES = (0.5, 1.0, 2.0, 4.0)  # stages a second


class StepBar(QWidget):
    """Drives a `StepModel`. The `tools` stand at its end."""

    played = Signal(bool)
    """It goes on by itself now (True), or was stopped (False)."""

    graph_wanted = Signal(bool)
    """Show the computational graph (True) or the network with its neurons (False)."""

    def __init__(
        self, model: StepModel, tools: tuple[QWidget, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("step.bar")
        self._model = model
        self.named_actions: dict[str, QAction] = {}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._play_on)
        self._back = self._button("back", self.tr("Back"), model.back, "Alt+Left", "B")
        self._next = self._button("next", self.tr("Next"), model.next, "Alt+Right", "N", main=True)
        self._play = self._button("play", self.tr("Play"), self.toggle_play, "P")
        self._pace = ComboField()
        self._pace.setObjectName("step.pace")
        self._pace.setAccessibleName(self.tr("Stages a second while playing"))
        self._pace.setToolTip(self._pace.accessibleName())
        self._pace.setMinimumContentsLength(4)
        for pace in PACES:
            self._pace.addItem(self.tr("{n}/s").format(n=f"{pace:g}"), pace)
        self._pace.setCurrentIndex(1)
        self._pace.chosen.connect(self._set_pace)
        self._samples = ComboField()
        self._samples.setObjectName("step.samples")
        self._samples.setAccessibleName(self.tr("Samples of the step"))
        self._samples.setMinimumContentsLength(10)
        self._samples.chosen.connect(self._choose_rows)
        self._sample = NumberField(int, minimum=1, maximum=1, step=1)
        self._sample.setObjectName("step.sample")
        self._sample.setAccessibleName(self.tr("Number of the sample"))
        self._sample.committed.connect(self._choose_sample)
        self._detail = ComboField()
        self._detail.setObjectName("step.detail")
        self._detail.setAccessibleName(self.tr("How closely to look"))
        self._detail.setMinimumContentsLength(6)
        for detail, words in (
            ("layer", self.tr("layer")),
            ("matrix", self.tr("matrix")),
            ("neuron", self.tr("neuron")),
        ):
            self._detail.addItem(words, detail)
        self._detail.setCurrentIndex(self._detail.findData(model.detail))
        self._detail.chosen.connect(self._choose_detail)
        self._digits = NumberField(int, minimum=3, maximum=MOST_DIGITS, step=1)
        self._digits.setObjectName("step.digits")
        self._digits.setAccessibleName(self.tr("Significant digits"))
        self._digits.set_value(model.digits)
        self._digits.committed.connect(model.set_digits)
        self.picture = QPushButton(self.tr("Graph"))
        self.picture.setObjectName("step.picture")
        self.picture.setCheckable(True)
        self.picture.setAutoDefault(False)
        self.picture.setToolTip(self.tr("The computational graph instead of the neurons"))
        self.picture.toggled.connect(self.graph_wanted)
        self._words: list[QLabel] = []
        self._parts: dict[QWidget, tuple[QWidget, ...]] = {}
        self._groups = (
            self._group(self._back, self._next, self._play, self._pace),
            self._group(
                self._word(self.tr("samples"), self._samples),
                self._samples,
                self._sample,
                self._word(self.tr("detail"), self._detail),
                self._detail,
                self._word(self.tr("digits"), self._digits),
                self._digits,
            ),
            self._group(self.picture, *tools),
        )
        self._flow = FlowLayout(self)
        for group in self._groups:
            self._flow.addWidget(group)
        model.walk_changed.connect(self._follow)
        model.stage_changed.connect(self._follow)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self._follow()

    def _group(self, *parts: QWidget) -> QWidget:
        """What stays together where the bar is narrow."""
        group = QWidget()
        self._parts[group] = parts
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for part in parts:
            row.addWidget(part)
        return group

    def _word(self, words: str, field: QWidget) -> QLabel:
        label = QLabel(words)
        label.setProperty("role", "muted")
        label.setBuddy(field)
        field.setToolTip(field.accessibleName())
        self._words.append(label)
        return label

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is no room for one row, what can be done without is left out."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # Reckoned and not tried out: to show a part in order to measure it may widen the window,
        # and that would come back here.
        gap = self._flow.spacing()
        needed = (len(self._groups) - 1) * gap
        for group in self._groups:
            parts = [p for p in self._parts[group] if p is not self._sample or not p.isHidden()]
            widths = (min(p.sizeHint().width(), p.maximumWidth()) for p in parts)
            needed += sum(width + SPACE for width in widths) - SPACE
        wide = needed > self.width()
        for part in (self._pace, *self._words):
            if part.isHidden() != wide:
                part.setVisible(not wide)

    def _button(
        self, name: str, words: str, slot: object, *keys: str, main: bool = False
    ) -> QPushButton:
        action = QAction(words, self)
        action.setObjectName(f"action.step.{name}")
        action.setShortcuts([QKeySequence(k) for k in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(slot)
        self.named_actions[name] = action
        button = QPushButton(words)
        button.setObjectName(f"step.{name}")
        button.setAutoDefault(False)
        if main:
            button.setProperty("class", "primary")
        native = QKeySequence.SequenceFormat.NativeText
        shown = ", ".join(key.toString(native) for key in action.shortcuts())
        button.setToolTip(f"{words} ({shown})")
        button.clicked.connect(action.trigger)
        return button

    # ---- playing --------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether it goes from stage to stage by itself."""
        return self._timer.isActive()

    @Slot()
    def toggle_play(self) -> None:
        """Go on by itself, or stop."""
        if self.playing:
            self._timer.stop()
        elif self._model.walk is not None:
            self._set_pace(self._pace.currentData())
            self._timer.start()
            self._model.next()
        self.played.emit(self.playing)
        self._follow()

    @Slot()
    def _play_on(self) -> None:
        if self._model.walk is None or not self.isVisible():
            self._timer.stop()
            self._follow()
            return
        self._model.next()

    def _set_pace(self, pace: float) -> None:
        self._timer.setInterval(round(1000 / pace))

    # ---- choosing -------------------------------------------------------------------------------

    def _choose_rows(self, rows: Rows) -> None:
        self._model.set_rows(rows)

    def _choose_sample(self, number: int) -> None:
        self._model.set_rows("one", number - 1)

    def _choose_detail(self, detail: Detail) -> None:
        self._model.set_detail(detail)

    # ---- following ------------------------------------------------------------------------------

    @Slot()
    def _follow(self, _stage: int = 0) -> None:
        model, walk = self._model, self._model.walk
        there = walk is not None
        self._next.setEnabled(there)
        self._play.setEnabled(there)
        self._back.setEnabled(there and (model.stage > 0 or model.step > 0))
        for name, button in (("next", self._next), ("play", self._play), ("back", self._back)):
            self.named_actions[name].setEnabled(button.isEnabled())
        last = walk is not None and model.stage == len(walk.stages) - 1
        words = self.tr("Next step") if last else self.tr("Next")
        if self._next.text() != words:
            self._next.setText(words)
        playing = self.tr("Stop") if self.playing else self.tr("Play")
        if self._play.text() != playing:
            self._play.setText(playing)
        self._follow_samples()

    def _follow_samples(self) -> None:
        model = self._model
        count = len(model.walk.samples) if model.walk is not None else 0
        batch = self.tr("next batch ({n})").format(n=count) if model.rows == "batch" else ""
        wanted = [
            (batch or self.tr("next batch"), "batch"),
            (self.tr("all {n}").format(n=model.samples), "all"),
            (self.tr("one"), "one"),
        ]
        now = [
            (self._samples.itemText(i), self._samples.itemData(i))
            for i in range(self._samples.count())
        ]
        if now != wanted:
            with QSignalBlocker(self._samples):
                self._samples.clear()
                for words, rows in wanted:
                    self._samples.addItem(words, rows)
        with QSignalBlocker(self._samples):
            self._samples.setCurrentIndex(self._samples.findData(model.rows))
        if self._sample.isHidden() == (model.rows == "one"):
            self._sample.setVisible(model.rows == "one")
            self._fit()
        self._sample.set_range(1, max(model.samples, 1))
        self._sample.set_value(model.sample + 1)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        for field in (self._sample, self._digits):
            field.setFixedWidth(px(64))
        self._flow.setSpacing(2 * SPACE)
        live_icon(self._back, "chevron-left")
        live_icon(self._next, "chevron-right", token="accent_text")
        live_icon(self._play, "play")
        self._fit()
