"""The network as a picture: for the clipboard, as a file, on paper.

Always in the light theme, on white, with the whole network fitted.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODeviceBase,
    QMarginsF,
    QMimeData,
    QObject,
    QRectF,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsItem, QWidget

from netbuilder.errors import NetbuilderError
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.training.controller import TrainingController
from netbuilder.ui.canvas.scene import CanvasScene
from netbuilder.ui.colours import layer_colours
from netbuilder.ui.file_actions import file_name
from netbuilder.ui.outlines import outlined
from netbuilder.ui.questions import Choice, Role, ask, may_replace, tell
from netbuilder.ui.settings import AppSettings
from netbuilder.ui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

SVG = "image/svg+xml"
OWNER = "application/x-netbuilder-process"
MARGIN = 24.0  # scene units of white around the network
SHARPNESS = 2.0  # pixels to a scene unit
MOST_PIXELS = 50e6  # a picture of a network that is spread very far is less sharp
LONGEST_SIDE = 30_000
POINTS = 0.75  # of a page to a scene unit, so that a picture comes out as large as on the screen
DOTS = 1200  # to an inch of a vector page


class Picture:
    """The network of a document, ready to be drawn on anything.

    It is a scene of its own, so that neither selection nor theme of the window shows. What is
    unfolded in the window (`shown`) is so here.
    """

    def __init__(
        self, document: Document, controller: TrainingController, shown: CanvasScene
    ) -> None:
        self.name = document.project.name
        with theme().on_paper():
            self._scene = CanvasScene(document.project)
            table = controller.table
            self._scene.set_dataset(
                document.project.dataset.title, len(table.x) if table is not None else 0
            )
            self._scene.set_analysis(controller.analysis)
            self._scene.set_colours(layer_colours(document.project, theme().current))
            if controller.snapshot is not None:
                self._scene.set_gradients(controller.snapshot.gradient_norms)
            self._unfold_like(shown)
            for item in self._scene.items():
                item.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # it would be drawn as pixels
            self._bounds = self._scene.extent().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def _unfold_like(self, shown: CanvasScene) -> None:
        blocks = self._scene.blocks
        for name, block in shown.blocks.items():
            if block.neurons is None or name not in blocks:
                continue
            blocks[name].set_unfolded(True)
            inside = blocks[name].neurons
            if inside is not None:
                inside.show_like(block.neurons)
        self._scene.lay_wires(blocks)

    @property
    def size(self) -> QSizeF:
        """Width and height in scene units, margin included."""
        return self._bounds.size()

    def paint(self, painter: QPainter, target: QRectF) -> None:
        """Draw it as large as it fits into a rectangle, in its middle."""
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        with theme().on_paper():
            self._scene.render(painter, target, self._bounds)

    # ---- formats --------------------------------------------------------------------------------

    def image(self) -> QImage:
        """The picture as pixels."""
        width, height = self.size.width(), self.size.height()
        scale = min(SHARPNESS, (MOST_PIXELS / (width * height)) ** 0.5)
        scale = min(scale, LONGEST_SIDE / max(width, height))
        image = QImage(
            max(round(width * scale), 1),
            max(round(height * scale), 1),
            QImage.Format.Format_RGB32,
        )
        image.fill(Qt.GlobalColor.white)
        # Programs that heed it show the picture as large as it is on the screen.
        for set_dots in (image.setDotsPerMeterX, image.setDotsPerMeterY):
            set_dots(round(96 * scale / 0.0254))
        painter = QPainter(image)
        self.paint(painter, QRectF(image.rect()))
        painter.end()
        return image

    def png(self) -> bytes:
        """The picture as a PNG file."""
        return png_of(self.image())

    def svg(self) -> bytes:
        """The picture as an SVG file; it looks the same where its font is not installed."""
        return svg_of(self.size, self.name, self._paint_page)

    def _paint_page(self, painter: QPainter) -> None:
        self.paint(painter, QRectF(0, 0, self.size.width(), self.size.height()))

    def pdf(self) -> bytes:
        """The picture as a PDF file of one page that is as large as the picture."""
        from PySide6.QtGui import QPageSize, QPdfWriter

        with _Memory() as buffer:
            writer = QPdfWriter(buffer)
            writer.setTitle(self.name)
            writer.setCreator("Netbuilder")
            writer.setResolution(DOTS)
            writer.setPageSize(QPageSize(self.size * POINTS, QPageSize.Unit.Point))
            writer.setPageMargins(QMarginsF(0, 0, 0, 0))
            painter = QPainter(writer)
            self.paint(painter, QRectF(painter.viewport()))
            painter.end()
            return bytes(buffer.data().data())

    def mime(self) -> QMimeData:
        """For the clipboard: pixels, and the drawing for programs that take it."""
        return mime_of(self.image(), self.svg())


class _Memory:
    """A device that keeps what is written to it."""

    def __init__(self) -> None:
        self._buffer = QBuffer()

    def __enter__(self) -> QBuffer:
        self._buffer.open(QIODeviceBase.OpenModeFlag.WriteOnly)
        return self._buffer

    def __exit__(self, *_error: object) -> None:
        self._buffer.close()


def png_of(image: QImage) -> bytes:
    """Pixels as a PNG file."""
    with _Memory() as buffer:
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())


def svg_of(size: QSizeF, title: str, paint: Callable[[QPainter], None]) -> bytes:
    """What `paint` draws on white, as an SVG file; it looks the same where its font is missing."""
    with _Memory() as buffer:
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setResolution(96)
        generator.setSize(size.toSize())
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        generator.setTitle(title)
        generator.setDescription("Made with Netbuilder")
        painter = QPainter(generator)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), Qt.GlobalColor.white)
        paint(painter)
        painter.end()
        return outlined(bytes(buffer.data().data()).decode()).encode()


def mime_of(image: QImage, svg: bytes) -> QMimeData:
    """For the clipboard: pixels, and the drawing for programs that take it."""
    data = QMimeData()
    data.setImageData(image)
    data.setData(SVG, QByteArray(svg))
    data.setData(OWNER, QByteArray(_owner()))
    return data


def to_clipboard(data: QMimeData) -> None:
    """Put what `mime_of` has made on the clipboard."""
    QGuiApplication.clipboard().setMimeData(data)
    _let_go_at_the_end()


FORMATS: dict[str, Callable[[Picture], bytes]] = {
    ".png": Picture.png,
    ".svg": Picture.svg,
    ".pdf": Picture.pdf,
}


class Pictures(QObject):
    """Copy, export and print the network. Every failure is one sentence."""

    saved = Signal(str)
    copied = Signal()

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        settings: AppSettings,
        window: QWidget,
        shown: CanvasScene,
    ) -> None:
        super().__init__(window)
        self._shown = shown
        self._document = document
        self._controller = controller
        self._settings = settings
        self._window = window

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        if self._anything():
            to_clipboard(self._picture().mime())
            self.copied.emit()

    def export(self) -> None:
        """Ask for a file and draw the picture there."""
        if not self._anything():
            return
        base = self._document.path or Path(self._settings.folder) / file_name(
            self._document.project.name
        )
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export a picture"),
            str(base.with_name(f"{base.stem}.png")),
            self.tr("Picture (*.png);;Drawing (*.svg);;Page (*.pdf)"),
        )
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(next((s for s in FORMATS if s in chosen), ".png"))
            if not may_replace(self._window, path):
                return
        self.export_to(path)

    def export_to(self, path: Path) -> bool:
        """Draw the picture into a file whose ending tells the format."""
        what = self.tr("The picture cannot be exported")
        draw = FORMATS.get(path.suffix.lower())
        if draw is None:
            tell(
                self._window,
                "error",
                what,
                self.tr("No kind of picture has the ending “{ending}”: choose {known}.").format(
                    ending=path.suffix, known=", ".join(FORMATS)
                ),
            )
            return False
        try:
            files.write_bytes(draw(self._picture()), path)
        except NetbuilderError as error:
            tell(self._window, "error", what, str(error))
            return False
        self.saved.emit(str(path))
        return True

    def print(self) -> None:
        """Print the picture on one page."""
        if not self._anything():
            return
        # Not before somebody prints: what printers need is a library of its own.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not QPrinterInfo.availablePrinterNames():
            answer = ask(
                self._window,
                "no_printer",
                self.tr("No printer was found."),
                self.tr("The picture can be exported as a PDF, to be printed elsewhere."),
                (
                    Choice("export", self.tr("Export a picture…")),
                    Choice("cancel", self.tr("Cancel"), Role.RejectRole),
                ),
                "cancel",
            )
            if answer == "export":
                self.export()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._window)
        dialog.setObjectName("dialog.print")
        picture = self._picture()
        prepare(printer, picture)
        if dialog.exec():
            print_on(printer, picture)

    def _picture(self) -> Picture:
        return Picture(self._document, self._controller, self._shown)

    def _anything(self) -> bool:
        if self._document.project.nodes:
            return True
        tell(
            self._window,
            "error",
            self.tr("There is no picture"),
            self.tr("The canvas is empty: add a block first."),
        )
        return False


@cache
def _let_go_at_the_end() -> None:
    # Qt would delete our data on the clipboard after Python has ended, and crash; pixels are its
    # own. This runs while the application still exists, because it was registered later.
    atexit.register(_leave_pixels)


def _leave_pixels() -> None:
    clipboard = QGuiApplication.clipboard()
    mime = clipboard.mimeData() if clipboard is not None else None
    if mime is not None and bytes(mime.data(OWNER).data()) == _owner():
        clipboard.setImage(clipboard.image())


def _owner() -> bytes:
    return str(os.getpid()).encode()


def prepare(printer: QPrinter, picture: Picture) -> None:
    """Turn the page as the picture lies, and name the job."""
    from PySide6.QtGui import QPageLayout

    printer.setDocName(picture.name)
    printer.setCreator("Netbuilder")
    wide = picture.size.width() > picture.size.height()
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    )


def print_on(printer: QPrinter, picture: Picture) -> None:
    """Draw the picture on a printer's page, not larger than on the screen."""
    painter = QPainter(printer)
    page = QRectF(painter.viewport())
    scale = min(
        page.width() / picture.size.width(),
        page.height() / picture.size.height(),
        printer.resolution() / 96,
    )
    target = QRectF(0, 0, picture.size.width() * scale, picture.size.height() * scale)
    target.moveCenter(page.center())
    target.moveTop(min(target.top(), page.top() + (page.height() - target.height()) / 3))
    picture.paint(painter, target)
    painter.end()
