"""New, open, save and their questions: the life of the document's file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from netbuilder import assets
from netbuilder.declare import registry
from netbuilder.errors import NetbuilderError
from netbuilder.export.exporter import Exporter, exporter_for
from netbuilder.project import files
from netbuilder.project.build import network_of
from netbuilder.project.commands import SetWeights
from netbuilder.project.document import Document
from netbuilder.project.model import Project
from netbuilder.training.controller import TrainingController
from netbuilder.ui.settings import AppSettings


class FileActions(QObject):
    """Carries out the File menu. Every failure is one sentence in a message box."""

    path_changed = Signal()
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

    # ---- opening --------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project."""
        if self.may_discard():
            self._document.load(Project(), None)
            self.path_changed.emit()

    def open(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a project"), self._settings.folder, self._project_filter()
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> bool:
        """Open a file; a bad one changes nothing. Returns whether it was opened."""
        try:
            project = files.read(path)
        except NetbuilderError as error:
            self._complain(self.tr("The project cannot be opened"), error)
            return False
        if not self.may_discard():
            return False
        self._document.load(project, path)
        self._settings.add_recent(path)
        self.path_changed.emit()
        return True

    def open_example(self, name: str) -> bool:
        """Open a bundled example as a new, unsaved project, so that it stays as it is."""
        project = files.read(assets.example(name))
        if not self.may_discard():
            return False
        self._document.load(project, None)
        self.path_changed.emit()
        return True

    # ---- saving ---------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the document's file, or ask for one. Returns whether it was saved."""
        if self._document.path is None:
            return self.save_as()
        return self._write(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and save there."""
        start = self._document.path or Path(self._settings.folder) / (
            f"{self._document.project.name or 'network'}.json"
        )
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the project"), str(start), self._project_filter()
        )
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix else path.with_suffix(".json"))

    def _write(self, path: Path) -> bool:
        self._controller.sync()
        project = self._document.project
        if self._document.path != path and project.name in ("", Project().name):
            # A project that was never named takes the name of its file.
            project = project.with_(name=path.stem)
        try:
            files.write(project, path)
        except NetbuilderError as error:
            self._complain(self.tr("The project cannot be saved"), error)
            return False
        self._document.saved(project, path)
        self._settings.add_recent(path)
        self.path_changed.emit()
        self.saved.emit(str(path))
        return True

    def may_discard(self) -> bool:
        """Ask what to do with unsaved changes; False when the user would rather stay."""
        self._controller.sync()
        if not self._document.modified:
            return True
        box = QMessageBox(self._window)
        box.setObjectName("dialog.save_changes")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Netbuilder")
        box.setText(
            self.tr("Save the changes to “{name}”?").format(name=self._document.project.name)
        )
        box.setInformativeText(self.tr("Otherwise they are lost."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    # ---- weights --------------------------------------------------------------------------------

    def export_weights(self) -> None:
        """Ask for a file and write the trained weights there."""
        self._controller.sync()
        project: Project | None = self._document.project
        if not self._document.project.weights:
            project = self._with_drawn_weights(self._document.project)
        if project is None:
            return
        base = self._document.path or Path(self._settings.folder) / project.name
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export the weights"),
            str(base.with_name(f"{base.stem} weights.npz")),
            self._weight_filter(),
        )
        if name:
            self.export_to(project, self._with_suffix(Path(name), chosen))

    def export_to(self, project: Project, path: Path) -> bool:
        """Write a project's weights to a file whose ending tells the format."""
        try:
            files.write_bytes(exporter_for(path).write(project), path)
        except NetbuilderError as error:
            self._complain(self.tr("The weights cannot be exported"), error)
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
            self._complain(self.tr("There are no weights to export"), error)
            return None
        return project.with_(weights=weights)

    def import_weights(self) -> None:
        """Ask for a file of weights and load it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Load weights"),
            self._settings.folder,
            self._weight_filter(),
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
            self._complain(self.tr("The weights cannot be loaded"), error)
            return False
        kept = dict(self._document.project.weights)
        self._document.seal()
        self._document.push(SetWeights({**kept, **weights}, why=self.tr("Load weights")))
        return True

    # ---- helpers --------------------------------------------------------------------------------

    def _complain(self, what: str, error: NetbuilderError) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Netbuilder", what, parent=self._window)
        box.setObjectName("dialog.error")
        box.setInformativeText(str(error))
        box.exec()

    def _project_filter(self) -> str:
        return self.tr("Netbuilder projects (*.json);;All files (*)")

    def _weight_filter(self) -> str:
        return ";;".join(f"{f.title} (*{f.suffix})" for f in self._formats())

    @staticmethod
    def _formats() -> list[type[Exporter]]:
        return list(registry(Exporter).values())

    def _with_suffix(self, path: Path, chosen: str) -> Path:
        if path.suffix:
            return path
        for format_ in self._formats():
            if chosen.startswith(format_.title):
                return path.with_suffix(format_.suffix)
        return path
