"""Work sheets as files: an HTML page for any browser, or a PDF."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODeviceBase, QMarginsF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer

from netbuilder.engine.exercise import Exercise
from netbuilder.export.worksheet import Words, worksheet
from netbuilder.ui.formula import formula_svg

SHARPNESS = 4  # pixels of a formula to one of the page
RESOLUTION = 300
WIDEST = 640  # pixels of a formula on the page
INK, SIZE = "#1f2933", 17.0


def html_sheet(
    exercise: Exercise, *, title: str, solutions: bool, step: int, digits: int, words: Words
) -> bytes:
    """The page as a file."""
    return worksheet(
        exercise, title=title, solutions=solutions, step=step, digits=digits, words=words
    ).encode()


def pdf_sheet(
    exercise: Exercise, *, title: str, solutions: bool, step: int, digits: int, words: Words
) -> bytes:
    """The page on A4 paper."""
    document = QTextDocument()
    pictures = _Pictures(document)
    page = worksheet(
        exercise,
        title=title,
        solutions=solutions,
        step=step,
        digits=digits,
        words=words,
        formula=pictures.formula,
    )
    document.setDefaultFont(QGuiApplication.font())
    document.setHtml(page)
    buffer = QBuffer()
    buffer.open(QIODeviceBase.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Netbuilder")
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 16, 18, 16), QPageLayout.Unit.Millimeter)
    # As large as the paper within its margins, so that it is laid out in the pixels of a screen.
    document.setDocumentMargin(0)
    document.setPageSize(writer.pageLayout().paintRect(QPageLayout.Unit.Inch).size() * 96)
    document.print_(writer)
    buffer.close()
    return bytes(buffer.data().data())


class _Pictures:
    """Formulas as images that a rich text document can hold: it knows no drawings."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._known: dict[str, str] = {}

    def formula(self, latex: str) -> str:
        """The HTML of one formula. Raises ValueError."""
        if latex not in self._known:
            renderer = QSvgRenderer(QByteArray(formula_svg(latex, INK, SIZE)))
            size = QSizeF(renderer.defaultSize())
            image = QImage((size * SHARPNESS).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter)
            painter.end()
            name = f"formula{len(self._known)}"
            self._document.addResource(
                QTextDocument.ResourceType.ImageResource.value, QUrl(name), image
            )
            # What is wider than the page is drawn smaller.
            size *= min(1.0, WIDEST / max(size.width(), 1.0))
            width, height = round(size.width()), round(size.height())
            self._known[latex] = f'<img src="{name}" width="{width}" height="{height}">'
        return self._known[latex]
