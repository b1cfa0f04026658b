"""Declarations: a class states its parameters once, and everything else is derived from it.

A declared class is a frozen `msgspec.Struct`. Each field is annotated with
`Annotated[type, Meta(title=…, description=…, ge=…, le=…, extra={…})]` (with ``| None`` behind it
where null is allowed). From that one place come
the form in the inspector, the JSON fields and their validation, the JSON schema, the command line
and the documentation. `extra` may hold ``unit`` (text behind the field), ``log`` (the value is
changed by factors, not by steps) and ``advanced`` (of interest to few).

A *family* is a base class whose registered subclasses are told apart by the JSON field ``type``.
"""

import difflib
import functools
import importlib
import math
import pkgutil
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, cast

import msgspec
from msgspec import Meta

from netbuilder.errors import InvalidValue, MissingField, UnknownField, UnknownType

__all__ = [
    "Declared",
    "Meta",
    "Parameter",
    "Settings",
    "check",
    "decode",
    "discover",
    "encode",
    "family_of",
    "parameters",
    "register",
    "registry",
    "schema",
    "type_name",
    "unregister",
]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A declared group of parameters without a type name (training settings, stop rules)."""


class Declared(Settings, frozen=True, kw_only=True, tag_field="type", tag=True):
    """A declared class that belongs to a family and is known by its ``type`` name."""

    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    formula: ClassVar[str] = ""  # LaTeX, in the notation of the lectures
    family: ClassVar[str] = ""  # set by the base class of a family only


S = TypeVar("S", bound=Settings)
D = TypeVar("D", bound=Declared)

_registries: dict[type[Declared], dict[str, type[Declared]]] = {}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One declared parameter of a class, in the form that a view or a validator needs."""

    name: str
    kind: str  # "bool" | "int" | "float" | "choice" | "text" | "array" | "family" | "settings"
    title: str
    help: str
    annotation: Any
    default: Any = msgspec.NODEFAULT
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    choices: tuple[str, ...] = ()
    struct: Any = None  # the family base or settings class, for kinds "family" and "settings"
    extra: Mapping[str, Any] = {}

    @property
    def required(self) -> bool:
        return self.default is msgspec.NODEFAULT

    @property
    def expected(self) -> str:
        """What the field accepts, in words: 'an integer from 1 to 4096'."""
        return _expected(self)


def register(cls: type[D]) -> type[D]:
    """Class decorator: makes a declared class known to its family under its type name."""
    family = family_of(cls)
    name = type_name(cls)
    known = _registries.setdefault(family, {})
    if known.get(name, cls).__qualname__ != cls.__qualname__:
        raise ValueError(f"type name {name!r} is taken by {known[name]!r}")
    known[name] = cls
    return cls


def unregister(cls: type[Declared]) -> None:
    """Forget a registered class (for tests that add one)."""
    del _registries[family_of(cls)][type_name(cls)]


def family_of(cls: type[Declared]) -> type[Declared]:
    """The family base of a declared class: the nearest ancestor that sets `family` itself."""
    for base in cls.__mro__:
        if "family" in vars(base) and vars(base)["family"]:
            return cast(type[Declared], base)
    raise TypeError(f"{cls.__name__} belongs to no family")


def registry(family: type[D]) -> Mapping[str, type[D]]:
    """All registered classes of a family by type name, in the order of registration."""
    return cast(Mapping[str, type[D]], types.MappingProxyType(_registries.setdefault(family, {})))


def type_name(cls: type[Declared]) -> str:
    """The name that stands in the JSON field ``type``."""
    return str(cls.__struct_config__.tag)


def discover(package: str) -> None:
    """Import every module of a package, so that each file's registered class is known."""
    module = importlib.import_module(package)
    for info in pkgutil.iter_modules(module.__path__):
        importlib.import_module(f"{package}.{info.name}")


