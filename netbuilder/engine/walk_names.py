"""How the outputs of the nodes are written: X, then Z and H with the number of their layer."""

from __future__ import annotations

from netbuilder.engine.algebra.symbol import Symbol
from netbuilder.engine.network import Network

LETTERS = "abcdefghijklmnopqrstuvw"
"""What tells apart what would have the same letter and layer."""


class Names:
    """By node: the number of its layer as text, and the symbol of its output."""

    def __init__(self, network: Network) -> None:
        self.layers: dict[str, str] = {}
        self.outputs: dict[str, Symbol] = {}
        level: dict[str, int] = {}
        used: set[tuple[str, str]] = set()
        count = 0
        for vertex in network.vertices:
            if vertex.operation.kind == "input":
                level[vertex.id], self.layers[vertex.id] = 0, ""
                self.outputs[vertex.id] = Symbol("X")
                continue
            level[vertex.id] = max(level[u] for u in vertex.inputs)
            if "W" in (network.slots[vertex.id].specs if vertex.id in network.slots else ()):
                count += 1
                level[vertex.id] = count
            letter = vertex.operation.letter
            layer, mark = str(level[vertex.id]), 0
            while (letter, layer) in used:
                mark += 1
                layer = f"{level[vertex.id]}{LETTERS[mark % len(LETTERS)]}"
                if mark >= len(LETTERS):
                    layer += str(mark)
            used.add((letter, layer))
            self.layers[vertex.id] = layer
            self.outputs[vertex.id] = Symbol(letter, layer)
        self.outputs[network.output_id] = Symbol("Y", accent="hat")
