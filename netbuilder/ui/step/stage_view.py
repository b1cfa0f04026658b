"""The formulas and matrices of the stage where the user is."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.scope import Line
from netbuilder.engine.walk import Stage, Walk
from netbuilder.ui.step.copying import main_lines
from netbuilder.ui.step.entry_line import EntryLine
from netbuilder.ui.step.line_view import LineView, wanted
from netbuilder.ui.step.links import links_of
from netbuilder.ui.step.matrix_cards import MatrixCard, QuantityCard
from netbuilder.ui.step.matrix_model import MatrixModel
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.typesetting import Typesetting
from netbuilder.ui.theme import SPACE, theme

AT_ONCE = 2
"""Lines that are shown at once; those further down follow one in each pass of the event loop."""


class _Section(QLabel):
    """A heading within the stage."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self.setProperty("role", "section")
        self.hide()


LOW = 270
"""Pixels at 100 % below which there is no room for the number written out."""


class StageView(QWidget):
    """What the stage is about on top, then what is computed on the way there, then the same in
    other ways; below all of it the number that is looked at, written out."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._typesetting = Typesetting(self)
        self._views: list[LineView] = []
        self._wanted: list[tuple[Line, bool]] = []
        self._done = 0
        self._scroll = QScrollArea()
        self._scroll.setObjectName("step.stage.scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self._content.setProperty("panel", "scroll")
        self._lines = QVBoxLayout(self._content)
        self._nothing = QLabel()
        self._nothing.setObjectName("step.nothing")
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self._way = _Section(self.tr("On the way"), self._content)
        self._asides = _Section(self.tr("In other words"), self._content)
        self._lines.addWidget(self._nothing)
        self._lines.addWidget(self._way)
        self._lines.addWidget(self._asides)
        self._lines.addStretch(1)
        self._scroll.setWidget(self._content)
        self.entry = EntryLine(model)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        # The room goes to the content first, and what it does not need stays free below.
        self._column.addWidget(self._scroll, 1000)
        self._column.addWidget(self.entry)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._show_next)
        self._content.installEventFilter(self)
        model.walk_changed.connect(self._foresee)
        model.stage_changed.connect(self.refresh)
        model.looks_changed.connect(self._follow_looks)
        model.hovered.connect(self._follow_place)
        model.selected.connect(self._follow_selected)
        theme().changed.connect(self._lay_out)
        self._lay_out()
        self.refresh()
        self._foresee()

    # ---- asking ----------------------------------------------------------------------------------

    def models(self) -> dict[str, MatrixModel]:
        """The numbers of each quantity of the stage, by its key."""
        self._show_all()
        found: dict[str, MatrixModel] = {}
        for card in self.cards():
            found.setdefault(card.matrix.key, card.matrix)
        return found

    @property
    def is_busy(self) -> bool:
        """Whether a formula that is shown is still to be set."""
        return self._typesetting.is_busy

    def cards(self) -> list[QuantityCard]:
        """All matrices that are shown, from top to bottom; results come before their operands."""
        return [card for view in self._shown() for card in view.row.cards]

    def lines(self) -> list[LineView]:
        """All lines that are shown, from top to bottom."""
        self._show_all()
        return self._shown()

    def finish(self) -> None:
        """Show now what would follow in the next moments."""
        self._show_all()
        self._typesetting.finish()

    def _show_all(self) -> None:
        while self._done < len(self._wanted):
            self._show_next()

    def _shown(self) -> list[LineView]:
        given = 1 if not self._wanted and self._model.current is not None else 0
        return self._views[: given or self._done]

    # ---- following -------------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show the stage where the user is."""
        stage, walk = self._model.current, self._model.walk
        self._wanted, self._done = [], 0
        self._nothing.setVisible(stage is None)
        if stage is None or walk is None:
            words = self._model.why or self.tr("There is nothing to step through.")
            self._nothing.setText(words)
            self._hide_from(0)
        elif stage.lines:
            self._wanted = self._ordered(stage)
            for _ in range(min(AT_ONCE, len(self._wanted))):
                self._show_next()
            self._hide_from(len(self._wanted))
        else:
            self._view(0).show_given(walk, stage.given)
            self._view(0).show()
            self._hide_from(1)
        self._place_entry()
        self._scroll.verticalScrollBar().setValue(0)
        self._show_sections()
        self._follow_place()
        self._fit()
        self._foresee_next()

    def _ordered(self, stage: Stage) -> list[tuple[Line, bool]]:
        """Lines with whether each is one of those that the stage is about."""
        main = main_lines(stage)
        way = [line for line in stage.lines if line not in main and not line.aside]
        asides = [line for line in stage.lines if line.aside]
        return [*((m, True) for m in main), *((w, False) for w in (*way, *asides))]

    def _view(self, i: int) -> LineView:
        while len(self._views) <= i:
            view = LineView(self._model, self._typesetting, self._content)
            self._lines.insertWidget(self._lines.count() - 1, view)
            self._views.append(view)
        return self._views[i]

    @Slot()
    def _show_next(self) -> None:
        """One more of the lines."""
        stage, walk = self._model.current, self._model.walk
        if stage is None or walk is None or self._done >= len(self._wanted):
            return
        line, large = self._wanted[self._done]
        view = self._view(self._done)
        view.show_line(walk, stage, line, large=large)
        view.show()
        self._done += 1
        if self._done > AT_ONCE:
            self._link([view])
            self._show_sections()
        if self._done < len(self._wanted):
            self._rest.start()
        else:
            self._set_tab_order()

    def _set_tab_order(self) -> None:
        """From matrix to matrix as they are read: they were not made in this order."""
        views: list[QWidget] = []
        for line in self._shown():
            views += [card.view for card in line.row.cards if isinstance(card, MatrixCard)]
            views.append(line.written)
        for a, b in pairwise(views):
            QWidget.setTabOrder(a, b)

    def _hide_from(self, i: int) -> None:
        for view in self._views[i:]:
            view.rest()

    def _show_sections(self) -> None:
        """Headings before the first line on the way and the first aside."""
        kinds = [large for _, large in self._wanted]
        asides = [line.aside for line, _ in self._wanted]
        way = kinds.index(False) if False in kinds else None
        aside = asides.index(True) if True in asides else None
        for section, at in ((self._way, None if way == aside else way), (self._asides, aside)):
            here = at is not None and at < self._done
            section.setVisible(here)
            if here and at is not None:
                self._lines.removeWidget(section)
                self._lines.insertWidget(self._lines.indexOf(self._views[at]), section)

    @Slot()
    def _follow_looks(self) -> None:
        self.refresh()

    @Slot()
    def _follow_place(self) -> None:
        """Another number is looked at."""
        self._link(self._shown())

    def _link(self, views: list[LineView]) -> None:
        model = self._model
        cards = [card for view in views for card in view.row.cards]
        keys = {card.matrix.key for card in cards}
        links = links_of(model.walk, model.pointed or model.place, keys)
        for card in cards:
            card.set_links(links)
            if isinstance(card, MatrixCard):
                card.view.follow_selected()
        for view in views:
            view.written.follow()

    @Slot(object)
    def _follow_selected(self, place: Place | None) -> None:
        for view in self._shown():
            if view.wants_another_column(place):
                view.show_numbers()
        self._follow_place()

    # ---- formulas to come ------------------------------------------------------------------------

    @Slot()
    def _foresee(self) -> None:
        self._foresee_next()

    def _foresee_next(self) -> None:
        """Set the formulas of the stages that follow, then of those before, while nobody waits."""
        walk: Walk | None = self._model.walk
        if walk is None:
            return
        at = self._model.stage
        stages = [*walk.stages[at + 1 :], *reversed(walk.stages[:at])]
        self._typesetting.foresee(
            wanted(line, large=large) for stage in stages for line, large in self._ordered(stage)
        )

    # ---- layout ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The content has become higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Other widths make other heights. Where it is low the matrices get all the room: the panel
        beside them tells the same of the number that is looked at."""
        super().resizeEvent(event)
        self._place_entry()
        self._fit()

    def _place_entry(self) -> None:
        told = self._model.current is not None and self.height() >= theme().px(LOW)
        if self.entry.isHidden() == told:
            self.entry.setVisible(told)

    def _content_height(self) -> int:
        width = self._scroll.viewport().width()
        return self._lines.heightForWidth(width) if width > 0 else self._lines.sizeHint().height()

    def _fit(self) -> None:
        """No higher than its content, so that the number written out stands right below."""
        height = self._content_height()
        if height != self._scroll.maximumHeight():
            self._scroll.setMaximumHeight(max(height, 1))
            self.updateGeometry()
            self._column.invalidate()
            self._column.activate()  # now: in the midst of the content's layout a request is lost

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of the stage."""
        below = self._column.spacing() + theme().px(SPACE)
        entry = self.entry.sizeHint().height() + below
        return QSize(theme().px(720), self._content_height() + entry)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A formula, a few rows, and the number below."""
        return QSize(theme().px(320), theme().px(200))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._lines.setContentsMargins(0, 0, px(4), px(4))
        self._lines.setSpacing(px(2 * SPACE))
        self._column.setSpacing(px(SPACE))
        self._column.setContentsMargins(0, 0, 0, px(SPACE))
        # Fonts are others: every card measures anew.
        if self._views:
            self.refresh()
