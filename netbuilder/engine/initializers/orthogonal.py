"""Random orthogonal matrices."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from netbuilder.declare import Meta, register
from netbuilder.engine.initializer import Initializer


@register
class Orthogonal(Initializer, frozen=True):
    """gain Q, where Q is orthogonal and every direction is equally likely; Saxe et al. (2013).

    Of an (n_in, n_out) matrix the columns are orthonormal, or the rows where there are fewer of
    them. A vector becomes one of length `gain`. Further axes count as columns.
    """

    title: ClassVar[str] = "Orthogonal"
    summary: ClassVar[str] = "A rotation: neither shrinks nor stretches signals, however deep."
    formula: ClassVar[str] = r"W^T W = g^2 I"

    gain: Annotated[
        float, Meta(ge=0, le=1000, title="Gain", description="Factor on the rotation.")
    ] = 1.0

    def sample(
        self, rng: np.random.Generator, shape: Sequence[int], fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        rows = shape[0] if len(shape) > 1 else 1
        drawn = rng.normal(size=(rows, int(np.prod(shape)) // rows))
        wide = drawn.shape[0] < drawn.shape[1]
        q, r = np.linalg.qr(drawn.T if wide else drawn)
        # Only with the signs of R's diagonal given to Q is every rotation equally likely.
        q *= np.copysign(1.0, np.diag(r))
        result: NDArray[np.float64] = self.gain * (q.T if wide else q).reshape(tuple(shape))
        return result
