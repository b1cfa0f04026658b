"""The bar at the top: Reset, Train, Step, the epoch counter, and what may change while it runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder import declare
from netbuilder.declare import Parameter
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Training
from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import SetTraining
from netbuilder.project.document import Change, Document
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.forms.carry import converted
from netbuilder.ui.forms.fields import read_number
from netbuilder.ui.forms.pick_field import PickField
from netbuilder.ui.forms.words import error_text, refusal, title_of, words_of
from netbuilder.ui.icons import live_icon
from netbuilder.ui.pace import PACES, pace_short
from netbuilder.ui.space_key import SpaceKey
from netbuilder.ui.theme import theme
from netbuilder.ui.transport_status import TransportStatus
from netbuilder.ui.widgets import ComboField, RoundButton

LEARNING_RATES = (
    *("0.00001", "0.0001", "0.001", "0.003", "0.01", "0.03"),
    *("0.1", "0.3", "1", "3", "10"),
)
BATCH_SIZES = (1, 2, 5, 10, 16, 32, 64, 128)
EPOCH_LIMITS = (100, 1000, 10_000)


class TransportBar(QWidget):
    """Drives the controller through its three actions and the training settings by commands."""

    problems_requested = Signal()
    """The user wants to see what keeps the network from training."""

    message = Signal(str)
    """Why a setting was refused."""

    pace_chosen = Signal(object)
    """Epochs a second to train at, or None for full speed."""

    def __init__(
        self,
        document: Document,
        controller: Any,
        parent: QWidget | None = None,
        actions: Mapping[str, QAction] | None = None,
    ) -> None:
        """`actions` may bring the QActions "train", "step" and "reset"; missing ones are made."""
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("panel", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shown_running: bool | None = None
        self._document = document
        self._controller = controller
        self.named_actions: dict[str, QAction] = self._make_actions(actions or {})
        self._reset = self._button("reset", "reset")
        self._train = self._button("train", "play", primary=True)
        self._step = self._button("step", "step")
        self._space = SpaceKey(self.named_actions["train"], self)
        self.counter = EpochCounter()
        self.counter.setObjectName("transport.epoch")
        self._rate = PickField(self._parser(_of(Optimizer, "learning_rate")), _rate_items())
        self._optimizer = ComboField()
        self._batch = PickField(
            self._parser(_of(Training, "batch_size")),
            [(self.tr("all"), None), *((str(n), n) for n in BATCH_SIZES)],
        )
        self._stop = PickField(
            self._parser(_of(Training, "max_epochs")),
            [(self.tr("never"), None), *((str(n), n) for n in EPOCH_LIMITS)],
        )
        self._pace = ComboField()
        self._pace.set_items([(pace_short(pace), pace) for pace in PACES])
        self._pace.setToolTip(self.tr("How fast it goes while you watch; 60 shows it learn."))
        self.status = TransportStatus(document, controller)
        self._captions: list[QLabel] = []
        self._boxes: list[QWidget] = []  # the fields with their captions, the dearest first
        self._row = QHBoxLayout(self)
        for button in (self._reset, self._train, self._step):
            self._row.addWidget(button)
        self._row.addLayout(self._captioned("epoch", self.tr("epoch"), self.counter))
        self._fields = QHBoxLayout()
        for key, words, field in (
            ("learning_rate", self.tr("learning rate"), self._rate),
            ("optimizer", self.tr("optimizer"), self._optimizer),
            ("batch", self.tr("batch"), self._batch),
            ("stop", self.tr("stop after"), self._stop),
            ("speed", self.tr("epochs/s"), self._pace),
        ):
            box = QWidget()
            box.setLayout(self._captioned(key, words, field))
            self._boxes.append(box)
            self._fields.addWidget(box)
        self._row.addLayout(self._fields)
        self._row.addStretch(1)
        self._row.addWidget(self.status)
        self._explain_fields()

        self._rate.picked.connect(self._set_rate)
        self._optimizer.chosen.connect(self._set_optimizer)
        self._batch.picked.connect(self._set_batch)
        self._stop.picked.connect(self._set_stop)
        self._pace.chosen.connect(self.pace_chosen)
        self.status.problems_requested.connect(self.problems_requested)
        self.status.reset_requested.connect(self.named_actions["reset"].trigger)
        controller.state_changed.connect(self._follow_state)
        controller.analysis_changed.connect(self._follow_analysis)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self._follow_run)
        document.watch(self._follow_document)
        theme().changed.connect(self._lay_out)
        self._show_training(document.project.training)
        self._follow_snapshot(controller.snapshot)
        self._refresh_actions()
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A long message gets the room that the fields leave, and no more."""
        super().resizeEvent(event)
        self._fit_fields()
        self._fit_status()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Buttons, counter and status: the fields stand in the inspector and the menu as well."""
        return QSize(self._bare_width(), super().minimumSizeHint().height())

    def _bare_width(self) -> int:
        margins = self._row.contentsMargins()
        head = (self._reset, self._train, self._step, self.counter)
        fixed = sum(part.sizeHint().width() + self._row.spacing() for part in head)
        return margins.left() + margins.right() + fixed + theme().px(130)

    def _fit_fields(self) -> None:
        """Show as many fields as there is room for, the dearest first."""
        sides = self._fields.contentsMargins()
        room = self.width() - self._bare_width() - sides.left() - sides.right()
        each = theme().px(68) + self._fields.spacing()
        for place, box in enumerate(self._boxes):
            box.setVisible((place + 1) * each <= room)
        # Qt marks the outer row alone, but the status needs to know the room now.
        self._fields.invalidate()
        self._row.invalidate()

    # ---- the user's changes ---------------------------------------------------------------------

    @Slot(object)
    def _set_rate(self, rate: object) -> None:
        optimizer = self._document.project.training.optimizer
        self._push("optimizer", msgspec.structs.replace(optimizer, learning_rate=float(str(rate))))

    @Slot(object)
    def _set_optimizer(self, name: object) -> None:
        old = self._document.project.training.optimizer
        cls = declare.registry(Optimizer)[str(name)]
        if cls is not type(old):
            self._push("optimizer", converted(old, cls))

    @Slot(object)
    def _set_batch(self, size: object) -> None:
        self._push("batch_size", size)

    @Slot(object)
    def _set_stop(self, epochs: object) -> None:
        self._push("max_epochs", epochs)

    def _push(self, name: str, value: object) -> None:
        self._document.seal()
        try:
            self._document.push(SetTraining(name, value))
        except NetbuilderError as error:
            self.message.emit(error_text(error))
        self._document.seal()
        self._show_training(self._document.project.training)

    def set_pace(self, pace: float | None) -> None:
        """Show the pace in force."""
        self._pace.select(pace)

    # ---- following ------------------------------------------------------------------------------

    def _follow_document(self, change: Change) -> None:
        if change.after.training != change.before.training:
            self._show_training(change.after.training)
        self._refresh_actions()

    def _show_training(self, training: Training) -> None:
        optimizer = training.optimizer
        known = [(title_of(c), name) for name, c in declare.registry(Optimizer).items()]
        if self._optimizer.count() != len(known):
            self._optimizer.set_items(known)
        self._optimizer.select(declare.type_name(type(optimizer)))
        self._optimizer.setToolTip(words_of(optimizer.summary))
        for field, value in (
            (self._rate, optimizer.learning_rate),
            (self._batch, training.batch_size),
            (self._stop, training.max_epochs),
        ):
            if field.value() != value or not field.currentText():
                field.set_value(value)

    @Slot(str)
    def _follow_state(self, state: str) -> None:
        self._refresh_actions()

    @Slot(object)
    def _follow_analysis(self, _analysis: object) -> None:
        self._refresh_actions()

    @Slot()
    def _follow_run(self) -> None:
        self._follow_snapshot(self._controller.snapshot)
        self._refresh_actions()

    @Slot(object)
    def _follow_snapshot(self, snapshot: Snapshot | None) -> None:
        self.counter.set_epoch(0.0 if snapshot is None else snapshot.epoch)
        if not self.named_actions["reset"].isEnabled():
            self._refresh_actions()

    def _refresh_actions(self) -> None:
        controller = self._controller
        running = controller.state == "running"
        able = controller.analysis.ok
        train, step, reset = (self.named_actions[k] for k in ("train", "step", "reset"))
        train.setEnabled(running or able)
        step.setEnabled(able and not running)
        reset.setEnabled(
            controller.state != "idle"
            or (controller.snapshot is not None and controller.snapshot.step > 0)
            or bool(self._document.project.weights)
        )
        words = self.tr("Pause") if running else self.tr("Train")
        if running != self._shown_running:
            self._shown_running = running
            train.setText(words)
            live_icon(train, "pause" if running else "play")
            self._train.set_icon_name("pause" if running else "play")
            why = self.tr("Pause the training") if running else self.tr("Train the network")
            train.setToolTip(_with_keys(why, train))

    # ---- building -------------------------------------------------------------------------------

    def _make_actions(self, given: Mapping[str, QAction]) -> dict[str, QAction]:
        found = {}
        for key, words, explained, keys, icon_name in (
            ("train", self.tr("Train"), "", "Space", "play"),
            ("step", self.tr("Step"), self.tr("One step: update the weights once"), "F10", "step"),
            (
                "reset",
                self.tr("Reset"),
                self.tr("Back to the start: draw the first weights again"),
                "Ctrl+R",
                "reset",
            ),
        ):
            action = given.get(key) or QAction(words, self)
            action.setObjectName(f"action.{key}")
            if action.shortcut().isEmpty():
                action.setShortcut(QKeySequence(keys))
            live_icon(action, icon_name)
            action.setToolTip(_with_keys(explained, action) if explained else "")
            self.addAction(action)
            found[key] = action
        found["train"].triggered.connect(self._toggle)
        found["step"].triggered.connect(self._do_step)
        found["reset"].triggered.connect(self._do_reset)
        return found

    @Slot()
    def _toggle(self) -> None:
        self._controller.toggle()

    @Slot()
    def _do_step(self) -> None:
        self._controller.step(1)

    @Slot()
    def _do_reset(self) -> None:
        self._controller.reset()

    def _button(self, key: str, icon_name: str, *, primary: bool = False) -> RoundButton:
        button = RoundButton(icon_name, primary=primary)
        button.setObjectName(f"transport.{key}")
        button.set_action(self.named_actions[key])
        return button

    def _captioned(self, key: str, words: str, field: QWidget) -> QVBoxLayout:
        caption = QLabel(words)
        caption.setProperty("role", "caption")
        caption.setBuddy(field)
        self._captions.append(caption)
        field.setObjectName(f"transport.{key}")
        field.setAccessibleName(words)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(caption)
        column.addWidget(field)
        column.addStretch(1)
        return column

    def _explain_fields(self) -> None:
        for field, cls, name in (
            (self._rate, Optimizer, "learning_rate"),
            (self._optimizer, Training, "optimizer"),
            (self._batch, Training, "batch_size"),
            (self._stop, Training, "max_epochs"),
        ):
            words = words_of(_of(cls, name).help)
            field.setToolTip(words)
            field.setAccessibleDescription(words)
            if isinstance(field, PickField):
                field.refused.connect(self.message)

    @staticmethod
    def _parser(parameter: Parameter) -> Callable[[str], object]:
        def parse(text: str) -> object:
            value = read_number(text, parameter.kind)
            why = refusal(parameter, value)
            if why is not None:
                raise ValueError(why)
            return value

        return parse

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setContentsMargins(px(12), px(7), px(14), px(7))
        self._row.setSpacing(px(6))
        self._fields.setSpacing(px(8))
        self._fields.setContentsMargins(px(20), 0, px(12), 0)
        for caption in self._captions:
            caption.setContentsMargins(px(1), 0, 0, px(1))
        for field in (self._rate, self._optimizer, self._batch, self._stop, self._pace):
            # Below their best width only where enlarged text leaves no other way.
            field.setMinimumWidth(px(68))
            field.setMaximumWidth(px(104))
        self.updateGeometry()
        self._fit_fields()
        self._fit_status()

    def _fit_status(self) -> None:
        shown = min(self.status.sizeHint().width(), self.status.maximumWidth())
        rest = self._row.sizeHint().width() - shown
        self.status.setMaximumWidth(max(self.width() - rest, theme().px(160)))


class EpochCounter(QWidget):
    """Passes over the training set, six digits that do not jitter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text = "000,000"
        theme().changed.connect(self._refresh)

    def text(self) -> str:
        """The digits shown."""
        return self._text

    def set_epoch(self, epoch: float) -> None:
        """Show the number of full passes. Cheap enough for every frame."""
        text = f"{math.floor(epoch):07,}"
        if text == self._text:
            return
        longer = len(text) != len(self._text)
        self._text = text
        if longer:
            self.updateGeometry()
        self.update()
        self.setAccessibleDescription(text)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the digits as they are."""
        metrics = QFontMetrics(theme().font("counter"))
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.ascent() + theme().px(6))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the digits."""
        painter = QPainter(self)
        painter.setFont(theme().font("counter"))
        painter.setPen(QColor(theme().current.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._text)

    @Slot()
    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()


def _of(cls: type[declare.Settings], name: str) -> Parameter:
    return next(p for p in declare.parameters(cls) if p.name == name)


def _rate_items() -> list[tuple[str, object]]:
    return [(text, float(text)) for text in LEARNING_RATES]


def _with_keys(words: str, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{words} ({keys})" if keys else words
