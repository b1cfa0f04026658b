"""The network as PNG, SVG and PDF, on the clipboard and on paper: light, on white, all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers import ROOT
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from ui.window.answers import Answers

from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.commands import MoveNodes
from netbuilder.project.model import Project
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.pictures import Picture, prepare, print_on
from netbuilder.ui.theme import theme

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def xor(open_window: Callable[[Project], MainWindow]) -> MainWindow:
    return open_window(files.read(assets.example("xor")))


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    yield made
    made.finish()


def picture(window: MainWindow) -> Picture:
    return Picture(window.document, window.controller, window.canvas.canvas)


def likeness(a: QImage, b: QImage) -> float:
    """The share of sampled points whose lightness is nearly the same."""
    assert a.size() == b.size()
    points = [(x, y) for x in range(0, a.width(), 7) for y in range(0, a.height(), 3)]
    near = sum(
        abs(a.pixelColor(x, y).lightness() - b.pixelColor(x, y).lightness()) < 48 for x, y in points
    )
    return near / len(points)


def test_the_whole_network_is_there_on_white_at_twice_the_size(
    xor: MainWindow, tmp_path: Path
) -> None:
    xor.canvas.set_zoom(3.0)  # what the window shows does not count
    assert xor.pictures.export_to(tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    extent = xor.canvas.canvas.extent()
    assert abs(image.width() - 2 * (extent.width() + 48)) <= 2
    assert abs(image.height() - 2 * (extent.height() + 48)) <= 2
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1)]
    assert all(image.pixelColor(*c) == QColor("white") for c in corners)
    band = QColor(theme().current.kinds["loss"])  # the last block's top is there
    row = [image.pixelColor(x, 0) for x in range(image.width())]
    assert band not in row
    assert any(
        image.pixelColor(x, y) == band
        for y in range(0, image.height(), 2)
        for x in range(image.width() // 2, image.width(), 3)
    )


def test_the_picture_does_not_depend_on_theme_zoom_or_selection(xor: MainWindow) -> None:
    light = picture(xor).png()
    theme().set_mode("dark")
    theme().set_text_zoom(150)
    xor.canvas.select_all()
    assert picture(xor).png() == light
    assert theme().current.is_dark


def test_the_drawing_is_vectors_and_looks_the_same(xor: MainWindow, tmp_path: Path) -> None:
    assert xor.pictures.export_to(tmp_path / "a.svg")
    data = (tmp_path / "a.svg").read_bytes()
    tree = ElementTree.fromstring(data)
    assert tree.findtext("{http://www.w3.org/2000/svg}title") == "XOR"
    labels = [e.get("aria-label") for e in tree.iter() if e.get("aria-label")]
    assert "hidden" in labels
    assert "Dense · 2 → 4" in labels
    assert b"<text" not in data  # the words look the same where the font is missing
    image = picture(xor).image()
    drawn = QImage(image.size(), QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    QSvgRenderer(data).render(painter)
    painter.end()
    assert likeness(image, drawn) > 0.97


def test_a_page_as_large_as_the_picture(xor: MainWindow, tmp_path: Path) -> None:
    assert xor.pictures.export_to(tmp_path / "a.PDF")
    data = (tmp_path / "a.PDF").read_bytes()
    assert data.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[([^]]*)\]", data)
    width, height = [float(v) for v in box.split()][2:]
    size = picture(xor).size
    assert abs(width - 0.75 * size.width()) < 2
    assert abs(height - 0.75 * size.height()) < 2
    assert b"/FontFile" in data  # the words are text in the right font


def test_what_is_unfolded_is_unfolded_in_the_picture(xor: MainWindow, qtbot: QtBot) -> None:
    folded = picture(xor).size
    xor.canvas.unfolding.unfold_all()
    block = xor.canvas.canvas.blocks["hidden"]

    def ready() -> bool:
        return block.neurons is not None and block.neurons.maps is not None

    qtbot.waitUntil(ready, timeout=10_000)
    made = picture(xor)
    assert made.size.height() > folded.height()
    inside = made._scene.blocks["hidden"].neurons
    assert inside is not None
    assert inside.maps is not None
    assert inside.weights is not None
    assert made._scene.extent() == xor.canvas.canvas.extent()


def test_copy_puts_pixels_and_the_drawing_on_the_clipboard(xor: MainWindow) -> None:
    xor.canvas.setFocus()
    QTest.keyClick(xor.canvas, Qt.Key.Key_C, CONTROL | SHIFT)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage()
    assert bytes(mime.data("image/svg+xml").data()).startswith(b"<?xml")
    assert QGuiApplication.clipboard().image().size() == picture(xor).image().size()


COPY_AND_END = """
import sys
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from netbuilder import assets
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.settings import AppSettings

app = QApplication([])
settings = AppSettings(QSettings(sys.argv[1], QSettings.Format.IniFormat))
window = MainWindow(Document(files.read(assets.example("xor"))), settings)
window.pictures.copy()
window.close()
"""


def test_a_picture_on_the_clipboard_does_not_crash_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COPY_AND_END, str(tmp_path / "a.ini")]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, timeout=60)
    assert done.returncode == 0


def test_a_network_spread_far_is_drawn_less_sharp(xor: MainWindow) -> None:
    xor.document.push(MoveNodes({"loss": (900_000.0, 900_000.0)}))
    image = picture(xor).image()
    assert not image.isNull()
    assert max(image.width(), image.height()) <= 30_000


def test_export_asks_for_a_file_and_refuses_in_one_sentence(
    xor: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(name: str, kind: str) -> None:
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_: (name and str(tmp_path / name), kind)
        )

    choose("", "")
    xor.named_actions["export_picture"].trigger()
    choose("plain", "Drawing (*.svg)")
    xor.named_actions["export_picture"].trigger()
    choose("typed.pdf", "Picture (*.png)")
    xor.named_actions["export_picture"].trigger()
    found = sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".ini")
    assert found == ["plain.svg", "typed.pdf"]
    choose("a.gif", "Picture (*.png)")
    answers.expect("ok")
    xor.named_actions["export_picture"].trigger()
    assert answers.last == (
        "The picture cannot be exported"
        " No kind of picture has the ending “.gif”: choose .png, .svg, .pdf."
    )
    choose("no/a.png", "Picture (*.png)")
    answers.expect("ok")
    xor.named_actions["export_picture"].trigger()
    assert answers.last.endswith("a.png: there is no such folder")


def test_without_a_printer_it_says_so_and_offers_a_file(
    xor: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "page.pdf"), ""))
    answers.expect("cancel")
    xor.named_actions["print"].trigger()
    assert answers.last.startswith("No printer was found.")
    answers.expect("export")
    xor.named_actions["print"].trigger()
    assert (tmp_path / "page.pdf").exists()


def test_printing_fits_the_network_on_one_page(xor: MainWindow, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "print.pdf"))
    prepare(printer, picture(xor))
    print_on(printer, picture(xor))
    data = (tmp_path / "print.pdf").read_bytes()
    (box,) = re.findall(rb"/MediaBox \[([^]]*)\]", data)
    width, height = [float(v) for v in box.split()][2:]
    assert width > height  # it lies as the network does
    assert data.count(b"/Type /Page\n") == 1


def test_an_empty_canvas_has_no_picture(window: MainWindow, answers: Answers) -> None:
    for name in ("copy_picture", "export_picture", "print"):
        assert not window.named_actions[name].isEnabled()
    answers.expect("ok")
    window.pictures.copy()
    assert answers.last == "There is no picture The canvas is empty: add a block first."
