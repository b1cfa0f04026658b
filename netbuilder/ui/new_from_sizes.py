"""Network > New from sizes: a whole network from one line of text."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.data.dataset import Table
from netbuilder.errors import NetbuilderError
from netbuilder.project.analysis import analyse
from netbuilder.project.model import Node, Project
from netbuilder.project.sizes import GRAMMAR, sketch, words
from netbuilder.project.templates import Sketch
from netbuilder.ui.stylesheet import restyle
from netbuilder.ui.theme import SPACE, theme

LONGEST = 200  # letters of the line


class NewFromSizes(QDialog):
    """Shows while typing what would be built, or in one sentence why nothing can be."""

    chosen = Signal(object, str)
    """Build this: the Sketch and the line it came from."""

    def __init__(
        self, table: Table, data_title: str, start: str, replaces: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.new_from_sizes")
        self.setWindowTitle(self.tr("New from sizes"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._table = table
        self._sketch: Sketch | None = None
        heading = QLabel(self.tr("New from sizes"))
        heading.setProperty("role", "title")
        self._data = QLabel(self._about_data(data_title))
        self._data.setProperty("role", "muted")
        self._field = QLineEdit()
        self._field.setObjectName("new_from_sizes.text")
        self._field.setAccessibleName(self.tr("Sizes and activations"))
        self._field.setMaxLength(LONGEST)
        self._field.textChanged.connect(self._follow)
        self._preview = QLabel()
        self._preview.setObjectName("new_from_sizes.preview")
        self._preview.setWordWrap(True)
        self._preview.setTextFormat(Qt.TextFormat.PlainText)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._note = QLabel(
            self.tr("It takes the place of the network on the canvas; Undo brings that back.")
        )
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._note.setVisible(replaces)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._build = QPushButton(self.tr("&Build"))
        self._build.setObjectName("new_from_sizes.build")
        self._build.setProperty("class", "primary")
        self._build.setDefault(True)
        buttons.addButton(self._build, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        px = theme().px
        column.setContentsMargins(*[px(3 * SPACE)] * 4)
        column.setSpacing(px(1.5 * SPACE))
        for part in (heading, self._data, self._field, self._preview):
            column.addWidget(part)
        column.addLayout(self._grammar())
        column.addWidget(self._note)
        column.addWidget(buttons)
        self.setMinimumWidth(px(520))
        # Room for the longest usual preview: the dialog must not jump while one types.
        self._preview.setMinimumHeight(3 * self._preview.fontMetrics().lineSpacing())
        self._field.setText(start)
        self._field.selectAll()
        self._field.setFocus()

    def _about_data(self, title: str) -> str:
        table = self._table
        features = (
            self.tr("1 feature")
            if table.features == 1
            else self.tr("{n} features").format(n=table.features)
        )
        if table.classes is not None:
            wanted = self.tr("{n} classes").format(n=table.classes)
        elif table.y.shape[1] == 1:
            wanted = self.tr("1 target")
        else:
            wanted = self.tr("{n} targets").format(n=table.y.shape[1])
        return self.tr("For the data {title}: {features}, {wanted}.").format(
            title=title, features=features, wanted=wanted
        )

    def _grammar(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().px(2 * SPACE))
        grid.setVerticalSpacing(theme().px(SPACE / 2))
        for row, (example, meaning) in enumerate(GRAMMAR):
            code, text = QLabel(example), QLabel(self.tr(meaning))
            code.setFont(theme().font("mono"))
            text.setProperty("role", "muted")
            text.setWordWrap(True)
            grid.addWidget(code, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    @Slot(str)
    def _follow(self, text: str) -> None:
        try:
            self._sketch = sketch(text, self._table)
        except NetbuilderError as error:
            self._sketch = None
            self._show(str(error), "danger" if text.strip() else "muted")
        else:
            self._show(f"{' → '.join(words(self._sketch.parts))}\n{self._count()}", "value")
        self._build.setEnabled(self._sketch is not None)
        self._field.setProperty("invalid", self._sketch is None and bool(text.strip()))
        restyle(self._field)

    def _show(self, text: str, role: str) -> None:
        self._preview.setText(text)
        self._field.setAccessibleDescription(text)
        if self._preview.property("role") != role:
            self._preview.setProperty("role", role)
            restyle(self._preview)

    def _count(self) -> str:
        assert self._sketch is not None
        nodes = tuple(Node(name, operation) for name, operation in self._sketch.parts)
        analysis = analyse(Project(nodes=nodes, edges=self._sketch.edges), self._table)
        count = sum(analysis.parameters.values())
        return self.tr("{count} parameters").format(count=QLocale().toString(count))

    def accept(self) -> None:
        """Build it, if there is anything to build."""
        if self._sketch is not None:
            super().accept()
            self.chosen.emit(self._sketch, self._field.text().strip())
