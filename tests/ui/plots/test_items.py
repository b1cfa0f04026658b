"""Lines are drawn in their colour and at their place, and quickly at every resolution."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from netbuilder.ui.plots.items import Line, LinesItem, cut, draw_segments

SIZE = 300


def drawn(line: Line, ratio: float = 1.0) -> tuple[QImage, float]:
    """The line in a view of 0 … 1 on white, and the seconds it took."""
    image = QImage(round(SIZE * ratio), round(SIZE * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    item = LinesItem()
    item.set_lines([line])
    painter = QPainter(image)
    start = time.perf_counter()
    item.draw(painter, QTransform(SIZE, 0, 0, -SIZE, 0, SIZE))
    seconds = time.perf_counter() - start
    painter.end()
    return image, seconds


def noise(dashed: bool = False) -> Line:
    y = 0.5 + 0.2 * np.random.default_rng(0).standard_normal(600)
    return Line(np.linspace(0, 1, 600), y, "#0a66c8", dashed)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_level_line_lies_at_its_height(ratio: float) -> None:
    image, _ = drawn(Line(np.array([0.0, 1.0]), np.array([0.25, 0.25]), "#ff0000"), ratio)
    middle = image.width() // 2
    dark = [row for row in range(image.height()) if image.pixelColor(middle, row).green() < 128]
    assert 1 <= len(dark) / ratio <= 2
    assert np.mean(dark) / ratio == pytest.approx(0.75 * SIZE, abs=1.0)


def test_a_dashed_line_has_gaps() -> None:
    image, _ = drawn(Line(np.array([0.0, 1.0]), np.array([0.5, 0.5]), "#000000", dashed=True))
    row = min(range(148, 153), key=lambda y: sum(image.pixelColor(x, y).red() for x in range(SIZE)))
    dark = [image.pixelColor(x, row).red() < 128 for x in range(SIZE)]
    assert 0.4 < np.mean(dark) < 0.8


def test_one_point_is_a_dot() -> None:
    image, _ = drawn(Line(np.array([0.5]), np.array([0.5]), "#ff0000"))
    assert image.pixelColor(150, 150).green() < 100


@pytest.mark.parametrize("dashed", [False, True])
def test_a_fine_screen_costs_a_few_times_as_much_and_not_a_hundred(dashed: bool) -> None:
    # Qt needs 0.3 s for this line when its pen is wider than one device pixel.
    coarse = min(drawn(noise(dashed), 1.0)[1] for _ in range(5))
    fine = min(drawn(noise(dashed), 2.0)[1] for _ in range(5))
    assert fine < 12 * coarse


def test_what_lies_beside_the_view_is_cut_off_where_the_line_crosses_its_edge() -> None:
    x, y = np.array([0.0, 10.0, 20.0, 30.0]), np.array([0.0, 10.0, 0.0, 30.0])
    xs, ys = cut(x, y, 5.0, 25.0)
    assert xs.tolist() == [5.0, 10.0, 20.0, 25.0]
    assert ys.tolist() == [5.0, 10.0, 0.0, 15.0]
    # Between two points, none of which is in view, the line is still seen.
    xs, ys = cut(x, y, 22.0, 28.0)
    assert xs.tolist() == [22.0, 28.0]
    assert ys.tolist() == [6.0, 24.0]
    assert cut(x, y, 0.0, 30.0)[0] is x
    assert len(cut(x, y, 40.0, 50.0)[0]) == 0


def test_segments_are_drawn_from_one_place_to_the_other() -> None:
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    # Rows of a larger array: not contiguous, and read as they are told.
    ends = np.array([[10.0, 20.0, 10.0, 80.0], [0, 0, 0, 0], [50.0, 60.0, 150.0, 60.0]])[::2]
    draw_segments(painter, ends, QPen(QColor("#ff0000"), 2))
    draw_segments(painter, np.empty((0, 4)), QPen(QColor("#00ff00"), 2))
    painter.end()
    red = QColor("#ff0000")
    assert image.pixelColor(10, 50) == red
    assert image.pixelColor(100, 60) == red
    assert image.pixelColor(30, 40) == QColor("#ffffff")
