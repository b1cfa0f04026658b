"""Weights in files of their own: export and load."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from netbuilder.declare import registry
from netbuilder.errors import NetbuilderError
from netbuilder.export.exporter import Exporter, exporter_for
from netbuilder.project import files
from netbuilder.project.build import network_of
from netbuilder.project.commands import SetWeights
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.training.controller import TrainingController
from netbuilder.ui.file_actions import file_name
from netbuilder.ui.questions import may_replace, tell
from netbuilder.ui.settings import AppSettings


class WeightFiles(QObject):
    """Every failure is one sentence in a message box."""

    saved = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        settings: AppSettings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self._settings = settings
        self._window = window

    # ---- writing --------------------------------------------------------------------------------

    def export_weights(self) -> None:
        """Ask for a file and write the trained weights there."""
        self._controller.sync()
        project: Project | None = self._document.project
        if not self._document.project.weights:
            project = self._with_drawn_weights(self._document.project)
        if project is None:
            return
        base = self._document.path or Path(self._settings.folder) / file_name(project.name)
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export the weights"),
            str(base.with_name(f"{base.stem} weights.npz")),
            self._filter(),
        )
        if name:
            path = self._with_suffix(Path(name), chosen)
            if path == Path(name) or may_replace(self._window, path):
                self.export_to(project, path)

    def export_to(self, project: Project, path: Path) -> bool:
        """Write a project's weights to a file whose ending tells the format."""
        try:
            files.write_bytes(exporter_for(path).write(project), path)
        except NetbuilderError as error:
            tell(self._window, "error", self.tr("The weights cannot be exported"), str(error))
            return False
        self.saved.emit(str(path))
        return True

    def _with_drawn_weights(self, project: Project) -> Project | None:
        """Before any training the network has its starting weights: those are exported then."""
        table = self._controller.table
        try:
            if table is None or self._controller.analysis.errors:
                raise NetbuilderError(
                    detail=self.tr("The network has problems: mend them first.")
                    if table is not None
                    else self.tr("There is no data, so the shapes are not known.")
                )
            weights = network_of(project, table.features).get_weights()
        except NetbuilderError as error:
            tell(self._window, "error", self.tr("There are no weights to export"), str(error))
            return None
        return project.with_(weights=weights)

    # ---- reading --------------------------------------------------------------------------------

    def import_weights(self) -> None:
        """Ask for a file of weights and load it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Load weights"), self._settings.folder, self._filter()
        )
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path) -> bool:
        """Put the weights of a file into the network, as one undoable step."""
        table = self._controller.table
        try:
            weights = exporter_for(path).read(files.read_bytes(path))
            if table is None or self._controller.analysis.errors:
                raise NetbuilderError(
                    detail=self.tr("The network has problems: mend them before loading weights.")
                )
            network_of(self._document.project, table.features).set_weights(weights)
        except NetbuilderError as error:
            tell(self._window, "error", self.tr("The weights cannot be loaded"), str(error))
            return False
        self._controller.sync()  # an undo then leads back to what was learned last
        kept = dict(self._document.project.weights)
        self._document.seal()
        self._document.push(SetWeights({**kept, **weights}, why=self.tr("Load weights")))
        return True

    @staticmethod
    def holds_weights(path: Path) -> bool:
        """Whether a file is one of weights, whatever its name."""
        for format_ in registry(Exporter).values():
            if format_.suffix == path.suffix.lower():
                try:
                    format_().read(files.read_bytes(path))
                except NetbuilderError:
                    continue
                return True
        return False

    # ---- helpers --------------------------------------------------------------------------------

    def _filter(self) -> str:
        return ";;".join(f"{f.title} (*{f.suffix})" for f in registry(Exporter).values())

    @staticmethod
    def _with_suffix(path: Path, chosen: str) -> Path:
        if path.suffix:
            return path
        for format_ in registry(Exporter).values():
            if chosen.startswith(format_.title):
                return path.with_suffix(format_.suffix)
        return path
