"""The column that tells of one number: what it is, how it comes about, where it goes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.engine import story
from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.write import is_unknown
from netbuilder.engine.nudge import Weight
from netbuilder.engine.story import Subject
from netbuilder.engine.walk import Walk
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.neuron_story import NeuronStory
from netbuilder.ui.step.nudge_panel import NudgePanel
from netbuilder.ui.step.number_words import entry_name, subtitle, title
from netbuilder.ui.step.paths_view import PathsView
from netbuilder.ui.step.typesetting import Typesetting
from netbuilder.ui.step.weight_story import WeightStory
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.elided_label import ElidedLabel


class NumberPanel(QWidget):
    """Follows the number that is selected in the model; says in its head which one is pointed at.

    The head and the formulas answer at once; paths and nudge follow when these are painted.
    """

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._outdated = True
        self.setObjectName("step.number")
        self.setAccessibleName(self.tr("The chosen number"))
        typesetting = Typesetting(self)
        self.typesetting = typesetting
        self.pointed = ElidedLabel()
        self.pointed.setObjectName("step.number.pointed")
        self.pointed.setProperty("role", "caption")
        self.title = QLabel()
        self.title.setObjectName("step.number.title")
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.subtitle = QLabel()
        self.subtitle.setObjectName("step.number.subtitle")
        self.subtitle.setProperty("role", "muted")
        self.subtitle.setWordWrap(True)
        self.subtitle.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.weight = WeightStory(model, typesetting)
        self.neuron = NeuronStory(model, typesetting)
        self.nudge = NudgePanel(model)
        self.paths = PathsView(model)
        self._lay_out_parts()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._follow_paths)
        model.selected.connect(self.refresh)
        model.looks_changed.connect(self.refresh)
        model.sample_changed.connect(self._draw_other_sample)
        model.hovered.connect(self._point)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.refresh()

    def _lay_out_parts(self) -> None:
        content = QWidget()
        content.setProperty("panel", "scroll")
        self._column = QVBoxLayout(content)
        for part in (
            self.title, self.subtitle, self.neuron, self.weight, self.nudge, self.paths,
        ):  # fmt: skip
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._content = content
        self._scroll = QScrollArea()
        self._scroll.setObjectName("step.number.scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(self.pointed)
        self._whole.addWidget(self._scroll, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    # ---- following -------------------------------------------------------------------------------

    @property
    def subject(self) -> Subject | None:
        """What is told of now."""
        walk, place = self._model.walk, self._model.place
        if walk is None or place is None or place.key not in walk.quantities:
            return None
        return story.subject(walk, place)

    @Slot()
    def refresh(self, _place: object = None) -> None:
        """Tell of the number that is selected now, when somebody looks."""
        self._outdated = True
        if self.isVisible():
            self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with what has been selected meanwhile."""
        super().showEvent(event)
        if self._outdated:
            self._show()

    def _show(self) -> None:
        self._outdated = False
        walk, about = self._model.walk, self.subject
        self._point(self._model.pointed)
        if walk is None or about is None:
            self._show_nothing(walk)
            return
        is_weight = about.weight is not None
        before = self.title.text()
        self.title.setText(title(walk, about))
        self.subtitle.setText(subtitle(walk, about, self._model.digits))
        self.weight.setVisible(is_weight)
        self.neuron.setVisible(not is_weight)
        learns = about.weight is not None and self._is_learned(walk, about.weight)
        self.nudge.setVisible(learns)
        if about.weight is not None:
            self.weight.show_weight(walk, about.weight)
            if learns:
                self.nudge.show_weight(walk, about.weight)
            else:
                self.nudge.forget()
        else:
            self.neuron.show_subject(walk, about)
        if before != self.title.text():
            self._scroll.verticalScrollBar().setValue(0)
        self._late.start(0)

    def _is_learned(self, walk: Walk, weight: Weight) -> bool:
        """Whether it has a gradient, which is not asked for in an exercise either: the true change
        of J would tell it."""
        grad = walk.grads.get(weight.node, {}).get(weight.name)
        return grad is not None and not is_unknown(float(grad.values[weight.row, weight.column]))

    def _show_nothing(self, walk: Walk | None) -> None:
        for part in (self.weight, self.neuron, self.nudge, self.paths):
            part.hide()
        self.nudge.forget()
        self.paths.forget()
        self._late.stop()
        self.title.setText(self.tr("No number chosen"))
        if walk is None:
            words = self._model.why or self.tr("There is nothing to step through.")
        else:
            words = self.tr(
                "Click a number, a neuron or a line to see how it comes about and where it goes:"
                " a weight shows its chain rule factor by factor, its update, and what a small"
                " change of it does."
            )
        self.subtitle.setText(words)

    @Slot()
    def _follow_paths(self) -> None:
        walk, about = self._model.walk, self.subject
        if walk is not None and about is not None and self.isVisible():
            self.paths.show_subject(walk, about)

    @Slot(int)
    def _draw_other_sample(self, _row: int) -> None:
        if self.isVisible() and self.subject is not None:
            self._late.start(0)

    @Slot(object)
    def _point(self, place: Place | None) -> None:
        walk = self._model.walk
        if walk is None or place is None or place.key not in walk.quantities:
            self.pointed.setText("")
            return
        value = float(walk.quantities[place.key].values[place.row, place.column])
        words = f"{entry_name(walk, place)} = {self._model.number(value)}"
        self.pointed.setText(self.tr("pointed at: {words}").format(words=words))

    # ---- size ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802
        """A column beside the matrices."""
        return QSize(theme().px(290), theme().px(600))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Narrow: what does not fit is scrolled or written smaller."""
        return QSize(theme().px(200), theme().px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Long words wrap, whatever they are."""
        super().resizeEvent(event)
        self._content.setMaximumWidth(self._scroll.viewport().width())

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(14), 0, px(14), px(16))
        self._column.setSpacing(px(10))
        self._whole.setContentsMargins(0, px(4), 0, 0)
        self._whole.setSpacing(0)
        self.pointed.setContentsMargins(px(14), 0, px(14), 0)
        self.pointed.setFixedHeight(px(18))
