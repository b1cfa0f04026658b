"""How a heat strip is coloured: a ramp, and hatching beyond the ends of what is usual."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from netbuilder.ui.plots.palette import sequential_map
from netbuilder.ui.theme import Theme

Array = NDArray[Any]
_PERIOD = 6  # pixels from one line of the hatching to the next, at a scale of 1


def shade(
    values: Array,
    rows: Array,
    columns: Array,
    *,
    ends: tuple[float, float],
    usual: tuple[float, float],
    scale: float,
    theme: Theme,
) -> Array:
    """Colours (h, w) uint32 0xffRRGGBB.

    values (k, w): what to show; NaN leaves the card's background. rows (h,): which of the k each
    pixel row shows, -1 for a gap. columns (w,): the pixel's place, so that parts of a picture fit
    together. `ends` are the values of the first and the last colour; below and above `usual` there
    is hatching: falling lines below, crossed lines above. `scale`: pixels of the hatching.
    """
    table = sequential_map(theme)
    low, high = ends
    share = np.clip((np.nan_to_num(values, nan=low) - low) / max(high - low, 1e-9), 0.0, 1.0)
    colours = table[(share * (len(table) - 1) + 0.5).astype(np.intp)]
    period = max(3, round(_PERIOD * scale))
    thick = max(1, round(scale))
    y, x = np.arange(len(rows))[:, None], columns[None, :]
    falling = (x - y) % period < thick
    crossed = falling | ((x + y) % period < thick)
    background = np.uint32(_packed(theme.surface))
    with np.errstate(invalid="ignore"):
        below, above, none = values < usual[0], values > usual[1], np.isnan(values)
    picture = colours[rows]
    picture[below[rows] & falling] = _packed(theme.muted)
    picture[above[rows] & crossed] = _packed(theme.surface)
    picture[none[rows]] = background
    picture[rows < 0] = background
    found: Array = picture.astype(np.uint32)
    return found


def as_image(pixels: Array, ratio: float = 1.0) -> QImage:
    """A picture of pixels (h, w), uint32 and contiguous, which the caller keeps alive."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return image


def _packed(colour: str) -> int:
    return 0xFF000000 | int(colour[1:], 16)
