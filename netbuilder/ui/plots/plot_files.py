"""Copy a view, or save it as a file. Every failure is one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from netbuilder.errors import NetbuilderError
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.ui.file_actions import file_name
from netbuilder.ui.pictures import mime_of, to_clipboard
from netbuilder.ui.questions import may_replace, tell
from netbuilder.ui.settings import AppSettings

if TYPE_CHECKING:
    from netbuilder.ui.plots.base import PlotCard


class PlotFiles(QObject):
    """Takes views out of the program, as pictures and as numbers."""

    saved = Signal(str)
    """A file was written: its path."""

    copied = Signal(str)
    """Something is on the clipboard; the words say what."""

    def __init__(
        self,
        document: Document,
        settings: AppSettings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings
        self._folder: Path | None = None

    def copy_picture(self, card: PlotCard) -> None:
        """Put the view on the clipboard, as pixels and as a drawing."""
        from netbuilder.ui.plots.export import PlotPicture

        picture = PlotPicture(card)
        to_clipboard(mime_of(picture.image(), picture.svg()))
        self.copied.emit(self.tr("The picture is on the clipboard"))

    def copy_numbers(self, card: PlotCard) -> None:
        """Put the numbers on the clipboard, with tabs between them."""
        from netbuilder.ui.plots.export import tsv_text

        QGuiApplication.clipboard().setText(tsv_text(card))
        self.copied.emit(self.tr("The numbers are on the clipboard"))

    def save(self, card: PlotCard, ending: str) -> None:
        """Ask for a file and write the view there; `ending` is one of FORMATS."""
        kinds = {
            ".png": self.tr("Picture (*.png)"),
            ".svg": self.tr("Drawing (*.svg)"),
            ".csv": self.tr("Table (*.csv)"),
        }
        name = file_name(f"{self._document.project.name} - {card.view_title()}")
        start = self._start_folder() / f"{name}{ending}"
        chosen, _ = QFileDialog.getSaveFileName(
            card.window(), self.tr("Save the plot"), str(start), kinds[ending]
        )
        if not chosen:
            return
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(ending)
            if not may_replace(card.window(), path):
                return
        self.save_to(card, path)

    def save_to(self, card: PlotCard, path: Path) -> bool:
        """Write the view into a file whose ending tells the format."""
        what = self.tr("The plot cannot be saved")
        from netbuilder.ui.plots.export import FORMATS

        make = FORMATS.get(path.suffix.lower())
        if make is None:
            reason = self.tr("No kind of file has the ending “{ending}”: choose {known}.").format(
                ending=path.suffix, known=", ".join(FORMATS)
            )
            tell(card.window(), "error", what, reason)
            return False
        try:
            files.write_bytes(make(card), path)
        except NetbuilderError as error:
            tell(card.window(), "error", what, str(error))
            return False
        self._folder = path.parent
        self.saved.emit(str(path))
        return True

    def _start_folder(self) -> Path:
        if self._folder is not None and self._folder.is_dir():
            return self._folder
        if self._document.path is not None:
            return self._document.path.parent
        return Path(self._settings.folder) if self._settings is not None else Path.home()
