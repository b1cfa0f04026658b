"""Which part of the x axis is in sight. Plain arithmetic, no Qt."""

from __future__ import annotations

import math

Range = tuple[float, float]


class XWindow:
    """The whole range, or a window inside of it that holds still.

    A window whose right end had reached the newest point when it was chosen follows the newest
    points, in steps of a fifth of its width: a range that changes redraws axes and grid.
    """

    STEP = 0.2  # of the width
    LEAST = 1e-6  # of the whole range: the narrowest window

    def __init__(self) -> None:
        self._range: Range | None = None
        self._follows = False

    @property
    def zoomed(self) -> bool:
        """Whether only a part is in sight."""
        return self._range is not None

    @property
    def follows(self) -> bool:
        """Whether new points stay in sight."""
        return self._range is None or self._follows

    @property
    def range(self) -> Range | None:
        """The part in sight; None for all."""
        return self._range

    def fit(self) -> None:
        """Show all."""
        self._range = None
        self._follows = False

    def show(self, low: float, high: float, whole: Range, newest: float) -> None:
        """Show from low to high, moved and narrowed into the whole range; all of it if no less is
        left. `newest` is the place of the last point."""
        if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
            return
        span = whole[1] - whole[0]
        width = max(high - low, self.LEAST * span)
        if width >= 0.999 * span:
            self.fit()
            return
        low = min(max(low, whole[0]), whole[1] - width)
        if low + width <= low:  # narrower than numbers can tell
            return
        self._range = low, low + width
        self._follows = self._range[1] >= newest

    def zoom(self, about: float, factor: float, whole: Range, newest: float) -> None:
        """Make the part in sight `factor` times as wide; the place `about` stays where it is."""
        low, high = self._range or whole
        about = min(max(about, low), high)
        width = max((high - low) * factor, self.LEAST * (whole[1] - whole[0]))
        share = (about - low) / (high - low)
        low = about - share * width
        self.show(low, low + width, whole, newest)

    def pan(self, by: float, whole: Range, newest: float) -> None:
        """Move the part in sight."""
        if self._range is not None:
            self.show(self._range[0] + by, self._range[1] + by, whole, newest)

    def keep_up(self, newest: float) -> None:
        """The run has gone on to `newest`."""
        if self._range is None or not self._follows or not newest > self._range[1]:
            return
        low, high = self._range
        step = self.STEP * (high - low)
        shift = math.ceil((newest - high) / step) * step
        if math.isfinite(shift):
            self._range = low + shift, high + shift
