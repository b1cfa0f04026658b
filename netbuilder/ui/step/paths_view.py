"""Where a number goes: the paths from it to J, and where it is used at once."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from netbuilder.engine.algebra.expression import Place
from netbuilder.engine.algebra.symbol import SUPERSCRIPTS
from netbuilder.engine.algebra.write import digits_of, is_unknown
from netbuilder.engine.chain_rule import short_name
from netbuilder.engine.nudge import Weight
from netbuilder.engine.operation import Array
from netbuilder.engine.paths import Path, Paths, Start
from netbuilder.engine.story import Subject
from netbuilder.engine.walk import Walk
from netbuilder.ui.icons import live_icon
from netbuilder.ui.step.model import StepModel
from netbuilder.ui.step.neuron_story import section
from netbuilder.ui.step.number_words import entry_name, weight_name
from netbuilder.ui.theme import theme

MOST_SHOWN = 5
MOST_USES = 8
BEAT_MS = 450
"""How long each number of a path is pointed at when it is walked along."""
LONGEST_PATH = 10
"""Names of a path that are written; of a longer one the middle is left out."""
LONGEST_COUNT = 10**12
"""More paths than that are told as a power of ten; the tooltip has all digits."""


class PathsView(QWidget):
    """The paths of a weight or a neuron for the sample that is drawn. Names are links: pointing at
    one points at it everywhere, a click chooses it; the arrow before a path walks along it."""

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._paths: Paths | None = None
        self._told: tuple[Walk, Subject] | None = None
        self.shown: list[Path] = []
        """The paths that are told, the strongest first."""
        self.count = QLabel()
        self.count.setObjectName("step.paths.count")
        self.count.setProperty("role", "strong")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.note = _text("step.paths.note", "caption")
        self.total = _text("step.paths.total", "caption")
        self.uses = _text("step.paths.uses", "")
        self.uses.setTextFormat(Qt.TextFormat.RichText)
        self.uses.setTextInteractionFlags(LINKS)
        self.uses.linkHovered.connect(self._hover)
        self.uses.linkActivated.connect(self._select)
        self._rows: list[PathRow] = []
        self._list = QVBoxLayout()
        self._head = QHBoxLayout()
        self._head.addWidget(section(self.tr("Where it goes")), 1)
        self._head.addWidget(self.count)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.note)
        self._column.addLayout(self._list)
        self._column.addWidget(self.total)
        self._column.addWidget(self.uses)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._next_beat)
        self._walked: list[Place] = []
        theme().changed.connect(self._lay_out)
        self._lay_out()

    # ---- showing ---------------------------------------------------------------------------------

    def show_subject(self, walk: Walk, about: Subject) -> None:
        """Follow this number, for the sample that is drawn."""
        self._end_walk()
        self._told = walk, about
        sample = self._model.sample_row
        if self._paths is None or self._paths.walk is not walk or self._paths.sample != sample:
            self._paths = Paths(walk, sample)
        starts = self._starts(self._paths, about)
        self.shown = []
        if starts is not None:
            self._show_paths(walk, self._paths, about, starts)
        for widget in (self.count, self.note, self.total):
            widget.setVisible(starts is not None)
        for row in self._rows[len(self.shown) :]:
            row.hide()
        self._show_uses(walk, about)
        self.setVisible(starts is not None or bool(self.uses.text()))

    def forget(self) -> None:
        """There is nothing to follow."""
        self._end_walk()
        self._paths = self._told = None
        self.shown = []

    def _starts(self, paths: Paths, about: Subject) -> list[Start] | None:
        walk = paths.walk
        if about.weight is not None:
            w = about.weight
            return paths.of_parameter(w.node, w.name, w.row, w.column)
        if about.kind in ("input", "output"):
            return paths.of_unit(about.node, about.place.column)
        if about.kind == "error" and about.place.key == walk.output_grads[about.node].key:
            return paths.of_unit(about.node, about.place.column)
        return None

    def _show_paths(
        self, walk: Walk, paths: Paths, about: Subject, starts: Sequence[Start]
    ) -> None:
        found = paths.strongest(starts)
        self.shown = found[:MOST_SHOWN]
        number = paths.count(starts)
        self.count.setText(_count_words(self, number))
        self.count.setToolTip(f"{number:,}" if number >= LONGEST_COUNT else "")
        sample = f"s{paths.sample + 1}"
        words = self.tr("From here to J for sample {sample}; the numbers are the products of the"
                        " derivatives along the way.")  # fmt: skip
        self.note.setText(words.format(sample=sample))
        first = weight_name(walk, about.weight) if about.weight is not None else ""
        while len(self._rows) < len(self.shown):
            row = PathRow(len(self._rows), self)
            row.words.linkHovered.connect(self._hover)
            row.words.linkActivated.connect(self._select)
            row.play.clicked.connect(self._walk_along)
            self._rows.append(row)
            self._list.addWidget(row)
        for row, path in zip(self._rows, self.shown, strict=False):
            row.show_path(walk, path, first, about.weight, digits_of(path.product, self._digits))
            row.show()
        self.total.setText(self._total_words(found, number, paths, sample))

    @property
    def _digits(self) -> int:
        return max(self._model.digits - 2, 3)

    def _total_words(self, found: list[Path], number: int, paths: Paths, sample: str) -> str:
        parts = []
        if number and not found:
            parts.append(self.tr("The layers are too wide to find the strongest of them."))
        elif number > len(self.shown):
            left = _number_words(number - len(self.shown))
            parts.append(self.tr("{n} more; these carry most.").format(n=left))
        if number == len(found) and number > 1:
            total = sum(p.product for p in found)
            words = self.tr("All together: {total}, what sample {sample} does.")
            parts.append(words.format(total=digits_of(total, self._model.digits), sample=sample))
        if any(math.isnan(p.product) and not is_unknown(p.product) for p in found):
            parts.append(
                self.tr("NaN: the derivatives along the way cannot be told apart"
                        " (one of them is infinite, or a layer does not say how it computes).")
            )  # fmt: skip
        if not paths.stays:
            parts.append(
                self.tr("Through the mean and variance of the batch it also reaches the other"
                        " samples; that is not followed here.")
            )  # fmt: skip
        return " ".join(parts)

    def _show_uses(self, walk: Walk, about: Subject) -> None:
        links: list[Place] = []
        more = 0
        for key, mask in walk.goes_to(about.place).items():
            shape = walk.quantities[key].values.shape
            where = _marked(mask, shape)
            links += [Place(key, i, j) for i, j in where[: MOST_USES - len(links)]]
            more += len(where)
        more -= len(links)
        words = ", ".join(_link(p, entry_name(walk, p)) for p in links)
        if more:
            words += self.tr(" and {n} more").format(n=more)
        self.uses.setText(self.tr("Used at once in: {words}").format(words=words) if links else "")
        self.uses.setVisible(bool(links))

    # ---- hands -----------------------------------------------------------------------------------

    @Slot(str)
    def _hover(self, link: str) -> None:
        self._end_walk()
        self._model.hover(_place(link) if link else None)

    @Slot(str)
    def _select(self, link: str) -> None:
        place = _place(link)
        self._model.hover(None)
        # The label that sent this is about to be written anew.
        QTimer.singleShot(0, self, lambda: self._model.select(place))

    @Slot()
    def _walk_along(self) -> None:
        sender = self.sender()
        row = next((r for r in self._rows if r.play is sender), None)
        if row is None:
            return
        self._walked = list(row.places)
        self._next_beat()
        self._beat.start()

    @Slot()
    def _next_beat(self) -> None:
        if not self._walked:
            self._beat.stop()
            self._model.hover(None)
            return
        self._model.hover(self._walked.pop(0))

    def _end_walk(self) -> None:
        self._beat.stop()
        self._walked = []

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks."""
        super().hideEvent(event)
        self._end_walk()

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setSpacing(px(6))
        self._list.setSpacing(px(4))
        if self._told is not None:
            self.show_subject(*self._told)  # links have the theme's colour written into them


