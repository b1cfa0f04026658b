"""The drawing surface: everything at its place, and a frame draws only what has changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QTransform

from netbuilder.ui.plots.area import PlotArea
from netbuilder.ui.plots.items import Line, LinesItem, ViewItem
from netbuilder.ui.plots.scales import Axis
from netbuilder.ui.theme import theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

X = Axis(0.0, 10.0, ((0.0, "0"), (10.0, "10")), "epoch")
Y = Axis(-1.0, 1.0, ((-1.0, "−1"), (1.0, "1")), "loss")


class Counted(ViewItem):
    """Fills the view and counts how often it is asked to."""

    def __init__(self, kept: bool, colour: str = "#ff0000") -> None:
        super().__init__()
        self.kept, self.colour, self.count = kept, colour, 0

    def draw(self, painter: QPainter, to_pixels: QTransform) -> None:
        self.count += 1
        painter.fillRect(to_pixels.mapRect(self.area), QColor(self.colour))


@pytest.fixture
def area(qtbot: Any) -> PlotArea:
    found = PlotArea()
    qtbot.addWidget(found)
    found.resize(300, 200)
    found.set_axes(X, Y)
    with qtbot.waitExposed(found):
        found.show()
    return found


def test_view_coordinates_lead_to_their_pixels(area: PlotArea) -> None:
    view = area.view_rect()
    to_pixels = area.transform_to(view)
    assert to_pixels.map(QPointF(0.0, -1.0)) == view.bottomLeft()
    assert to_pixels.map(QPointF(10.0, 1.0)) == view.topRight()
    assert to_pixels.map(QPointF(5.0, 0.0)) == view.center()
    left, top, right, bottom = area.margins()
    assert QRectF(area.rect()).adjusted(left, top, -right, -bottom) == view


def test_what_is_kept_is_drawn_once_while_a_line_grows(area: PlotArea) -> None:
    kept, lines = Counted(kept=True), LinesItem()
    area.add(kept)
    area.add(lines)
    for k in range(2, 6):
        lines.set_lines([Line(np.arange(float(k)), np.zeros(k), "#000000")])
        area.grab()
    assert kept.count == 1
    kept.update()
    area.grab()
    assert kept.count == 2
    area.set_axes(Axis(0.0, 20.0, X.ticks, "epoch"), Y)  # it lies elsewhere now
    area.grab()
    assert kept.count == 3


def test_the_higher_lies_above_and_the_invisible_not_at_all(area: PlotArea) -> None:
    low, high = Counted(False, "#ff0000"), Counted(True, "#0000ff")
    high.z = 5.0
    area.add(high)
    area.add(low)
    middle = area.view_rect().center().toPoint()
    assert area.grab().toImage().pixelColor(middle) == QColor("#0000ff")
    high.set_visible(False)
    assert area.grab().toImage().pixelColor(middle) == QColor("#ff0000")
    # Nothing leaves the axes.
    corner = area.view_rect().topLeft().toPoint()
    ground = QColor(theme().current.surface)
    assert area.grab().toImage().pixelColor(corner.x() - 1, middle.y()) == ground


def test_words_stand_alone(area: PlotArea) -> None:
    item = Counted(kept=False)
    area.add(item)
    area.set_note("Nothing yet.")
    area.grab()
    assert (area.note, item.count) == ("Nothing yet.", 0)
    area.set_note("")
    area.grab()
    assert item.count == 1


def test_room_that_the_axes_take_is_told_after_the_drawing(qtbot: Any, area: PlotArea) -> None:
    width = area.view_size().width()
    with qtbot.waitSignal(area.view_resized):
        area.set_axes(X, Axis(0.0, 1e6, ((0.0, "0"), (1e6, "1,000,000")), "loss"))
        assert area.view_size().width() < width
    with qtbot.waitSignal(area.view_resized):
        area.resize(400, 200)


def test_dark_and_larger_text_draw_it_anew(area: PlotArea) -> None:
    item = Counted(kept=True)
    area.add(item)
    area.grab()
    left = area.margins()[0]
    theme().set_text_zoom(200)
    area.grab()
    assert item.count == 2
    assert area.margins()[0] > left
    theme().set_mode("dark")
    assert area.grab().toImage().pixelColor(1, 1) == QColor(theme().current.surface)


@pytest.mark.parametrize("size", [(1, 1), (20, 200), (300, 10)])
def test_no_room_is_no_trouble(area: PlotArea, size: tuple[int, int]) -> None:
    area.add(Counted(kept=True))
    area.add(Counted(kept=False))
    area.resize(*size)
    assert not area.grab().isNull()
