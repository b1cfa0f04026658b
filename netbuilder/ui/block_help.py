"""Help on every block: what it does, its formula and curve, its settings, when to use it."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from netbuilder import declare
from netbuilder.declare import Parameter, Settings
from netbuilder.engine.operation import Operation
from netbuilder.ui.canvas.kinds import KINDS, heading, icon_of
from netbuilder.ui.canvas.look import kind_colour
from netbuilder.ui.forms.words import title_of, words_of
from netbuilder.ui.icons import icon, pixmap
from netbuilder.ui.inspector.curve import ActivationCurve
from netbuilder.ui.inspector.formula_card import FormulaCard
from netbuilder.ui.inspector.section import Section
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets.number_field import format_number

_TYPE = Qt.ItemDataRole.UserRole


class BlockHelp(QDialog):
    """All registered blocks at the left, the page of one at the right; stays open beside work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.block_help")
        self.setWindowTitle(self.tr("Blocks"))
        self.list = QListWidget()
        self.list.setObjectName("block_help.list")
        self.list.setAccessibleName(self.tr("Blocks"))
        self.page = BlockHelpPage()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("block_help.scroll")
        self._scroll.setAccessibleName(self.tr("Help on the chosen block"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.page)
        self._row = QHBoxLayout()
        self._row.addWidget(self.list)
        self._row.addWidget(self._scroll, 1)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._buttons.rejected.connect(self.reject)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row, 1)
        self._column.addWidget(self._buttons)
        self.list.currentItemChanged.connect(self._turn)
        theme().changed.connect(self._lay_out)
        self.refresh()
        self._lay_out()

    def refresh(self) -> None:
        """List what is registered now."""
        shown = self.shown()
        self.list.clear()
        for kind, classes in _by_kind().items():
            title = QListWidgetItem(heading(kind).upper())
            title.setFlags(Qt.ItemFlag.NoItemFlags)
            title.setFont(theme().font("section"))
            self.list.addItem(title)
            for cls in classes:
                item = QListWidgetItem(icon(icon_of(cls), kind_colour(kind)), title_of(cls))
                item.setData(_TYPE, declare.type_name(cls))
                item.setToolTip(words_of(cls.summary))
                self.list.addItem(item)
        self.show_block(shown or "Dense")

    def shown(self) -> str:
        """The type name of the block whose page is open; "" for none."""
        item = self.list.currentItem()
        return str(item.data(_TYPE) or "") if item is not None else ""

    def show_block(self, name: str) -> None:
        """Open the page of a block by its type name; an unknown one changes nothing."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_TYPE) == name:
                self.list.setCurrentRow(row)
                return

    @Slot(object, object)
    def _turn(self, item: QListWidgetItem | None, _before: object) -> None:
        known = declare.registry(Operation)
        cls = known.get(str(item.data(_TYPE))) if item is not None else None
        if cls is not None:
            self.page.show_operation(cls)
            self._scroll.verticalScrollBar().setValue(0)
            self.setWindowTitle(self.tr("{block} — Help").format(block=title_of(cls)))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(16), px(16), px(16), px(12))
        self._column.setSpacing(px(12))
        self._row.setSpacing(px(16))
        self.list.setFixedWidth(px(190))
        self.list.setIconSize(QSize(px(18), px(18)))
        room = self.screen().availableGeometry()
        self.resize(min(px(760), room.width() - 40), min(px(640), room.height() - 60))
        for row in range(self.list.count()):
            item, name = self.list.item(row), str(self.list.item(row).data(_TYPE) or "")
            cls = declare.registry(Operation).get(name)
            if cls is None:
                item.setFont(theme().font("section"))
            else:
                item.setIcon(icon(icon_of(cls), kind_colour(cls.kind)))


class BlockHelpPage(QWidget):
    """One block."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("block_help.page")
        self.setProperty("panel", "scroll")
        self._cls: type[Operation] | None = None
        self._picture, self.title, self.kind = QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "title")
        self.kind.setProperty("role", "muted")
        self._head = QHBoxLayout()
        for part in (self._picture, self.title, self.kind):
            self._head.addWidget(part)
        self._head.addStretch(1)
        self.summary, self.facts = _text(), _text()
        self.facts.setProperty("role", "muted")
        self.formulas = FormulaCard("block_help.formula")
        self.curve = ActivationCurve()
        self.curve.setObjectName("block_help.curve")
        self._use = Section(self.tr("When to use it"), "block_help.use")
        self.advice = _text()
        self._use.body.addWidget(self.advice)
        self._settings = Section(self.tr("Settings"), "block_help.settings")
        self._grid = QGridLayout()
        self._settings.body.addLayout(self._grid)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for widget in (
            self.summary,
            self.formulas,
            self.curve,
            self.facts,
            self._use,
            self._settings,
        ):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def show_operation(self, cls: type[Operation]) -> None:
        """Tell of this block."""
        self._cls = cls
        operation = cls()
        self.title.setText(title_of(cls))
        self.kind.setText(heading(cls.kind))
        self.summary.setText(words_of(cls.summary))
        self.formulas.set_formulas(
            [
                ("", cls.formula),
                (self.tr("slope"), getattr(cls, "derivative_formula", "")),
                (self.tr("gradient"), getattr(cls, "gradient_formula", "")),
            ]
        )
        self.curve.set_operation(operation)
        facts = self._facts_of(operation)
        # Engine texts are typed with hyphens; beside digits they are minus signs.
        self.facts.setText(re.sub(r"-(?=\d)", "\N{MINUS SIGN}", facts))
        self.facts.setVisible(bool(facts))
        advice = words_of(cls.advice)
        self.advice.setText(advice)
        self._use.setVisible(bool(advice))
        self._fill(declare.parameters(cls))
        self._lay_out()

    def _facts_of(self, operation: Operation) -> str:
        lines = []
        reach = words_of(str(getattr(operation, "range", "")))
        if reach:
            lines.append(self.tr("Output: {range}.").format(range=reach))
        levels = getattr(operation, "saturates", ())
        if levels:
            near = self.tr(" and ").join(format_number(float(level)) for level in levels)
            lines.append(
                self.tr("Saturates near {levels}: there its slope vanishes.").format(levels=near)
            )
        after = getattr(operation, "after", ())
        if after:
            known = declare.registry(Operation)
            names = [title_of(known[name]) if name in known else name for name in after]
            lines.append(
                self.tr("Stands behind: {names}.").format(names=self.tr(" or ").join(names))
            )
        if operation.inputs[1] is None:
            lines.append(self.tr("Takes two inputs or more."))
        return " ".join(lines)

    def _fill(self, parameters: tuple[Parameter, ...] | list[Parameter]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for row, p in enumerate(parameters):
            name, value, words = QLabel(words_of(p.title)), QLabel(_shown(p)), _text()
            name.setProperty("role", "strong")
            name.setWordWrap(True)
            value.setProperty("role", "value")
            words.setProperty("role", "muted")
            words.setText(words_of(p.help))
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(name, row, 0, top)
            self._grid.addWidget(value, row, 1, top)
            self._grid.addWidget(words, row, 2, top)
        self._grid.setColumnStretch(2, 1)
        self._settings.setVisible(bool(parameters))

    @Slot()
    def _lay_out(self) -> None:
        px = theme().px
        self._column.setContentsMargins(0, 0, px(12), 0)
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(8))
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(8))
        self._grid.setColumnMinimumWidth(0, px(110))
        if self._cls is not None:
            tint = kind_colour(self._cls.kind)
            self._picture.setPixmap(pixmap(icon_of(self._cls), px(24), tint))


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _by_kind() -> dict[str, list[type[Operation]]]:
    kinds: dict[str, list[type[Operation]]] = {kind: [] for kind in KINDS}
    for cls in declare.registry(Operation).values():
        kinds.setdefault(cls.kind, []).append(cls)
    return {kind: classes for kind, classes in kinds.items() if classes}


def _shown(p: Parameter) -> str:
    """The default of a parameter in words."""
    value: Any = p.default
    if p.required:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, Settings):
        return title_of(value)
    if value is None or value == () or value == "":
        return "none"
    return words_of(str(value))
