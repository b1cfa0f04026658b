"""Files that are dragged onto a window: projects open, weights are loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.ui.theme import theme


def dragged_files(mime: QMimeData) -> list[Path]:
    """The local files that a drag carries."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class FileDrop(QObject):
    """Watches a window and its panels for drags of files; everything else is left to those under
    the pointer."""

    def __init__(self, window: QWidget, take: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._take = take
        self._waiting: list[Path] = []
        self._hint = QLabel(window)
        self._hint.setObjectName("drop.hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        self.watch(window)

    def watch(self, widget: QWidget) -> None:
        """Take files dropped on this one as well: a floating panel is a window of its own."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take drags of files."""
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self._hint.hide()
            return False
        if kind not in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return False
        assert isinstance(event, QDropEvent)
        paths = dragged_files(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.Drop:
            self._hint.hide()
            self._waiting += paths
            # The program that drags waits until the drop is answered: questions come after it.
            QTimer.singleShot(0, self, self._take_all)
        elif kind == QEvent.Type.DragEnter:
            assert isinstance(watched, QWidget)
            self._show_hint(paths, watched.window())
        return True

    def _take_all(self) -> None:
        paths, self._waiting = self._waiting, []
        for path in paths:
            self._take(path)

    def _show_hint(self, paths: list[Path], window: QWidget) -> None:
        self._hint.setParent(window)
        colours, px = theme().current, theme().px
        self._hint.setText(
            self.tr("Drop to open {name}").format(name=paths[0].name)
            if len(paths) == 1
            else self.tr("Drop to open {count} files").format(count=len(paths))
        )
        self._hint.setFont(theme().font("title"))
        self._hint.setStyleSheet(
            f"background: {colours.selection}; color: {colours.text};"
            f" border: {px(2)}px dashed {colours.accent}; border-radius: {px(10)}px;"
        )
        self._hint.adjustSize()
        box = self._hint.rect().adjusted(0, 0, px(64), px(48))
        box.setSize(box.size().boundedTo(window.size()))
        box.moveCenter(window.rect().center())
        self._hint.setGeometry(box)
        self._hint.show()
        self._hint.raise_()
