"""Weights as JSON text."""

from typing import Any, ClassVar

import msgspec
import numpy as np

from netbuilder.declare import register
from netbuilder.export.exporter import Exporter, ExportError
from netbuilder.project.model import Array, Project, Weights, freeze

FORMAT = "netbuilder-weights"


@register
class JsonWeights(Exporter, frozen=True, tag="json"):
    """Names, shapes and values of all weights, in full precision."""

    title: ClassVar[str] = "JSON weights"
    summary: ClassVar[str] = "Readable text that any language opens; every digit is kept."
    suffix: ClassVar[str] = ".json"

    def write(self, project: Project) -> bytes:
        layers = {
            node_id: {
                name: {"shape": list(array.shape), "values": array.tolist()}
                for name, array in named.items()
            }
            for node_id, named in project.weights.items()
        }
        data = {"format": FORMAT, "version": 1, "layers": layers}
        return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"

    def read(self, data: bytes) -> Weights:
        try:
            raw = msgspec.json.decode(data)
            if raw["format"] != FORMAT or raw["version"] != 1:
                raise ValueError
            return {
                node_id: {name: _array(p["values"], p["shape"]) for name, p in named.items()}
                for node_id, named in raw["layers"].items()
            }
        except (
            msgspec.DecodeError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as e:
            raise ExportError(detail="this is not a JSON file of weights") from e


def _array(values: Any, shape: Any) -> Array:
    array = freeze(values)
    if list(array.shape) != shape or not np.isfinite(array).all():
        raise ValueError(shape)
    return array
