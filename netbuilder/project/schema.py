"""The JSON schema of project files, generated from the declarations.

`python -m netbuilder.project.schema` prints it; `resources/schema/project-v1.json` holds it.
"""

import json
from typing import Any

from netbuilder import declare
from netbuilder.data.dataset import Dataset
from netbuilder.declare import Declared
from netbuilder.engine.history import RUN
from netbuilder.engine.operation import Operation
from netbuilder.engine.settings import Training
from netbuilder.project.codec import FORMAT
from netbuilder.project.migrations import VERSION
from netbuilder.project.saved_runs import LARGEST, NOTE, POINTS, REQUIRED


def project_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a project file, with everything that is registered now."""
    definitions: dict[str, Any] = {}

    def family(base: type[Declared]) -> str:
        name = base.family
        if name not in definitions:
            definitions[name] = {}  # holds the place while members refer to each other
            definitions[name] = {
                "oneOf": [
                    declare.schema(cls, family) for _, cls in sorted(declare.registry(base).items())
                ]
            }
        return f"#/$defs/{name}"

    family(Operation)
    nodes = [_node(variant) for variant in definitions.pop("operation")["oneOf"]]
    name = {"type": "string", "minLength": 1, "maxLength": 60}
    network = {
        "nodes": {"type": "array", "items": {"oneOf": nodes}},
        "edges": {
            "type": "array",
            "items": {"type": "array", "items": name, "minItems": 2, "maxItems": 2},
            "uniqueItems": True,
        },
        "dataset": {"$ref": family(Dataset)},
        "training": declare.schema(Training, family),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Netbuilder project",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "name": {"type": "string"},
            **network,
            "weights": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "array"},
                },
            },
            "run": {
                "type": "object",
                "description": "Where training was, for going on to the last bit. Ignored unless"
                " network, data, settings and weights are as they were.",
            },
            "runs": {"type": "array", "items": _run(network)},
        },
        "required": ["format", "version", "nodes"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _run(network: dict[str, Any]) -> dict[str, Any]:
    """An earlier run; what it shares with the project is left out."""
    column = {
        "type": "array",
        "items": {"type": ["number", "null"]},
        "minItems": 1,
        "maxItems": POINTS,
    }
    return {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "minimum": 1},
            "note": {"type": "string", "maxLength": NOTE},
            "started": {"type": "number", "description": "Seconds since 1970."},
            "finished_by": {"type": "string", "maxLength": NOTE},
            "metric": {"type": "string", "maxLength": NOTE},
            "given_weights": {"type": "boolean"},
            **network,
            "points": {
                "type": "object",
                "properties": dict.fromkeys(RUN, column),
                "required": list(RUN),
                "additionalProperties": False,
            },
            "gradients": {"type": "object", "additionalProperties": column},
            "weights": {
                "type": "object",
                "description": "By block and parameter, at the end of the run.",
                "additionalProperties": {"type": "object", "additionalProperties": _packed()},
            },
        },
        "required": list(REQUIRED),
        "additionalProperties": False,
    }


def _packed() -> dict[str, Any]:
    """An array as text."""
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST}
    return {
        "type": "object",
        "properties": {
            "shape": {"type": "array", "items": size, "minItems": 1, "maxItems": 2},
            "float64": {"type": "string", "description": "Little-endian bytes in base 64."},
        },
        "required": ["shape", "float64"],
        "additionalProperties": False,
    }


def _node(variant: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "id": {"type": "string", "minLength": 1, "maxLength": 60},
        "position": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
        **variant["properties"],
    }
    return {**variant, "properties": properties, "required": ["id", *variant["required"]]}


if __name__ == "__main__":
    print(json.dumps(project_schema(), indent=1, ensure_ascii=False))