class PathRow(QWidget):
    """An arrow to walk along it, the names on the way, and the product."""

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.places: tuple[Place, ...] = ()
        self.play = QToolButton()
        self.play.setObjectName(f"step.paths.play.{number}")
        self.play.setAccessibleName(self.tr("Walk along path {n}").format(n=number + 1))
        self.play.setToolTip(self.tr("Walk along this path"))
        self.play.setCursor(Qt.CursorShape.PointingHandCursor)
        live_icon(self.play, "play", "muted")
        self.words = _text(f"step.paths.path.{number}", "")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setTextInteractionFlags(LINKS)
        self.product = QLabel()
        self.product.setObjectName(f"step.paths.product.{number}")
        self.product.setProperty("role", "strong")
        self.product.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.product, 0, Qt.AlignmentFlag.AlignTop)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_path(
        self, walk: Walk, path: Path, first: str, weight: Weight | None, product: str
    ) -> None:
        """Write the way down."""
        end = Place(f"{walk.loss}:J", 0, 0)
        names = [(p, short_name(walk.quantities[p.key], p)) for p in (*path.places, end)]
        if weight is not None:
            param = walk.params[weight.node][weight.name]
            names.insert(0, (Place(param.key, weight.row, weight.column), first))
        self.places = tuple(p for p, _ in names)
        links = [_link(p, name) for p, name in names]
        plain = " → ".join(name for _, name in names)
        is_long = len(links) > LONGEST_PATH
        if is_long:
            links = [*links[: LONGEST_PATH - 4], "…", *links[-3:]]
        self.words.setText(" → ".join(links))
        self.words.setToolTip(plain if is_long else "")
        self.words.setAccessibleName(f"{plain}: {product}")
        self.product.setText(product)

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._row.setSpacing(px(6))
        self.play.setFixedSize(px(20), px(20))
        self.play.setIconSize(QSize(px(12), px(12)))


LINKS = (
    Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
)


def _text(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    if role:
        label.setProperty("role", role)
    return label


def _link(place: Place, words: str) -> str:
    target = html.escape(f"{place.row},{place.column},{place.key}", quote=True)
    style = f"text-decoration:none; color:{theme().current.accent}"
    return f'<a href="{target}" style="{style}">{html.escape(words)}</a>'


def _place(link: str) -> Place:
    row, column, key = link.split(",", 2)
    return Place(key, int(row), int(column))


def _marked(mask: Array, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    found = np.argwhere(np.broadcast_to(mask, shape))
    return [(int(i), int(j)) for i, j in found]


def _count_words(widget: QWidget, number: int) -> str:
    if number == 1:
        return widget.tr("1 path")
    return widget.tr("{n} paths").format(n=_number_words(number))


def _number_words(number: int) -> str:
    if number >= LONGEST_COUNT:
        # A float would overflow where there are hundreds of layers.
        digits = str(number)
        power = str(len(digits) - 1).translate(SUPERSCRIPTS)
        return f"{digits[0]}.{digits[1:3]} · 10{power}"
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
