"""Icons drawn from `resources/icons`, coloured by the theme."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from netbuilder import assets
from netbuilder.ui.theme import theme

_SIZES = (12, 16, 18, 24)  # that the window uses, in pixels at 100 % text zoom
_DISABLED_SIZES = (16, 24)
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


class TakesIcon(Protocol):
    """A button or an action."""

    def setIcon(self, icon: QIcon, /) -> None: ...  # noqa: N802


def icon_names() -> list[str]:
    """Every icon there is, sorted."""
    return assets.names("icons", ".svg")


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon `name` in `colour` ("#rrggbb"; the theme's text colour if None), grey when disabled.

    The colour is fixed: call again on `theme().changed`, or use `live_icon`.
    Raises `FileNotFoundError`.
    """
    colours = theme().current
    scale = theme().px(100) / 100 * QGuiApplication.primaryScreen().devicePixelRatio()
    return _icon(name, colour or colours.text, colours.faint, scale)


def pixmap(name: str, size: int, colour: str | None = None) -> QPixmap:
    """The icon `name` as a square of `size` device-independent pixels, crisp on dense screens."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    return _pixmap(name, size, colour or theme().current.text, ratio)


def live_icon(target: TakesIcon, name: str, token: str = "text") -> None:
    """Give a button or an action the icon `name` in the theme colour `token`, and keep it in step.

    The icon is drawn anew after each theme change. Calling again on the same target replaces it.
    """
    assert isinstance(target, QObject)
    for keeper in target.findChildren(_Keeper, options=Qt.FindChildOption.FindDirectChildrenOnly):
        keeper.setParent(None)
        keeper.deleteLater()
    _Keeper(target, name, token).refresh()


def app_icon() -> QIcon:
    """The program's own icon, in full colour."""
    picture = QIcon()
    drawing = _drawing(assets.data("icons", "netbuilder.svg"))
    for size in _APP_SIZES:
        picture.addPixmap(_render(drawing, size))
    return picture


class _Keeper(QObject):
    # A child of its target, so that the connection to the theme dies with the target.
    def __init__(self, target: QObject, name: str, token: str) -> None:
        super().__init__(target)
        self._name = name
        self._token = token
        theme().changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        target = self.parent()
        if target is not None:
            colour = getattr(theme().current, self._token)
            target.setIcon(icon(self._name, colour))  # type: ignore[attr-defined]


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str, scale: float) -> QIcon:
    picture = QIcon()
    drawing, quiet = _drawing(_svg(name, colour)), _drawing(_svg(name, disabled))
    for size in _SIZES:
        picture.addPixmap(_render(drawing, round(size * scale)))
    for size in _DISABLED_SIZES:
        picture.addPixmap(_render(quiet, round(size * scale)), QIcon.Mode.Disabled)
    return picture


@lru_cache(maxsize=512)
def _pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    picture = _render(_drawing(_svg(name, colour)), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


@cache
def _source(name: str) -> str:
    return assets.text("icons", f"{name}.svg")


def _svg(name: str, colour: str) -> bytes:
    return _source(name).replace("currentColor", colour).encode()


def _drawing(svg: bytes) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg))


def _render(drawing: QSvgRenderer, size: int) -> QPixmap:
    picture = QPixmap(QSize(size, size))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
