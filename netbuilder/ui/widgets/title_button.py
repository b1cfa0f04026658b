"""A card's title that opens a menu."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from netbuilder.ui.icons import icon
from netbuilder.ui.theme import theme


class TitleButton(QToolButton):
    """Semibold words and a small chevron; the words end in "…" where there is no room."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron follows the words
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("class", "title")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_words(self, words: str) -> None:
        """Show this title."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self._fit()
            self.updateGeometry()

    def words(self) -> str:
        """The whole title."""
        return self._words

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for all the words."""
        metrics = QFontMetrics(theme().font("strong"))
        px = theme().px
        return QSize(metrics.horizontalAdvance(self._words) + px(24), metrics.height() + px(4))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a few letters."""
        metrics = QFontMetrics(theme().font("strong"))
        few = metrics.horizontalAdvance("mmm…") + theme().px(24)
        return QSize(min(few, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Cut the words to the room."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(theme().font("strong"))
        room = max(self.width(), self.minimumSizeHint().width()) - theme().px(22)
        if self.width() >= self.sizeHint().width():
            self.setText(self._words)
        else:
            self.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(self._words if self.text() != self._words else "")

    @Slot()
    def _restyle(self) -> None:
        px = theme().px
        self.setIcon(icon("chevron-down"))
        self.setIconSize(QSize(px(12), px(12)))
        self.setFont(theme().font("strong"))
        self._fit()
        self.updateGeometry()
