"""A picture of one run: loss, gradients and decision boundary, drawn without a window."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netbuilder.data.dataset import Table
from netbuilder.data.prepare import Split
from netbuilder.engine.network import Network
from netbuilder.engine.surface import Surface, surface_maker

POSITIVE, ZERO, NEGATIVE = "#0877bd", "#e8eaeb", "#f59322"
CLASSES = ("#f59322", "#0877bd", "#2a9d61", "#c03d55", "#7a4fc9", "#8a6d3b", "#00a3a3", "#6b7785")


def draw(
    name: str,
    network: Network,
    split: Split,
    history: Mapping[str, Sequence[float]],
    suffix: str = "png",
) -> bytes:
    """The picture as PNG, SVG or PDF bytes.

    history has the columns "epoch", "train_loss", "test_loss" and "gradient:<layer>".
    """
    # Imported here: only this one command needs it, and it takes half a second.
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(14, 4.4), dpi=110, layout="constrained")
    figure.suptitle(name, fontsize=13, fontweight="bold")
    loss, gradient, boundary = figure.subplots(1, 3)
    for axes in (loss, gradient):
        axes.grid(color="#dfe4ea", linewidth=0.6)
        axes.set_xlabel("epoch")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    loss.set_title("Loss")
    loss.set_ylabel(f"loss ({network.loss.title})")
    loss.plot(history["epoch"], history["train_loss"], color="#0a66c8", label="train")
    if np.isfinite(history["test_loss"]).any():
        loss.plot(history["epoch"], history["test_loss"], color="#6b7785", ls="--", label="test")
    loss.set_ylim(bottom=0)
    loss.legend(frameon=False)
    gradient.set_title("Gradient of each layer")
    gradient.set_ylabel("L2 norm")
    gradient.set_yscale("log")
    for column, values in history.items():
        if column.startswith("gradient:"):
            shown = np.maximum(values, 1e-12)
            gradient.plot(history["epoch"], shown, label=column.removeprefix("gradient:"))
    gradient.legend(frameon=False, fontsize=8)
    boundary.set_title("Decision boundary" if split.train.classes else "Output")
    x = np.vstack([split.train.x, split.test.x])
    maker = surface_maker(network, x, split.train.classes, resolution=200)
    _draw_surface(boundary, maker.make() if maker else None, split)
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix)
    return buffer.getvalue()


def _draw_surface(axes: Any, shown: Surface | None, split: Split) -> None:
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    train = split.train
    if shown is None:
        axes.text(
            0.5,
            0.5,
            f"The data has {train.features} features:\nno picture in the plane.",
            ha="center",
            va="center",
            transform=axes.transAxes,
        )
        axes.set_axis_off()
        return
    axes.set_xlabel(train.feature_names[0])
    x_min, x_max = shown.extent[:2]
    if shown.kind == "curve":
        at = np.linspace(x_min, x_max, len(shown.values))
        axes.plot(at, shown.values, color=POSITIVE, label="network")
        axes.plot(train.x[:, 0], train.y, "o", color=NEGATIVE, label="data")
        axes.set_ylabel("output")
        axes.legend(frameon=False)
        return
    axes.set_ylabel(train.feature_names[1])
    axes.set_aspect("equal")
    if shown.kind == "multiclass":
        colours = np.array([to_rgb(c) for c in CLASSES])
        picture = shown.values @ colours[: shown.values.shape[2]]
        axes.imshow(0.25 + 0.75 * picture, extent=shown.extent, origin="lower", alpha=0.6)
        best = shown.values.argmax(axis=2)
        axes.contour(
            best,
            levels=np.arange(0.5, best.max() + 0.5),
            extent=shown.extent,
            colors="#1f2933",
            linewidths=0.8,
        )
    else:
        scale = LinearSegmentedColormap.from_list("output", [NEGATIVE, ZERO, POSITIVE])
        binary = shown.kind == "binary"
        image = axes.imshow(
            shown.values,
            extent=shown.extent,
            origin="lower",
            cmap=scale,
            vmin=0 if binary else None,
            vmax=1 if binary else None,
            alpha=0.8,
        )
        axes.figure.colorbar(image, ax=axes, shrink=0.8)
        if binary and shown.values.min() < 0.5 < shown.values.max():
            axes.contour(shown.values, levels=[0.5], extent=shown.extent, colors="#1f2933")
    for table, edge, label in ((train, "white", "train"), (split.test, "black", "test")):
        if len(table.x):
            axes.scatter(
                table.x[:, 0],
                table.x[:, 1],
                s=16,
                linewidths=0.7,
                edgecolors=edge,
                c=_point_colours(table),
                label=label,
            )
    axes.legend(loc="upper right", fontsize=8)


def _point_colours(table: Table) -> Any:
    if table.classes is None:
        return table.y[:, 0]
    return [CLASSES[k % len(CLASSES)] for k in table.labels]
