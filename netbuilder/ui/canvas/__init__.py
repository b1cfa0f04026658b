"""The canvas on which a network is built by dragging blocks and wires."""

from netbuilder.ui.canvas.view import CanvasView

__all__ = ["CanvasView"]
