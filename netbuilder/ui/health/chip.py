"""The verdict in a word, in the transport bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from netbuilder.ui.forms.words import words_of
from netbuilder.ui.health.look import before_words, health_look
from netbuilder.ui.health.watch import HealthWatch
from netbuilder.ui.icons import pixmap
from netbuilder.ui.theme import theme
from netbuilder.ui.widgets import StatusChip


class HealthChip(StatusChip):
    """Word, icon and colour tell the level; a click opens the explanation."""

    def __init__(self, watch: HealthWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watch = watch
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
        verdict = words_of(first.title)
        if others:
            verdict = self.tr("{word} +{n}").format(word=verdict, n=len(others))
        word = verdict
        name = self.tr("Health: {word}").format(word=word)
        sentence = words_of(first.says.template).format(**first.says.fields)
        if self._watch.of_before:
            word = self.tr("{word} (before)").format(word=verdict)
            name = self.tr("Health of the network before: {word}").format(word=verdict)
            sentence = f"{before_words()}\n{sentence}"
        self.set_status(look.chip, word)
        self.setToolTip(sentence)
        self.setAccessibleName(name)
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
