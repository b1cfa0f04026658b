"""The bar at the top: Reset, Train, Step, the counter, and what may change while it runs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from netbuilder.project.document import Change, Document
from netbuilder.training.progress import progress
from netbuilder.training.snapshot import Snapshot
from netbuilder.ui.icons import live_icon
from netbuilder.ui.space_key import SpaceKey
from netbuilder.ui.theme import theme
from netbuilder.ui.transport_actions import TransportActions
from netbuilder.ui.transport_counter import EpochCounter, RunClock, clock_words
from netbuilder.ui.transport_fields import TransportFields, captioned
from netbuilder.ui.transport_status import TransportStatus
from netbuilder.ui.widgets import RoundButton, StatusChip

_FIELDS_FIRST = 3  # fields that are dearer than the arrows
_WORDS_EVERY = 0.25  # seconds between two changes of the words beside the counter


class TransportBar(QWidget):
    """Drives the controller through its actions and the training settings by commands."""

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
        """`actions` may bring some of the QActions, by their names; missing ones are made."""
        super().__init__(parent)
        self.setObjectName("transport")
        self.setProperty("panel", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._controller = controller
        self._worded = -_WORDS_EVERY
        self._chips: list[StatusChip] = []
        self._away = False
        self.actions_ = TransportActions(controller, self, actions)
        self.named_actions = self.actions_.named
        self._reset = self._button("reset", "reset")
        self._train = self._button("train", "play", primary=True)
        self._step = self._button("step", "step")
        self._space = SpaceKey(self.named_actions["train"], self)
        self.counter = EpochCounter()
        self.clock = RunClock()
        self.clock.setObjectName("transport.clock")
        self.clock.setAccessibleName(self.tr("Steps and time"))
        self.fields = TransportFields(document)
        self.status = TransportStatus(document, controller)
        self._row = QHBoxLayout(self)
        more = self._more("reset", self.tr("Ways back to the start"), self.actions_.reset_menu)
        for button, menu in (
            (self._reset, self.actions_.reset_menu),
            (self._step, self.actions_.step_menu),
        ):
            button.addActions(menu.actions())
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._row.addWidget(self._reset)
        self._row.addWidget(more)
        self._row.addWidget(self._train)
        self._row.addWidget(self._step)
        self._arrows = [
            more,
            self._more("step", self.tr("Sizes of a step"), self.actions_.step_menu),
        ]
        self._row.addWidget(self._arrows[1])
        self._row.addLayout(captioned("epoch", self.tr("epoch"), self.counter))
        self._row.addWidget(self.clock)
        self._row.addWidget(self.fields)
        self._row.addStretch(1)
        self._row.addWidget(self.status)

        self.fields.message.connect(self.message)
        self.fields.pace_chosen.connect(self.pace_chosen)
        self.status.problems_requested.connect(self.problems_requested)
        self.status.reset_requested.connect(self.named_actions["reset"].trigger)
        controller.state_changed.connect(self._follow_state)
        controller.analysis_changed.connect(self._follow_analysis)
        controller.snapshot_changed.connect(self._follow_snapshot)
        controller.run_started.connect(self._follow_run)
        document.watch(self._follow_document)
        theme().changed.connect(self._lay_out)
        self._follow_snapshot(controller.snapshot)
        self._refresh_actions()
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A long message gets the room that the fields leave, and no more."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Buttons, counter and status: the fields stand in the inspector and the menu as well."""
        return QSize(self._bare_width(), super().minimumSizeHint().height())

    def add_chip(self, chip: StatusChip) -> None:
        """Put another pill before the status."""
        self._chips.append(chip)
        self._row.insertWidget(self._row.indexOf(self.status), chip)
        self._fit()

    def set_away(self, away: bool) -> None:
        """Where there is nothing to train, the actions and their keys are away with the bar."""
        self._away = away
        self._refresh_actions()

    def set_pace(self, pace: float | None) -> None:
        """Show the pace in force."""
        self.fields.set_pace(pace)

    def _bare_width(self, *, arrows: bool = False) -> int:
        margins = self._row.contentsMargins()
        head = [self._reset, self._train, self._step, self.counter, *self._chips]
        head += self._arrows if arrows else []
        fixed = sum(part.sizeHint().width() + self._row.spacing() for part in head)
        return margins.left() + margins.right() + fixed + theme().px(130)

    def _fit(self) -> None:
        # A clock that leaves a field out would be too dear: all that it says is in the tooltip.
        room = self.width() - self._bare_width(arrows=True)
        # The arrows' menus open under the right mouse button too, and stand in the menu Train.
        arrows = self.fields.count_in(room) >= _FIELDS_FIRST
        for arrow in self._arrows:
            arrow.setVisible(arrows)
        left = self.fields.fit(room if arrows else self.width() - self._bare_width())
        self.clock.setVisible(left >= self.clock.sizeHint().width() + theme().px(60))
        # Qt marks the outer row alone, but the status needs to know the room now.
        self._row.invalidate()
        shown = min(self.status.sizeHint().width(), self.status.maximumWidth())
        rest = self._row.sizeHint().width() - shown
        self.status.setMaximumWidth(max(self.width() - rest, theme().px(160)))

    # ---- following ------------------------------------------------------------------------------

    def _follow_document(self, change: Change) -> None:
        self._refresh_actions()
        if change.after.training != change.before.training:
            self._show_progress(self._controller.snapshot)

    @Slot(str)
    def _follow_state(self, state: str) -> None:
        self._refresh_actions()
        self._say(self._controller.snapshot)

    @Slot(object)
    def _follow_analysis(self, _analysis: object) -> None:
        self._refresh_actions()

    @Slot()
    def _follow_run(self) -> None:
        self._follow_snapshot(self._controller.snapshot)
        self._worded = -_WORDS_EVERY  # the next moment is told at once
        self._refresh_actions()

    @Slot(object)
    def _follow_snapshot(self, snapshot: Snapshot | None) -> None:
        self.counter.set_epoch(0.0 if snapshot is None else snapshot.epoch)
        now = time.monotonic()
        if self._controller.state != "running" or now - self._worded >= _WORDS_EVERY:
            self._worded = now
            self._show_progress(snapshot)
        if self._controller.state != "running" or not self.named_actions["reset"].isEnabled():
            self._refresh_actions()

    def _show_progress(self, snapshot: Snapshot | None) -> None:
        found = self._progress(snapshot)
        self.counter.set_done(None if found is None else found.done)
        self._say(snapshot)

    def _progress(self, snapshot: Snapshot | None) -> Any:
        split = self._controller.split
        training = self._document.project.training
        if snapshot is None or split is None:
            return None
        return progress(training, len(split.train.x), snapshot)

    def _say(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            self.clock.set_lines(self.tr("step {n}").format(n=0), clock_words(0))
            return
        spent = clock_words(snapshot.seconds)
        found = self._progress(snapshot)
        running = self._controller.state == "running"
        below = spent
        if running and found is not None and found.seconds_left is not None:
            below = self.tr("{time} left").format(time=clock_words(found.seconds_left))
        self.clock.set_lines(self.tr("step {n}").format(n=f"{snapshot.step:,}"), below)
        self._explain(snapshot, found, spent)

    def _explain(self, snapshot: Snapshot, found: Any, spent: str) -> None:
        limit = self._document.project.training.max_epochs
        epoch = f"{snapshot.epoch:,.1f}"
        words = [
            self.tr("Epoch {n}").format(n=epoch)
            if limit is None
            else self.tr("Epoch {n} of {all}").format(n=epoch, all=f"{limit:,}"),
            self.tr("Step {n}").format(n=f"{snapshot.step:,}"),
            self.tr("{time} of training").format(time=spent),
        ]
        if snapshot.steps_per_second > 0:
            speed = self.tr("{speed:,.0f} steps a second").format(speed=snapshot.steps_per_second)
            words.append(speed)
        if found is not None and found.seconds_left is not None and found.done < 1:
            left = clock_words(found.seconds_left)
            words.append(
                self.tr("{time} left to the epoch limit").format(time=left)
                if found.rule == "epochs"
                else self.tr("{time} left to the time limit").format(time=left)
            )
        text = "\n".join(words)
        self.counter.setToolTip(text)
        self.clock.setToolTip(text)

    def _refresh_actions(self) -> None:
        controller = self._controller
        running = controller.state == "running"
        self.actions_.refresh(
            able=controller.analysis.ok and not self._away,
            running=running,
            can_reset=not self._away
            and (
                controller.state != "idle"
                or (controller.snapshot is not None and controller.snapshot.step > 0)
                or bool(self._document.project.weights)
            ),
        )
        self._train.set_icon_name("pause" if running else "play")

    # ---- building -------------------------------------------------------------------------------

    def _button(self, key: str, icon_name: str, *, primary: bool = False) -> RoundButton:
        button = RoundButton(icon_name, primary=primary)
        button.setObjectName(f"transport.{key}")
        button.set_action(self.named_actions[key])
        return button

    def _more(self, key: str, words: str, menu: QMenu) -> QToolButton:
        """The arrow beside a button that opens its menu."""
        arrow = QToolButton()
        arrow.setObjectName(f"transport.{key}.more")
        arrow.setAccessibleName(words)
        arrow.setToolTip(words)
        arrow.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        arrow.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        arrow.setMenu(menu)
        live_icon(arrow, "chevron-down", "muted")
        return arrow

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setContentsMargins(px(12), px(7), px(14), px(7))
        self._row.setSpacing(px(6))
        for arrow in self._arrows:
            arrow.setIconSize(QSize(px(12), px(12)))
            arrow.setStyleSheet(
                f"QToolButton {{ padding: {px(6)}px {px(1)}px; margin-left: -{px(5)}px; }}"
                f"QToolButton:focus {{ padding: {px(5)}px 0; }}"
            )
        self.updateGeometry()
        self._fit()