@functools.cache
def parameters(cls: type[Settings]) -> tuple[Parameter, ...]:
    """The declared parameters of a class, in order."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(
        _parameter(
            field.name,
            hints[field.name],
            field.default_factory()
            if field.default_factory is not msgspec.NODEFAULT
            else field.default,
        )
        for field in msgspec.structs.fields(cls)
    )


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    meta = Meta()
    bare = annotation
    optional = False
    if typing.get_origin(bare) in (Union, types.UnionType):
        members = [t for t in typing.get_args(bare) if t is not type(None)]
        optional = len(members) < len(typing.get_args(bare))
        if len(members) == 1:
            bare = members[0]
    if typing.get_origin(bare) is Annotated:
        bare, *extras = typing.get_args(bare)
        meta = next((e for e in extras if isinstance(e, Meta)), meta)
    struct: type[Settings] | None = None
    choices: tuple[str, ...] = ()
    if bare is bool:
        kind = "bool"
    elif bare is int:
        kind = "int"
    elif bare is float:
        kind = "float"
    elif bare is str:
        kind = "text"
    elif typing.get_origin(bare) is Literal:
        kind, choices = "choice", typing.get_args(bare)
    elif isinstance(bare, type) and issubclass(bare, Declared):
        kind, struct = "family", bare
    elif isinstance(bare, type) and issubclass(bare, Settings):
        kind, struct = "settings", bare
    else:
        kind = "array"
    return Parameter(
        name=name,
        kind=kind,
        title=meta.title or name.replace("_", " ").capitalize(),
        help=meta.description or "",
        annotation=annotation,
        default=default,
        optional=optional,
        minimum=meta.ge if meta.ge is not None else meta.gt,
        maximum=meta.le if meta.le is not None else meta.lt,
        exclusive_minimum=meta.gt is not None,
        exclusive_maximum=meta.lt is not None,
        choices=choices,
        struct=struct,
        extra=meta.extra or {},
    )


def _expected(p: Parameter) -> str:
    nouns = {
        "bool": "true or false",
        "int": "an integer",
        "float": "a number",
        "text": "a text",
        "array": "an array of numbers",
        "family": "an object with a 'type'",
        "settings": "an object",
    }
    if p.kind == "choice":
        text = "one of " + ", ".join(repr(c) for c in p.choices)
    else:
        text = nouns[p.kind]
    if p.kind in ("int", "float"):
        low, high = p.minimum, p.maximum
        if low is not None and high is not None and not p.exclusive_minimum:
            below = "below " if p.exclusive_maximum else ""
            text += f" from {low:.15g} to {below}{high:.15g}"
        elif low is not None and high is not None:
            below = "below" if p.exclusive_maximum else "up to"
            text += f" above {low:.15g} and {below} {high:.15g}"
        elif low is not None:
            text += f" above {low:.15g}" if p.exclusive_minimum else f" of at least {low:.15g}"
        elif high is not None:
            text += f" below {high:.15g}" if p.exclusive_maximum else f" of at most {high:.15g}"
    return text + (" or null" if p.optional else "")


def shorten(value: Any, limit: int = 40) -> str:
    """A value as it stands in the file, cut to a readable length."""
    try:
        text = msgspec.json.encode(value).decode()
    except RecursionError:
        return "…"
    except (TypeError, OverflowError):
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


LISTED = 20  # known names that a message lists


def did_you_mean(name: object, known: Iterator[str] | list[str]) -> str:
    """A hint that names the nearest known name, or lists them all when none is near."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    if not near:
        near = [n for n in names if n.casefold() == str(name).casefold()]
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"; known: {', '.join(names[:LISTED])}{more}"


def check(p: Parameter, value: Any, where: str) -> Any:
    """Validate one plain value against its declaration; returns the typed value.

    Raises InvalidValue naming `where`. Families and settings are decoded recursively.
    """
    if value is None and p.optional:
        return None
    if p.struct is not None:
        return value if isinstance(value, p.struct) else decode(p.struct, value, where)
    if p.kind == "array":
        return _numbers(value, p, where)
    try:
        typed = msgspec.convert(value, p.annotation)
    except msgspec.ValidationError:
        typed = None
    if typed is None or (isinstance(typed, float) and not math.isfinite(typed)):
        raise InvalidValue(where=where, expected=p.expected, got=shorten(value))
    return typed


