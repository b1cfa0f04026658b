"""Declarations: parameters, validation, families, schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import members

from netbuilder import declare
from netbuilder.data.dataset import Dataset
from netbuilder.declare import (
    Declared,
    Meta,
    Settings,
    check,
    decode,
    encode,
    family_of,
    parameters,
    register,
    registry,
    shorten,
    type_name,
    unregister,
)
from netbuilder.engine.initializer import Initializer
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.operation import Operation
from netbuilder.engine.optimizer import Optimizer
from netbuilder.engine.settings import Stop, Training
from netbuilder.errors import (
    InvalidValue,
    MissingField,
    NetbuilderError,
    UnknownField,
    UnknownType,
)
from netbuilder.export.exporter import Exporter

FAMILIES = [Operation, Initializer, Optimizer, Dataset, Exporter]


class Animal(Declared, frozen=True, tag=str.lower):
    """A family for these tests."""

    family: ClassVar[str] = "animal"


class Cage(Settings, frozen=True):
    """A group of parameters."""

    size: Annotated[float, Meta(gt=0, lt=10)] = 1.0


class Cat(Animal, frozen=True):
    """Has a parameter of each kind.

    A second paragraph.
    """

    lives: Annotated[int, Meta(ge=1, le=9, title="Lives", description="How many are left.")]
    name: str = "Tom"
    tame: bool = True
    weight: Annotated[float, Meta(ge=0, extra={"unit": "kg", "log": True})] = 4.0
    colour: Literal["black", "white"] = "black"
    friend: Animal | None = None
    cage: Annotated[Cage, Meta(title="Cage")] = Cage()
    scores: tuple[float, ...] = ()
    age: Annotated[int, Meta(ge=0)] | None = None


@pytest.fixture
def cats() -> Iterator[None]:
    register(Cat)
    yield
    unregister(Cat)


# ---- parameters ----


def test_parameters_are_read_from_the_annotations() -> None:
    found = {p.name: p for p in parameters(Cat)}
    assert {n: p.kind for n, p in found.items()} == {
        "lives": "int", "name": "text", "tame": "bool", "weight": "float", "colour": "choice",
        "friend": "family", "cage": "settings", "scores": "array", "age": "int",
    }  # fmt: skip
    lives = found["lives"]
    assert (lives.title, lives.help, lives.required) == ("Lives", "How many are left.", True)
    assert (lives.minimum, lives.maximum) == (1, 9)
    assert found["weight"].extra == {"unit": "kg", "log": True}
    assert found["weight"].title == "Weight"
    assert found["colour"].choices == ("black", "white")
    assert (found["friend"].struct, found["friend"].optional) == (Animal, True)
    assert found["cage"].struct is Cage
    assert (found["age"].minimum, found["age"].optional) == (0, True)
    assert not found["tame"].required


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lives", "an integer from 1 to 9"),
        ("name", "a text"),
        ("tame", "true or false"),
        ("weight", "a number of at least 0"),
        ("colour", "one of 'black', 'white'"),
        ("friend", "an object with a 'type' or null"),
        ("cage", "an object"),
        ("scores", "an array of numbers"),
        ("age", "an integer of at least 0 or null"),
    ],
)
def test_what_is_expected_in_words(name: str, expected: str) -> None:
    assert next(p for p in parameters(Cat) if p.name == name).expected == expected


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (Meta(gt=0), "a number above 0"),
        (Meta(gt=0, le=1), "a number above 0 and up to 1"),
        (Meta(ge=0, lt=1), "a number from 0 to below 1"),
        (Meta(le=5), "a number of at most 5"),
        (Meta(lt=5), "a number below 5"),
        (Meta(), "a number"),
    ],
)
def test_ranges_in_words(meta: Meta, expected: str) -> None:
    cls = msgspec.defstruct(
        "Made", [("x", Annotated[float, meta], 1.0)], bases=(Settings,), frozen=True
    )
    (p,) = parameters(cls)
    assert p.expected == expected


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.family)
def test_everything_registered_says_what_it_is(family: type[Declared]) -> None:
    assert registry(family)
    titles = [cls.title for cls in registry(family).values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for name, cls in registry(family).items():
        assert type_name(cls) == name
        assert family_of(cls) is family
        assert cls.summary
        assert cls.__doc__
        for p in parameters(cls):
            assert p.title
            assert p.help, f"{name}.{p.name}"
            if p.kind in ("int", "float"):
                assert p.minimum is not None, f"{name}.{p.name}"
        assert encode(cls())["type"] == name  # every parameter has a default


# ---- validation ----


@pytest.mark.usefixtures("cats")
def test_decode_and_encode() -> None:
    raw = {
        "type": "cat", "lives": 7, "name": "Kit", "tame": False, "weight": 3,
        "colour": "white", "friend": {"type": "cat", "lives": 1}, "cage": {"size": 2.5},
        "scores": [1, 2.5], "age": None,
    }  # fmt: skip
    cat = decode(Animal, raw)
    assert cat == Cat(
        lives=7, name="Kit", tame=False, weight=3.0, colour="white", friend=Cat(lives=1),
        cage=Cage(size=2.5), scores=(1.0, 2.5),
    )  # fmt: skip
    assert isinstance(cat, Cat)
    assert isinstance(cat.weight, float)
    assert decode(Animal, encode(cat)) == cat


@pytest.mark.usefixtures("cats")
@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        ([], InvalidValue, "file: expected an object, got []"),
        ({}, MissingField, "type: missing; expected one of cat"),
        ({"type": "cat"}, MissingField, "lives: missing; expected an integer from 1 to 9"),
        ({"type": "Cat"}, UnknownType, 'type: unknown type "Cat"; did you mean \'cat\'?'),
        ({"type": ["cat"]}, UnknownType, 'type: unknown type ["cat"]; did you mean \'cat\'?'),
        (
            {"type": "cat", "lives": 9, "life": 1}, UnknownField,
            "life: unknown field; did you mean 'lives'?",
        ),
        (
            {"type": "cat", "lives": 10}, InvalidValue,
            "lives: expected an integer from 1 to 9, got 10",
        ),
        (
            {"type": "cat", "lives": True}, InvalidValue,
            "lives: expected an integer from 1 to 9, got true",
        ),
        (
            {"type": "cat", "lives": 1, "weight": float("inf")}, InvalidValue,
            "weight: expected a number of at least 0, got null",
        ),
        (
            {"type": "cat", "lives": 1, "colour": "red"}, InvalidValue,
            "colour: expected one of 'black', 'white', got \"red\"",
        ),
        (
            {"type": "cat", "lives": 1, "friend": {"type": "cat", "lives": 0}}, InvalidValue,
            "friend.lives: expected an integer from 1 to 9, got 0",
        ),
        (
            {"type": "cat", "lives": 1, "friend": 3}, InvalidValue,
            "friend: expected an object, got 3",
        ),
        (
            {"type": "cat", "lives": 1, "cage": {"size": 0}}, InvalidValue,
            "cage.size: expected a number above 0 and below 10, got 0",
        ),
        (
            {"type": "cat", "lives": 1, "scores": [1, None]}, InvalidValue,
            "scores[1]: expected a finite number, got null",
        ),
        (
            {"type": "cat", "lives": 1, "scores": 1}, InvalidValue,
            "scores: expected an array of numbers, got 1",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(raw: Any, error: type[NetbuilderError], said: str) -> None:
    with pytest.raises(error) as caught:
        decode(Animal, raw)
    assert str(caught.value) == said
    assert caught.value.code == error.__name__


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.family)
def test_every_declared_object_comes_back_equal(family: type[Declared]) -> None:
    @given(members(family))
    def back(value: Declared) -> None:
        raw = msgspec.json.decode(msgspec.json.encode(encode(value)))
        assert decode(family, raw) == value

    back()


def test_values_that_are_typed_already() -> None:
    (init,) = (p for p in parameters(Dense) if p.name == "weight_init")
    zeros = registry(Initializer)["zeros"]()
    assert check(init, zeros, "x") is zeros
    (stop,) = (p for p in parameters(Training) if p.name == "stop")
    assert check(stop, {"loss": 1}, "x") == Stop(loss=1.0)


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists))
def test_values_are_cut_to_a_readable_length(value: Any) -> None:
    text = shorten(value)
    assert 0 < len(text) <= 40
    assert "\n" not in text


def test_odd_values_are_shown_too() -> None:
    assert shorten(10**400).startswith("1000")
    assert shorten({1, 2}) in ("[1,2]", "{1, 2}")
    assert shorten(object()).startswith("<object")
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert shorten(deep) == "…"


# ---- families ----


@pytest.mark.usefixtures("cats")
def test_one_name_for_one_class() -> None:
    register(Cat)  # again: nothing happens

    class Other(Animal, frozen=True, tag="cat"):
        pass

    with pytest.raises(ValueError, match="type name 'cat' is taken"):
        register(Other)
    assert dict(registry(Animal)) == {"cat": Cat}
    with pytest.raises(TypeError):
        registry(Animal)["dog"] = Other  # type: ignore[index]


def test_a_class_without_a_family() -> None:
    class Stray(Declared, frozen=True):
        pass

    with pytest.raises(TypeError, match="Stray belongs to no family"):
        register(Stray)


# ---- schema ----


def test_the_schema_of_a_class() -> None:
    schema = declare.schema(Cat, lambda family: f"#/$defs/{family.family}")
    assert schema["required"] == ["type", "lives"]
    assert schema["additionalProperties"] is False
    assert schema["description"] == "Has a parameter of each kind."
    properties = schema["properties"]
    assert properties["type"] == {"const": "cat"}
    assert properties["lives"]["minimum"] == 1
    assert properties["lives"]["title"] == "Lives"
    assert properties["friend"]["anyOf"] == [{"$ref": "#/$defs/animal"}, {"type": "null"}]
    assert properties["cage"]["properties"]["size"]["exclusiveMinimum"] == 0
    assert properties["name"]["default"] == "Tom"
