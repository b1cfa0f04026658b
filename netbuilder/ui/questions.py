"""Questions and failures: one message box, its words, and the button that was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

Role = QMessageBox.ButtonRole


class Choice(NamedTuple):
    """One button; the name is also the end of its object name."""

    name: str
    text: str
    role: QMessageBox.ButtonRole = Role.AcceptRole


def ask(
    parent: QWidget, name: str, text: str, detail: str, choices: Sequence[Choice], otherwise: str
) -> str:
    """The name of the choice that was made; `otherwise` is what Esc means. The first is default."""
    box = _box(parent, name, text, detail)
    buttons = {}
    for choice in choices:
        button = box.addButton(choice.text, choice.role)
        button.setObjectName(f"dialog.{name}.{choice.name}")
        buttons[choice.name] = button
    box.setDefaultButton(buttons[choices[0].name])
    box.setEscapeButton(buttons[otherwise])
    box.exec()
    pressed = box.clickedButton()
    made = next((k for k, button in buttons.items() if button is pressed), otherwise)
    box.deleteLater()
    return made


def tell(parent: QWidget, name: str, text: str, detail: str) -> None:
    """Say what went wrong, until it was read."""
    box = _box(parent, name, text, detail)
    box.exec()
    box.deleteLater()


def may_replace(parent: QWidget, path: Path) -> bool:
    """Ask about a file whose ending was added after the file dialog had looked for it."""
    if not path.exists():
        return True
    answer = ask(
        parent,
        "replace",
        _t("Replace “{name}”?").format(name=path.name),
        _t("There is already a file of that name in this folder."),
        (
            Choice("replace", _t("Replace"), Role.DestructiveRole),
            Choice("cancel", _t("Cancel"), Role.RejectRole),
        ),
        "cancel",
    )
    return answer == "replace"


def _t(text: str) -> str:
    return QCoreApplication.translate("questions", text)


def _box(parent: QWidget, name: str, text: str, detail: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Netbuilder", text, parent=parent)
    box.setObjectName(f"dialog.{name}")
    # Names of files and projects may hold what looks like markup.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(detail)
    return box
