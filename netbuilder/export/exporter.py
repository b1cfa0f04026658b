"""What every export format is."""

from pathlib import PurePath
from typing import ClassVar

from netbuilder.declare import Declared, did_you_mean, registry
from netbuilder.errors import NetbuilderError
from netbuilder.project.model import Project, Weights


class ExportError(NetbuilderError):
    """A project or a file that a format cannot hold."""


class Exporter(Declared, frozen=True, tag=str.lower):
    """Writes a project's trained weights, or the network with them, as one file."""

    family: ClassVar[str] = "exporter"
    suffix: ClassVar[str] = ""

    def write(self, project: Project) -> bytes:
        """The file's content; every weight is in `project.weights`. Raises ExportError."""
        raise NotImplementedError

    def read(self, data: bytes) -> Weights:
        """The weights in a file of this format, bit for bit. Raises ExportError."""
        raise ExportError(detail=f"weights cannot be read from {self.title} files")


def exporter_for(path: str | PurePath, name: str | None = None) -> Exporter:
    """The exporter of that name, or else of the file's suffix. Raises ExportError."""
    known: dict[str, type[Exporter]] = dict(registry(Exporter))
    if name is not None:
        if name not in known:
            raise ExportError(detail=f"unknown format '{name}'" + did_you_mean(name, list(known)))
        return known[name]()
    suffix = PurePath(path).suffix.lower()
    for cls in known.values():
        if cls.suffix == suffix:
            return cls()
    suffixes = ", ".join(cls.suffix for cls in known.values())
    raise ExportError(
        detail=f"{path}: no format has the ending '{suffix}'; choose one of {suffixes}"
    )
