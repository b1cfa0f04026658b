"""The look: readable colours, live changes, icons, fonts and lengths."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations

import pytest
import shiboken6
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from netbuilder import assets
from netbuilder.ui.icons import app_icon, icon, icon_names, live_icon, pixmap
from netbuilder.ui.stylesheet import IMAGES, stylesheet
from netbuilder.ui.theme import DARK, LIGHT, Theme, ThemeManager, theme

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
BACKGROUNDS = ("window", "surface", "raised", "sunken")


@pytest.fixture
def look(qapp: QApplication) -> Iterator[ThemeManager]:
    manager = theme()
    manager.install(qapp)
    manager.set_mode("light")
    manager.set_text_zoom(100)
    yield manager
    manager.set_mode("light")
    manager.set_text_zoom(100)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", THEMES)
@pytest.mark.parametrize("ground", BACKGROUNDS)
def test_text_is_readable_on_every_background(colours: Theme, ground: str) -> None:
    assert contrast(colours.text, getattr(colours, ground)) >= 7
    assert contrast(colours.muted, getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", THEMES)
def test_coloured_words_are_readable(colours: Theme) -> None:
    assert contrast(colours.accent_text, colours.accent) >= 4.5
    assert contrast(colours.accent_text, colours.accent_hover) >= 4.5
    assert contrast(colours.accent, colours.surface) >= 4.5
    assert contrast(colours.text, colours.selection) >= 7
    for level in ("success", "warning", "danger"):
        soft = getattr(colours, f"{level}_soft")
        assert contrast(getattr(colours, level), soft) >= 4.5
        assert contrast(colours.text, soft) >= 7


@pytest.mark.parametrize("colours", THEMES)
def test_lines_and_blocks_stand_out_from_the_card(colours: Theme) -> None:
    assert len(colours.series) >= 8
    for colour in (*colours.series, *colours.kinds.values()):
        assert contrast(colour, colours.surface) >= 3
    assert set(colours.kinds) == {
        "input", "layer", "activation", "normalisation", "regularisation", "loss",
    }  # fmt: skip


# What a colour-blind eye sees of linear RGB: Machado, Oliveira & Fernandes (2009), severity 1.
EYES = {
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE L*a*b* of a colour (white D65) as that eye sees it; 2.3 is just noticeable."""
    linear = []
    for i in (1, 3, 5):
        channel = int(colour[i : i + 2], 16) / 255
        linear.append(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
    red, green, blue = (
        min(max(sum(w * c for w, c in zip(row, linear, strict=True)), 0.0), 1.0)
        for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("colours", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_any_two_lines_differ_to_any_eye(colours: Theme, eye: str) -> None:
    for one, other in combinations(colours.series, 2):
        gap = math.dist(lab(one, eye), lab(other, eye))
        assert gap > 20, (one, other)


@pytest.mark.parametrize("colours", THEMES)
def test_every_token_is_a_colour(colours: Theme) -> None:
    for field in fields(colours):
        value = getattr(colours, field.name)
        if isinstance(value, str) and field.name != "name":
            assert re.fullmatch(r"#[0-9a-f]{6}", value), field.name


@pytest.mark.parametrize("colours", THEMES)
def test_the_style_sheet_has_no_hole(colours: Theme) -> None:
    sheet = stylesheet(colours, lambda value: round(value), dict.fromkeys(IMAGES, "x.svg"))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert f"background: {colours.accent}" in sheet


def test_the_style_sheet_scales_with_the_zoom(look: ThemeManager) -> None:
    images = dict.fromkeys(IMAGES, "x.svg")
    look.set_text_zoom(200)
    assert "font-size: 22px" in stylesheet(LIGHT, look.px, images)  # captions: 11 px at 100 %


def test_a_mode_changes_palette_and_tells_once(look: ThemeManager, qtbot: QtBot) -> None:
    with qtbot.waitSignal(look.changed):
        look.set_mode("dark")
    assert look.current is DARK
    assert QApplication.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.text)
    with qtbot.assertNotEmitted(look.changed):
        look.set_mode("dark")


def test_an_unknown_mode_is_refused_by_name(look: ThemeManager) -> None:
    with pytest.raises(ValueError, match="'sepia'"):
        look.set_mode("sepia")
    assert look.mode == "light"


@pytest.mark.parametrize(("asked", "given"), [(10, 80), (80, 80), (150, 150), (900, 250)])
def test_text_zoom_stays_in_range(look: ThemeManager, asked: int, given: int) -> None:
    look.set_text_zoom(asked)
    assert look.text_zoom == given


def test_lengths_and_fonts_follow_the_zoom(look: ThemeManager) -> None:
    assert (look.px(13), look.font("body").pixelSize()) == (13, 13)
    look.set_text_zoom(200)
    assert (look.px(13), look.font("body").pixelSize()) == (26, 26)
    assert QApplication.font().pixelSize() == 26
    look.set_text_zoom(80)
    assert (look.px(0), look.px(0.3), look.px(10)) == (0, 1, 8)


def test_labels_take_their_role_from_the_style_sheet(look: ThemeManager, qtbot: QtBot) -> None:
    label = QLabel("Loss")
    qtbot.addWidget(label)
    label.setProperty("role", "title")
    label.ensurePolished()
    assert label.font().pixelSize() == 15
    look.set_text_zoom(200)
    assert label.font().pixelSize() == 30


def test_the_bundled_font_is_used(look: ThemeManager) -> None:
    assert QFontInfo(look.font("body")).family() == "Inter"
    with pytest.raises(ValueError, match="unknown font role 'huge'"):
        look.font("huge")


@pytest.mark.parametrize("sign", list("ộữỹĐ∑∂√≤≈→\u00d7·\u2212σηθ²₀"))
def test_the_font_has_the_signs_of_the_lectures(look: ThemeManager, sign: str) -> None:
    assert QFontMetrics(look.font("body")).inFontUcs4(ord(sign))


def test_digits_of_a_counter_have_equal_widths(look: ThemeManager) -> None:
    metrics = QFontMetrics(look.font("counter"))
    assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1


def test_every_icon_draws_in_the_colour_asked(look: ThemeManager) -> None:
    for name in icon_names():
        if name == "netbuilder":
            continue
        assert "currentColor" in assets.text("icons", f"{name}.svg"), name
        image = pixmap(name, 24, "#ff0000").toImage()
        inks = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert inks, name
        assert all(ink.red() > 240 and ink.green() < 15 for ink in inks), name


def test_every_image_of_the_style_sheet_exists() -> None:
    for name, token in IMAGES.values():
        assert name in icon_names()
        assert hasattr(LIGHT, token)


def test_a_missing_icon_is_named(look: ThemeManager) -> None:
    with pytest.raises(FileNotFoundError, match="icons/nothing"):
        icon("nothing")


def test_a_live_icon_follows_the_theme_and_dies_with_its_target(look: ThemeManager) -> None:
    action = QAction()
    live_icon(action, "pause")
    live_icon(action, "play")

    def ink() -> QColor:
        return action.icon().pixmap(QSize(24, 24)).toImage().pixelColor(11, 12)

    assert ink() == QColor(LIGHT.text)
    look.set_mode("dark")
    assert ink() == QColor(DARK.text)
    shiboken6.delete(action)
    look.set_mode("light")  # would raise in the slot if the keeper outlived its target


def test_the_program_icon_has_both_signs_of_a_weight(look: ThemeManager) -> None:
    assert {size.width() for size in app_icon().availableSizes()} >= {16, 32, 256}
    svg = assets.text("icons", "netbuilder.svg")
    assert "#f59322" in svg
    assert "#0877bd" in svg
