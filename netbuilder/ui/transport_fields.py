"""The settings in the transport bar that may change while it trains."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from netbuilder import declare
from netbuilder.declare import Parameter
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Training
from netbuilder.errors import NetbuilderError
from netbuilder.project.commands import SetTraining
from netbuilder.project.document import Change, Document
from netbuilder.ui.forms.carry import converted
from netbuilder.ui.forms.fields import read_number
from netbuilder.ui.forms.pick_field import PickField
from netbuilder.ui.forms.words import error_text, refusal, title_of, words_of
from netbuilder.ui.pace import PACES, pace_short
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import ComboField

LEARNING_RATES = (
    *("0.00001", "0.0001", "0.001", "0.003", "0.01", "0.03"),
    *("0.1", "0.3", "1", "3", "10"),
)
BATCH_SIZES = (1, 2, 5, 10, 16, 32, 64, 128)
EPOCH_LIMITS = (100, 1000, 10_000)
LEAST = 68  # pixels at 100 % text zoom that a field needs


class TransportFields(QWidget):
    """Learning rate, optimizer, batch, limit and speed; each change is an undo step."""

    message = Signal(str)
    """Why a setting was refused."""

    pace_chosen = Signal(object)
    """Epochs a second to train at, or None for full speed."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport.fields")
        self._document = document
        self._rate = PickField(
            _parser(_of(Optimizer, "learning_rate")), [(t, float(t)) for t in LEARNING_RATES]
        )
        self._optimizer = ComboField()
        self._batch = PickField(
            _parser(_of(Training, "batch_size")),
            [(self.tr("all"), None), *((str(n), n) for n in BATCH_SIZES)],
        )
        self._stop = PickField(
            _parser(_of(Training, "max_epochs")),
            [(self.tr("never"), None), *((str(n), n) for n in EPOCH_LIMITS)],
        )
        self._pace = ComboField()
        self._pace.set_items([(pace_short(pace), pace) for pace in PACES])
        self._pace.setToolTip(self.tr("How fast it goes while you watch; 60 shows it learn."))
        self._boxes: list[QWidget] = []  # the fields with their captions, the dearest first
        self._row = QHBoxLayout(self)
        self._each = (self._rate, self._optimizer, self._batch, self._stop, self._pace)
        for key, words, field in zip(
            ("learning_rate", "optimizer", "batch", "stop", "speed"),
            (
                self.tr("learning rate"),
                self.tr("optimizer"),
                self.tr("batch"),
                self.tr("stop after"),
                self.tr("epochs/s"),
            ),
            self._each,
            strict=True,
        ):
            box = QWidget()
            box.setLayout(captioned(key, words, field))
            self._boxes.append(box)
            self._row.addWidget(box)
        self._explain()
        self._rate.picked.connect(self._set_rate)
        self._optimizer.chosen.connect(self._set_optimizer)
        self._batch.picked.connect(self._set_batch)
        self._stop.picked.connect(self._set_stop)
        self._pace.chosen.connect(self.pace_chosen)
        document.watch(self._follow_document)
        theme().changed.connect(self._lay_out)
        self._show(document.project.training)
        self._lay_out()

    def count_in(self, room: int) -> int:
        """How many fields so much room has place for, in pixels."""
        sides = self._row.contentsMargins()
        each = theme().px(LEAST) + self._row.spacing()
        count = (room - sides.left() - sides.right()) // each
        return min(max(count, 0), len(self._boxes))

    def fit(self, room: int) -> int:
        """Show as many fields as there is room for, the dearest first; returns how much room all
        of them would leave, in pixels."""
        sides = self._row.contentsMargins()
        rest = room - sides.left() - sides.right()
        count = self.count_in(room)
        for place, box in enumerate(self._boxes):
            box.setVisible(place < count)
        self._row.invalidate()
        self.updateGeometry()
        best = sum(box.sizeHint().width() + self._row.spacing() for box in self._boxes)
        return rest - best

    def set_pace(self, pace: float | None) -> None:
        """Show the pace in force."""
        self._pace.select(pace)

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
        self._show(self._document.project.training)

    # ---- following ------------------------------------------------------------------------------

    def _follow_document(self, change: Change) -> None:
        if change.after.training != change.before.training:
            self._show(change.after.training)

    def _show(self, training: Training) -> None:
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

    def _explain(self) -> None:
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

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setSpacing(px(8))
        self._row.setContentsMargins(px(20), 0, px(12), 0)
        for field in self._each:
            # Below their best width only where enlarged text leaves no other way.
            field.setMinimumWidth(px(LEAST))
            field.setMaximumWidth(px(104))
        self.updateGeometry()


def captioned(key: str, words: str, field: QWidget) -> QVBoxLayout:
    """A field below its caption, with the names that follow from them."""
    caption = QLabel(words)
    caption.setProperty("role", "caption")
    caption.setBuddy(field)
    caption.setContentsMargins(1, 0, 0, 1)
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


def _parser(parameter: Parameter) -> Callable[[str], object]:
    def parse(text: str) -> object:
        value = read_number(text, parameter.kind)
        why = refusal(parameter, value)
        if why is not None:
            raise ValueError(why)
        return value

    return parse


def _of(cls: type[declare.Settings], name: str) -> Parameter:
    return next(p for p in declare.parameters(cls) if p.name == name)
