"""NumPy archives."""

import io
import zipfile
from typing import ClassVar

import numpy as np

from netbuilder.declare import register
from netbuilder.export.exporter import Exporter, ExportError
from netbuilder.project.model import Array, Project, Weights, freeze


@register
class Npz(Exporter, frozen=True):
    """One float64 array for each parameter, named `<layer>.<parameter>`."""

    title: ClassVar[str] = "NumPy archive"
    summary: ClassVar[str] = "Weights for Python: numpy.load(file)['hidden.W']."
    suffix: ClassVar[str] = ".npz"

    def write(self, project: Project) -> bytes:
        arrays: dict[str, Array] = {
            f"{node_id}.{name}": array
            for node_id, named in project.weights.items()
            for name, array in named.items()
        }
        # Written entry by entry: numpy.savez takes the names as keyword arguments, where a layer
        # named "file" would clash with its own.
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w") as entry:
                    np.lib.format.write_array(
                        entry, np.ascontiguousarray(array), allow_pickle=False
                    )
        return buffer.getvalue()

    def read(self, data: bytes) -> Weights:
        weights: dict[str, dict[str, Array]] = {}
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                for key in archive.files:
                    node_id, _, name = key.rpartition(".")
                    if not (node_id and name and archive[key].dtype.kind == "f"):
                        raise ValueError(key)
                    weights.setdefault(node_id, {})[name] = freeze(archive[key])
        except Exception as e:  # what a damaged archive raises is nowhere listed
            raise ExportError(detail="this is not a NumPy archive of weights") from e
        return weights
