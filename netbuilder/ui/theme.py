"""The look as one live object: colours, fonts, lengths and the style sheet that follows from them.

Widgets that paint themselves read `theme().current` when they paint, and repaint on
`theme().changed`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QStyleOption, QWidget

from netbuilder import assets
from netbuilder.ui.stylesheet import IMAGES, stylesheet
from netbuilder.ui.tokens import DARK, LIGHT, Theme

__all__ = ["DARK", "LIGHT", "MODES", "SPACE", "Theme", "ThemeManager", "theme"]

SPACE = 8
"""The spacing unit in pixels at 100 % text zoom; gaps and margins are multiples or halves of it."""

MODES = ("system", "light", "dark")
ZOOM_RANGE = (80, 250)
FAMILY = "Inter"

_ROLES: dict[str, tuple[float, QFont.Weight]] = {
    "caption": (11, QFont.Weight.Normal),
    "section": (11, QFont.Weight.DemiBold),
    "body": (13, QFont.Weight.Normal),
    "strong": (13, QFont.Weight.DemiBold),
    "title": (15, QFont.Weight.DemiBold),
    "counter": (22, QFont.Weight.DemiBold),
    "mono": (12, QFont.Weight.Normal),
}
_TABULAR = frozenset({"counter", "caption", "body", "strong"})


class ThemeManager(QObject):
    """The one owner of the look; lives in the GUI thread."""

    changed = Signal()
    """Colours, fonts or lengths are different now: re-read, lay out and repaint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = "system"
        self._text_zoom = 100
        self._fonts: dict[tuple[str, int], QFont] = {}
        self._current = LIGHT
        self._app: QApplication | None = None
        self._style: QProxyStyle | None = None
        self._dressed = True

    @property
    def current(self) -> Theme:
        """The colours in force."""
        return self._current

    @property
    def mode(self) -> str:
        """What the user asked for: "system", "light" or "dark"."""
        return self._mode

    @property
    def text_zoom(self) -> int:
        """The size of text and of every length around it, in percent."""
        return self._text_zoom

    def install(self, app: QApplication, *, dress: bool = True) -> None:
        """Give `app` the look: Fusion style, bundled font, palette and, if `dress`, style sheet."""
        self._app = app
        self._dressed = dress
        _load_fonts()
        self._style = None
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(
            self._follow_system, Qt.ConnectionType.UniqueConnection
        )
        self._current = self._resolve()
        self._apply()

    @property
    def is_dressed(self) -> bool:
        """Whether the style sheet is on; it is not while the first window is made."""
        return self._dressed

    def dress(self) -> None:
        """Put the style sheet on now, where `install` has not: a window that was made without one
        and is dressed as a whole stands in half the time."""
        if not self._dressed:
            self._dressed = True
            self._apply()

    @contextmanager
    def on_paper(self) -> Iterator[None]:
        """For what is drawn meanwhile: light, whatever the window looks like. Nobody is told."""
        before, self._current = self._current, LIGHT
        try:
            yield
        finally:
            self._current = before

    def set_mode(self, mode: str) -> None:
        """Follow the system or stay light or dark. Raises `ValueError` for another word."""
        if mode not in MODES:
            raise ValueError(f"unknown theme mode '{mode}': expected one of {', '.join(MODES)}")
        if mode == self._mode:
            return
        self._mode = mode
        self._switch_to(self._resolve())

    def set_text_zoom(self, percent: int) -> None:
        """Scale all text and lengths; out-of-range values go to the nearest end (80 to 250 %)."""
        low, high = ZOOM_RANGE
        percent = min(max(int(percent), low), high)
        if percent == self._text_zoom:
            return
        self._text_zoom = percent
        self._apply()

    def px(self, value: float) -> int:
        """A length given at 100 % in pixels at the present zoom; a visible one stays visible."""
        scaled = round(value * self._text_zoom / 100)
        return max(scaled, 1) if value > 0 else scaled

    def font(self, role: str = "body") -> QFont:
        """The font of a role: caption, section, body, strong, title, counter or mono.

        Digits have equal widths (except in titles), so that numbers which change do not jitter.
        """
        known = self._fonts.get((role, self._text_zoom))
        if known is None:
            known = self._fonts[role, self._text_zoom] = self._made_font(role)
        return QFont(known)  # a copy, that the caller may change; it shares what Qt has worked out

    def _made_font(self, role: str) -> QFont:
        try:
            size, weight = _ROLES[role]
        except KeyError:
            known = ", ".join(_ROLES)
            raise ValueError(f"unknown font role '{role}': expected one of {known}") from None
        if role == "mono":
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        else:
            font = QFont(FAMILY)
            font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setPixelSize(self.px(size))
        font.setWeight(weight)
        if role == "section":
            font.setCapitalization(QFont.Capitalization.AllUppercase)
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 106)
        if role in _TABULAR:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    @Slot(Qt.ColorScheme)
    def _follow_system(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._switch_to(self._resolve())

    def _resolve(self) -> Theme:
        if self._mode != "system":
            return DARK if self._mode == "dark" else LIGHT
        if QGuiApplication.instance() is None:
            return LIGHT
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT

    def _switch_to(self, colours: Theme) -> None:
        if colours is self._current:
            return
        self._current = colours
        self._apply()

    def _apply(self) -> None:
        if self._app is not None:
            if self._text_zoom != 100 and self._style is None:
                # Only now: it is asked thousands of times while a window is laid out.
                self._style = _ZoomedStyle("Fusion")
                self._app.setStyle(self._style)
            self._app.setFont(self.font("body"))
            self._app.setPalette(_palette(self._current))
            if self._dressed:
                sheet = stylesheet(self._current, self.px, _images(self._current))
                self._app.setStyleSheet(sheet)
        self.changed.emit()


@cache
def theme() -> ThemeManager:
    """The program's one theme manager."""
    return ThemeManager()


class _ZoomedStyle(QProxyStyle):
    # What a style sheet cannot scale: icons in menus, titles and message boxes, table rows.
    def pixelMetric(  # noqa: N802
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        value = super().pixelMetric(metric, option, widget)
        return theme().px(value) if metric in _SCALED else value


_SCALED = frozenset(
    {
        QStyle.PixelMetric.PM_SmallIconSize,
        QStyle.PixelMetric.PM_LargeIconSize,
        QStyle.PixelMetric.PM_ButtonIconSize,
        QStyle.PixelMetric.PM_ToolBarIconSize,
        QStyle.PixelMetric.PM_ListViewIconSize,
        QStyle.PixelMetric.PM_TabBarIconSize,
        QStyle.PixelMetric.PM_MessageBoxIconSize,
        QStyle.PixelMetric.PM_HeaderDefaultSectionSizeHorizontal,
        QStyle.PixelMetric.PM_HeaderDefaultSectionSizeVertical,
    }
)


@cache
def _load_fonts() -> None:
    for name in assets.names("fonts", ".otf"):
        if QFontDatabase.addApplicationFontFromData(assets.data("fonts", f"{name}.otf")) < 0:
            raise RuntimeError(f"the bundled font '{name}.otf' cannot be loaded")


@cache
def _image_folder() -> Path:
    # A style sheet can name images by file only, and they must come in each theme's colours.
    folder = Path(tempfile.mkdtemp(prefix="netbuilder-theme-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _images_of(name: str) -> dict[str, str]:
    colours = {"light": LIGHT, "dark": DARK}[name]
    found: dict[str, str] = {}
    for key, (icon_name, token) in IMAGES.items():
        svg = assets.text("icons", f"{icon_name}.svg")
        target = _image_folder() / f"{name}-{key}.svg"
        target.write_text(svg.replace("currentColor", getattr(colours, token)), encoding="utf-8")
        found[key] = target.as_posix()
    return found


def _images(colours: Theme) -> dict[str, str]:
    return _images_of(colours.name)


def _palette(colours: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, colour in {
        role.Window: colours.surface,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.border,
        role.Mid: colours.border_strong,
        role.Dark: colours.border_strong,
        role.Shadow: colours.border_strong,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.faint))
    return palette
