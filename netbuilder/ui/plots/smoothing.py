"""A calmer curve: the exponential moving average of its points.

    m_k = beta m_(k-1) + (1 - beta) y_k,  m_0 = 0;     shown is  m_k / (1 - beta^k)

The division takes away the pull towards zero at the beginning, as in Adam. Points that are not
finite count for nothing: the sum of the weights then stands for 1 - beta^k.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

STRENGTHS = {"off": 0.0, "light": 0.8, "strong": 0.97}
"""The memory beta: about the last 5 and the last 33 points."""

_BLOCK = 128
_LARGEST = 1e300


class Smoother:
    """Smooths a curve that grows at its end; looks only at what is new."""

    def __init__(self, beta: float) -> None:
        self.beta = beta
        self.looked_at = 0
        """Points that were worked on so far."""
        self._state = np.zeros(2)  # weighted sum, and sum of the weights
        self._done = 0
        self._out = np.empty(0)
        powers = beta ** np.arange(1, _BLOCK + 1)
        self._decay = powers
        lag = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)[None, :]
        self._kernel = np.where(lag >= 0, (1.0 - beta) * beta ** np.maximum(lag, 0), 0.0)

    def values(self, y: Array) -> Array:
        """The smoothed curve (n,); NaN where y (n,) is not finite.

        y must be the array of the last call with points added; the newest may have changed.
        """
        n = len(y)
        if n > len(self._out):
            longer = np.empty(max(2 * n, 256))
            longer[: self._done] = self._out[: self._done]
            self._out = longer
        if n == 0:
            return self._out[:0]
        while self._done < n - 1:
            stop = min(self._done + _BLOCK, n - 1)
            self._out[self._done : stop], self._state = self._advance(y[self._done : stop])
            self._done = stop
        self._out[n - 1 : n], _ = self._advance(y[n - 1 :])  # not yet for good
        return self._out[:n]

    def _advance(self, y: Array) -> tuple[Array, Array]:
        n = len(y)
        self.looked_at += n
        finite = np.isfinite(y)
        columns = np.column_stack([np.clip(np.where(finite, y, 0.0), -_LARGEST, _LARGEST), finite])
        sums = self._kernel[:n, :n] @ columns + self._decay[:n, None] * self._state
        shown = np.full(n, np.nan)
        np.divide(sums[:, 0], sums[:, 1], out=shown, where=finite)
        return shown, sums[-1]
