"""The spread of each initialiser: moments within four standard errors, at a fixed seed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import Array

from netbuilder.declare import registry, type_name
from netbuilder.engine.initializer import Initializer, snake_case
from netbuilder.engine.initializers.constant import Constant
from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.engine.initializers.he_uniform import HeUniform
from netbuilder.engine.initializers.lecun_normal import LecunNormal
from netbuilder.engine.initializers.normal import Normal
from netbuilder.engine.initializers.ones import Ones
from netbuilder.engine.initializers.orthogonal import Orthogonal
from netbuilder.engine.initializers.uniform import Uniform
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.initializers.xavier_normal import XavierNormal
from netbuilder.engine.initializers.xavier_uniform import XavierUniform
from netbuilder.engine.initializers.zeros import Zeros
from netbuilder.errors import ShapeError

IN, OUT = 300, 100
N = IN * OUT


def draw(initializer: Initializer, seed: int = 0) -> Array:
    return initializer.sample(np.random.default_rng(seed), (IN, OUT), IN, OUT)


@pytest.mark.parametrize(
    ("initializer", "std"),
    [
        (Normal(std=0.3), 0.3),
        (XavierNormal(), math.sqrt(2 / (300 + 100))),  # 0.0707
        (HeNormal(), math.sqrt(2 / 300)),  # 0.0816
        (HeNormal(gain=2.0), 2.0 * math.sqrt(2 / 300)),
        (LecunNormal(), math.sqrt(1 / 300)),  # 0.0577
        (LecunNormal(gain=3.0), 3.0 * math.sqrt(1 / 300)),
    ],
    ids=repr,
)
def test_normal(initializer: Initializer, std: float) -> None:
    w = draw(initializer)
    # The mean of N numbers strays by std / sqrt(N), their deviation by std / sqrt(2 N).
    assert abs(w.mean()) < 4 * std / math.sqrt(N)
    assert abs(w.std() - std) < 4 * std / math.sqrt(2 * N)
    # Of a normal distribution 4.55 % lie beyond two deviations; a uniform one has none there.
    beyond = float(np.mean(np.abs(w) > 2 * std))
    assert abs(beyond - 0.0455) < 4 * math.sqrt(0.0455 * 0.9545 / N)


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [
        (Uniform(limit=0.25), 0.25),
        (XavierUniform(), math.sqrt(6 / (300 + 100))),  # 0.1225
        (HeUniform(), math.sqrt(6 / 300)),  # 0.1414
        (XavierUniform(gain=0.5), 0.5 * math.sqrt(6 / 400)),
    ],
    ids=repr,
)
def test_uniform(initializer: Initializer, limit: float) -> None:
    w = draw(initializer)
    assert np.abs(w).max() <= limit
    assert np.abs(w).max() > limit * (1 - 20 / N)  # and comes near it
    # The deviation of U(-a, a) is a / sqrt(3); that of its square a^2 * 2 / (3 sqrt(5)).
    assert abs(w.mean()) < 4 * limit / math.sqrt(3 * N)
    assert abs(np.mean(w**2) - limit**2 / 3) < 4 * limit**2 * 2 / (3 * math.sqrt(5 * N))


@pytest.mark.parametrize(
    ("initializer", "value"), [(Zeros(), 0.0), (Ones(), 1.0), (Constant(value=-0.2), -0.2)]
)
def test_one_value(initializer: Initializer, value: float) -> None:
    assert (draw(initializer) == value).all()


@pytest.mark.parametrize("gain", [1.0, 2.5])
@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (1, 3), (3, 1)])
def test_orthogonal(shape: tuple[int, int], gain: float) -> None:
    w = Orthogonal(gain=gain).sample(np.random.default_rng(1), shape, *shape)
    product = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert product == pytest.approx(gain**2 * np.eye(min(shape)), abs=1e-14)


def test_orthogonal_of_a_vector_has_the_length_gain() -> None:
    b = Orthogonal(gain=2.0).sample(np.random.default_rng(1), (5,), 3, 5)
    assert b.shape == (5,)
    assert np.linalg.norm(b) == pytest.approx(2.0)


def test_every_rotation_is_equally_likely() -> None:
    # The mean of an element over all rotations is 0, that of its square 1/n.
    rng = np.random.default_rng(5)
    corner = np.array([Orthogonal().sample(rng, (4, 4), 4, 4)[0, 0] for _ in range(2000)])
    assert abs(corner.mean()) < 4 * math.sqrt(1 / 4 / 2000)
    assert corner.std() ** 2 == pytest.approx(1 / 4, rel=0.1)


def test_values() -> None:
    rng = np.random.default_rng(0)
    typed = Values(values=((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))
    assert typed.sample(rng, (3, 2), 3, 2).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert Values(values=(1.0, 2.0)).sample(rng, (2,), 3, 2).tolist() == [1, 2]
    with pytest.raises(ShapeError, match="have the shape 3 x 2 but 2 x 3 are needed"):
        typed.sample(rng, (2, 3), 2, 3)
    with pytest.raises(ShapeError, match="nothing"):
        Values().sample(rng, (2,), 3, 2)
    for uneven in (((1.0, 2.0), (3.0,)), ((1.0,), 2.0)):
        with pytest.raises(ValueError, match="rows of one length"):
            Values(values=uneven)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [n for n in registry(Initializer) if n != "values"])
def test_every_initialiser(name: str) -> None:
    """Shape and type; the same seed draws the same numbers."""
    initializer = registry(Initializer)[name]()
    for shape in ((4, 3), (3,)):
        first, again = (initializer.sample(np.random.default_rng(7), shape, 4, 3) for _ in "ab")
        assert first.shape == shape
        assert first.dtype == np.float64
        assert np.isfinite(first).all()
        assert first.tobytes() == again.tobytes()


def test_names() -> None:
    assert snake_case("XavierUniform") == "xavier_uniform"
    assert type_name(HeNormal) == "he_normal"
    assert registry(Initializer)["zeros"] is Zeros
