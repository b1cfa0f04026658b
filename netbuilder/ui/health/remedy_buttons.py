"""The remedies of a verdict as buttons, one below the other, whose words wrap."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from netbuilder.project.health import Verdict
from netbuilder.project.remedy import Fix
from netbuilder.ui.remedies import fix_words
from netbuilder.ui.theme import theme


class RemedyButtons(QWidget):
    """The first is the best. They never ask for more width than there is."""

    chosen = Signal(object)
    """The Fix to carry out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fixes: tuple[Fix, ...] = ()
        self.buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    def set_fixes(self, verdict: Verdict) -> None:
        """Offer the remedies of a verdict; buttons are used again."""
        same = [f.text for f in verdict.fixes] == [f.text for f in self._fixes]
        self._fixes = verdict.fixes
        self.setVisible(bool(self._fixes))
        if same:
            return
        while len(self.buttons) < len(self._fixes):
            button = _Button()
            button.clicked.connect(partial(self._choose, len(self.buttons)))
            self.buttons.append(button)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        for k, each in enumerate(self.buttons):
            each.setVisible(k < len(self._fixes))
            if k < len(self._fixes):
                words = fix_words(self._fixes[k])
                each.setObjectName(f"health.fix.{verdict.code}.{k}")
                each.setAccessibleName(self.tr("Remedy: {words}").format(words=words))
                each.setToolTip(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The words wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Any width will do."""
        return QSize(theme().px(80), super().minimumSizeHint().height())

    def _fit(self) -> None:
        metrics = QFontMetrics(theme().font("strong"))
        room = max(self.width() - theme().px(30), theme().px(60))
        for button, fix in zip(self.buttons, self._fixes, strict=False):
            button.setText(_wrapped(fix_words(fix), metrics, room).replace("&", "&&"))

    def _choose(self, place: int, _checked: bool = False) -> None:
        if place < len(self._fixes):
            self.chosen.emit(self._fixes[place])

    @Slot()
    def _lay_out(self) -> None:
        self._column.setSpacing(theme().px(6))
        self._fit()


class _Button(QPushButton):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("class", "fix")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(theme().px(60), super().minimumSizeHint().height())


def _wrapped(words: str, metrics: QFontMetrics, room: int) -> str:
    """Line breaks where the words would not fit."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)
