"""Message boxes answered as a user does: through their buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton


class Answers(QObject):
    """Clicks the expected button of each message box that comes up, in order.

    An answer is the end of the button's object name ("save"), "ok" for a box that only tells, or
    "esc" for the key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._expected: list[str] = []
        self.shown: list[str] = []
        self.names: list[str] = []
        self._meanwhile: Callable[[], object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def expect(self, *buttons: str, meanwhile: Callable[[], object] | None = None) -> None:
        """The next boxes will be answered so; `meanwhile` is done while the first is open."""
        assert self._expected == []
        self._expected += buttons
        self._meanwhile = meanwhile

    def finish(self) -> None:
        """Everything expected has happened."""
        self._timer.stop()
        assert self._expected == []

    @property
    def last(self) -> str:
        """The words of the last box."""
        return self.shown[-1]

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox) or not box.isVisible():
            return
        self.shown.append(f"{box.text()} {box.informativeText()}")
        self.names.append(box.objectName())
        answer = self._expected.pop(0) if self._expected else "unexpected"
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if answer == "esc":
            QTest.keyClick(box, Qt.Key.Key_Escape)
            return
        if answer == "ok":
            QTest.mouseClick(box.button(QMessageBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
            return
        button = box.findChild(QPushButton, f"{box.objectName()}.{answer}")
        if button is None:
            box.reject()
            raise AssertionError(f"{box.objectName()} has no button '{answer}': {self.last}")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
