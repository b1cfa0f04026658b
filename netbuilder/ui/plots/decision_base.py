"""What the views of a network's pictures share: a wish, common settings, focus and menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.engine.scene import Wish
from netbuilder.ui.plots.decision_settings import DecisionSettings
from netbuilder.ui.plots.hover import HoverPlot


class ScenePlot(HoverPlot):
    """A card that wishes something of the run while it is in sight."""

    wish_changed = Signal()
    """Another picture is wanted from now on, or none."""

    def __init__(self, title: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, object_name, parent)
        self.settings = DecisionSettings(self)
        self.settings.changed.connect(self._follow_settings)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def share(self, settings: DecisionSettings) -> None:
        """Look at the same plane as the other views."""
        self.settings.changed.disconnect(self._follow_settings)
        self.settings = settings
        settings.changed.connect(self._follow_settings)
        self._follow_settings()

    def wished(self, wish: Wish) -> Wish:
        """The wish with what this view needs in it; only asked while it is in sight."""
        return wish

    def _follow_settings(self) -> None:
        self.refresh()
        self.wish_changed.emit()

    def fill_menu(self, menu: QMenu) -> None:
        """Which samples are shown."""
        name, settings = self.objectName(), self.settings
        for key, words, on, change in (
            ("train", self.tr("Training samples"), settings.train, settings.show_train),
            ("test", self.tr("Test samples"), settings.test, settings.show_test),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"{name}.show_{key}")
            action.setCheckable(True)
            action.setChecked(on)
            action.toggled.connect(change)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin to wish."""
        super().showEvent(event)
        self.wish_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Wish no more."""
        super().hideEvent(event)
        self.wish_changed.emit()

    @Slot()
    def _tell_wish(self) -> None:
        self.wish_changed.emit()
