"""What the Help menu shows."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from netbuilder import __version__
from netbuilder.ui.theme import SPACE, theme


def _t(text: str) -> str:
    return QCoreApplication.translate("help", text)


class _Page(QDialog):
    """A titled text with a Close button."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog.{name}")
        self.setWindowTitle(title)
        px = theme().px
        self.setMinimumWidth(px(460))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*[px(3 * SPACE)] * 4)
        self.column.setSpacing(px(2 * SPACE))
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.column.addWidget(heading)

    def finish(self) -> _Page:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)
        return self


def first_steps(parent: QWidget) -> QDialog:
    """How to build and train a first network."""
    page = _Page("first_steps", _t("First steps"), parent)
    steps = (
        (
            _t("Build"),
            _t(
                "Drag Data, Dense, an activation, Dense, Sigmoid and BCE from the left"
                " onto the canvas; each block joins the one before it. A double-click on a"
                " block in the list does the same."
            ),
        ),
        (
            _t("Change"),
            _t(
                "Click a block: its settings stand at the right. Drop a block on a wire"
                " to insert it; drag from a port to draw a wire; Del deletes."
            ),
        ),
        (
            _t("Train"),
            _t(
                "Press the blue button or Space. Watch the loss fall, the gradient of"
                " each layer, and the boundary bend round the points."
            ),
        ),
        (
            _t("Understand"),
            _t(
                "Pause, take single steps, change the learning rate while it runs,"
                " or reset to the same start. A line that falls far below the others"
                " in the gradient plot is a layer that hardly learns. The small arrow on a"
                " Dense block (U) unfolds it: see each neuron learn, click a line to change"
                " its weight."
            ),
        ),
        (
            _t("Check by hand"),
            _t(
                "Step through (Ctrl+2) takes one step of training apart: every formula with"
                " its numbers, forwards and back. Point at a number to see where it comes from;"
                " Exercise hides some for you to work out. The Lab (Ctrl+3) shows gradient"
                " descent on a function of your own."
            ),
        ),
        (
            _t("Keep"),
            _t(
                "Save the project with its weights, or export the weights for NumPy and"
                " other tools from the File menu."
            ),
        ),
    )
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().px(2 * SPACE))
    grid.setVerticalSpacing(theme().px(1.5 * SPACE))
    for row, (word, text) in enumerate(steps):
        strong = QLabel(word)
        strong.setProperty("role", "strong")
        body = QLabel(text)
        body.setWordWrap(True)
        grid.addWidget(strong, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(body, row, 1)
    grid.setColumnStretch(1, 1)
    page.column.addLayout(grid)
    return page.finish()


def shortcuts(parent: QWidget, actions: Iterable[QAction]) -> QDialog:
    """Every key, from the actions themselves, so that the list is never out of date."""
    page = _Page("shortcuts", _t("Keyboard shortcuts"), parent)
    rows = [
        (a.text().replace("&", "").rstrip("…"), a.shortcut())
        for a in actions
        if not a.shortcut().isEmpty()
    ]
    canvas = (
        (_t("Fit the network"), "F"),
        (_t("Delete the selection"), "Del"),
        (_t("Next block, previous block"), "Tab, Shift+Tab"),
        (_t("Add a block by its name or what it does"), _t("/ or a double-click")),
        (_t("Draw a wire from the selected block"), _t("W, arrows, Enter")),
        (_t("Move or cut a wire"), _t("drag its end off the port")),
        (_t("Nudge the selection"), "←  →  ↑  ↓"),
        (_t("Into the neurons of an unfolded layer"), "Enter, then  ←  →  ↑  ↓"),
        (_t("Edit the weight or bias there"), "Enter"),
        (_t("Pan"), _t("Space and drag, or the middle button")),
        (_t("Zoom"), _t("mouse wheel")),
        (_t("Cancel a gesture"), "Esc"),
        (_t("Zoom into a run, on a plot over epochs"), _t("mouse wheel, or + and −")),
        (_t("Pan there"), _t("drag, or Shift+←  Shift+→")),
        (_t("Read the values there"), _t("hover, or ←  →  Home  End")),
        (_t("Show the whole run again"), _t("0 or a double-click")),
    )
    texts = [(name, keys.toString(QKeySequence.SequenceFormat.NativeText)) for name, keys in rows]
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().px(3 * SPACE))
    half = -(-len(texts) // 2)
    for column, part in enumerate((texts[:half], texts[half:], canvas)):
        for row, (name, keys) in enumerate(part):
            grid.addWidget(QLabel(name), row, 2 * column)
            key = QLabel(keys)
            key.setProperty("role", "muted")
            grid.addWidget(key, row, 2 * column + 1)
    page.column.addLayout(grid)
    return page.finish()


def about(parent: QWidget) -> QDialog:
    """Name, version, licence."""
    page = _Page("about", "Netbuilder", parent)
    for text in (
        _t("Version {version}").format(version=__version__),
        _t("Draw a multilayer perceptron, train it, and see why it learns or does not."),
        _t(
            "Free software under the MIT licence. Made with Qt for Python (LGPL) and NumPy;"
            " the font is Inter (OFL)."
        ),
    ):
        label = QLabel(text)
        label.setWordWrap(True)
        page.column.addWidget(label)
    return page.finish()
