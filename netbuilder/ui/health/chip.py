"""The verdict in a word, in the transport bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from netbuilder.ui.forms.words import words_of
from netbuilder.ui.health.look import health_look
from netbuilder.ui.health.watch import HealthWatch
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import StatusChip


class HealthChip(StatusChip):
    """Word, icon and colour tell the level; a click opens the explanation."""

    def __init__(self, watch: HealthWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport.health")
        self._icon = "info"
        self.set_clickable(True)
        watch.changed.connect(self._follow)
        self._follow(watch.verdicts)

    @Slot(object)
    def _follow(self, verdicts: object) -> None:
        assert isinstance(verdicts, list)
        first, *others = verdicts
        look = health_look(first.level, theme().current)
        self._icon = look.icon
        word = words_of(first.title)
        if others:
            word = self.tr("{word} +{n}").format(word=word, n=len(others))
        self.set_status(look.chip, word)
        sentence = words_of(first.says.template).format(**first.says.fields)
        self.setToolTip(sentence)
        self.setAccessibleName(self.tr("Health: {word}").format(word=word))
        self.setAccessibleDescription(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The pill, with the level's icon where others have a dot."""
        super().paintEvent(event)
        px = theme().px
        ground, ink = self._colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = px(14)
        place = QRectF(px(10), (self.height() - size) / 2, size, size)
        painter.fillRect(place, QColor(ground))
        painter.drawPixmap(place.topLeft(), pixmap(self._icon, size, ink))