def _numbers(value: Any, p: Parameter, where: str, depth: int = 1) -> tuple[Any, ...]:
    """Lists of finite numbers, or of rows where the annotation has them, as tuples; the first bad
    place is named."""
    if not isinstance(value, (list, tuple)):
        raise InvalidValue(where=where, expected=p.expected, got=shorten(value))
    rows: list[Any] = []
    for i, item in enumerate(value):
        if isinstance(item, (list, tuple)) and depth == 1 and _has_rows(p.annotation):
            rows.append(_numbers(item, p, f"{where}[{i}]", depth + 1))
        elif type(item) in (int, float) and abs(item) <= sys.float_info.max:
            rows.append(float(item))
        else:
            raise InvalidValue(where=f"{where}[{i}]", expected="a finite number", got=shorten(item))
    return tuple(rows)


def _has_rows(annotation: Any) -> bool:
    """Whether an annotation of an array admits a tuple of tuples."""
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple:
        return any(typing.get_origin(part) is tuple for part in parts)
    return any(_has_rows(part) for part in parts)


def decode(cls: type[S], raw: Any, where: str = "") -> S:
    """Build a declared object from plain JSON data; nothing is built when anything is wrong.

    Raises InvalidValue, MissingField, UnknownField or UnknownType, each naming the place.
    """
    if not isinstance(raw, dict):
        raise InvalidValue(where=where or "file", expected="an object", got=shorten(raw))
    prefix = f"{where}." if where else ""
    fields = dict(raw)
    target: type[Settings] = cls
    if issubclass(cls, Declared):
        known = registry(family_of(cls))
        if "type" not in fields:
            raise MissingField(where=f"{prefix}type", expected="one of " + ", ".join(known))
        name = fields.pop("type")
        if not isinstance(name, str) or name not in known:
            raise UnknownType(
                where=f"{prefix}type", got=shorten(name), hint=did_you_mean(name, list(known))
            )
        target = known[name]
    declared = {p.name: p for p in parameters(target)}
    values = {}
    for name, value in fields.items():
        if name not in declared:
            raise UnknownField(where=prefix + name, hint=did_you_mean(name, list(declared)))
        values[name] = check(declared[name], value, prefix + name)
    for p in declared.values():
        if p.required and p.name not in values:
            raise MissingField(where=prefix + p.name, expected=p.expected)
    try:
        return cast(S, target(**values))
    except ValueError as error:  # a __post_init__ that checks several fields together
        raise InvalidValue(where=where or "file", expected=str(error), got=shorten(raw)) from error


def encode(value: Settings) -> dict[str, Any]:
    """The plain JSON data of a declared object; `decode` gives the same object back."""
    return cast(dict[str, Any], msgspec.to_builtins(value))


def schema(cls: type[Settings], visit: Callable[[type[Declared]], str]) -> dict[str, Any]:
    """JSON Schema of one declared class; `visit` returns a reference for a nested family."""
    properties: dict[str, Any] = {}
    if issubclass(cls, Declared):
        properties["type"] = {"const": type_name(cls)}
    for p in parameters(cls):
        if p.kind == "family":
            node: dict[str, Any] = {"$ref": visit(p.struct)}
        elif p.kind == "settings":
            node = schema(p.struct, visit)
        elif p.kind == "array":
            node = {"title": p.title, "description": p.help, "type": "array"}
        else:
            node = dict(msgspec.json.schema(p.annotation))
        if p.struct is not None and p.optional:
            node = {"anyOf": [node, {"type": "null"}]}
        if not p.required:
            node["default"] = msgspec.to_builtins(p.default)
        properties[p.name] = node
    required = [p.name for p in parameters(cls) if p.required]
    if issubclass(cls, Declared):
        required.insert(0, "type")
    result: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if required:
        result["required"] = required
    if cls.__doc__:
        result["description"] = cls.__doc__.split("\n")[0]
    return result
