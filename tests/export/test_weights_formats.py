"""Weights in other formats: the same bits come back, and wrong files are refused."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest
from helpers import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays, names

from netbuilder.declare import registry
from netbuilder.export.exporter import Exporter, ExportError, exporter_for
from netbuilder.export.formats.json_weights import JsonWeights
from netbuilder.export.formats.npz import Npz
from netbuilder.project import files
from netbuilder.project.build import build, weights_of
from netbuilder.project.model import Project, Weights, freeze, same_weights

READABLE = [Npz(), JsonWeights()]
ODD = [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1 / 3, float(np.nextafter(1.0, 2.0))]


def project(weights: Weights) -> Project:
    return Project(weights=weights)


@pytest.mark.parametrize("exporter", READABLE, ids=lambda e: type(e).__name__)
@given(
    weights=st.dictionaries(
        names, st.dictionaries(st.sampled_from(["W", "b", "gamma"]), arrays(), min_size=1)
    )
)
def test_any_weights_come_back_to_the_bit(exporter: Exporter, weights: Weights) -> None:
    assert same_weights(exporter.read(exporter.write(project(weights))), weights)


@pytest.mark.parametrize("exporter", READABLE, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize(
    "name",
    ["file", "self", "a.b", "a.b.W", ".", "..", "../up", "/root", "a/b", "a\\b", "lớp ẩn 1", "層",
     "x.npy", "CON", "a b", "🙂", "%s", "{}", '"', "__class__"],
)  # fmt: skip
def test_names_of_every_kind(exporter: Exporter, name: str) -> None:
    weights = {name: {"W": freeze([ODD, ODD]), "b": freeze(ODD)}, "other": {"b": freeze([1.0])}}
    assert same_weights(exporter.read(exporter.write(project(weights))), weights)


def test_a_trained_network_comes_back_to_the_bit() -> None:
    run = build(files.read(EXAMPLES / "xor.json"))
    run.trainer.advance(20)
    weights = weights_of(run.network)
    for exporter in READABLE:
        assert same_weights(exporter.read(exporter.write(project(weights))), weights)


def test_numpy_opens_the_archive_without_us() -> None:
    data = Npz().write(project({"hidden": {"W": freeze([[1.0, 2.0]]), "b": freeze([3.0])}}))
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        assert archive["hidden.W"].tolist() == [[1.0, 2.0]]
        assert archive["hidden.b"].dtype == np.float64


def test_json_weights_are_plain() -> None:
    data = JsonWeights().write(project({"hidden": {"W": freeze([[1.0, 0.1]])}}))
    assert json.loads(data) == {
        "format": "netbuilder-weights",
        "version": 1,
        "layers": {"hidden": {"W": {"shape": [1, 2], "values": [[1.0, 0.1]]}}},
    }


# ---- wrong files ----


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


class Trap:
    """Opening this as a pickle would run code."""

    def __reduce__(self) -> Any:
        return (print, ("a pickle was run",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        npy(np.ones(3)),
        pickle.dumps(Trap()),
        npz(a=np.ones(3)),  # no layer in the name
        npz(**{"a.W": np.array(["text"])}),
        npz(**{"a.W": np.array([1, None], dtype=object)}),
        zipped("a.W.npy", b"no array"),
        zipped("a.W.npy", pickle.dumps(Trap())),
        zipped("a.W", b""),
    ],
)
def test_what_is_no_archive(data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ExportError) as caught:
        Npz().read(data)
    assert str(caught.value) == "this is not a NumPy archive of weights"
    assert capsys.readouterr().out == ""


def layers(parameter: Any) -> dict[str, Any]:
    return {"format": "netbuilder-weights", "version": 1, "layers": {"a": {"W": parameter}}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b"[" * 100_000,
        {"format": "netbuilder", "version": 1, "layers": {}},
        {"format": "netbuilder-weights", "version": 2, "layers": {}},
        {"format": "netbuilder-weights", "version": 1},
        {"format": "netbuilder-weights", "version": 1, "layers": []},
        {"format": "netbuilder-weights", "version": 1, "layers": {"a": 1}},
        layers([1]),
        layers({"values": [1.0]}),
        layers({"shape": [2], "values": [1.0]}),
        layers({"shape": [2, 1], "values": [1.0, 2.0]}),
        layers({"shape": [2], "values": [1.0, None]}),
        layers({"shape": [1], "values": [10**400]}),
        layers({"shape": [2], "values": [[1.0], [1.0, 2.0]]}),
        layers({"shape": "x", "values": ["x"]}),
    ],
)
def test_what_is_no_json_of_weights(data: Any) -> None:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(ExportError) as caught:
        JsonWeights().read(raw)
    assert str(caught.value) == "this is not a JSON file of weights"


@pytest.mark.parametrize("exporter", READABLE, ids=lambda e: type(e).__name__)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_damaged_file_is_refused_or_harmless(exporter: Exporter, place: float, byte: int) -> None:
    data = bytearray(exporter.write(project({"a": {"W": freeze([[0.1, 2.0], [3.0, 4.0]])}})))
    data[int(place * len(data))] = byte
    for damaged in (bytes(data), bytes(data[: int(place * len(data))])):
        try:
            weights = exporter.read(damaged)
        except ExportError:
            continue
        for array in (a for named in weights.values() for a in named.values()):
            assert array.dtype == np.float64


# ---- which format ----


def test_the_ending_says_the_format() -> None:
    for name, cls in registry(Exporter).items():
        assert cls.title
        assert cls.suffix.startswith(".")
        assert type(exporter_for("x.unknown", name)) is cls
    assert isinstance(exporter_for("w.npz"), Npz)
    assert isinstance(exporter_for("W.JSON"), JsonWeights)
    assert isinstance(exporter_for("w.json", "npz"), Npz)


def test_an_unknown_format() -> None:
    with pytest.raises(
        ExportError, match=r"^w\.h5: no format has the ending '\.h5'; choose one of"
    ):
        exporter_for("w.h5")
    with pytest.raises(ExportError, match=r"^unknown format 'npy'; did you mean 'npz'\?$"):
        exporter_for("w.npz", "npy")


def test_not_every_format_is_read() -> None:
    class Picture(Exporter, frozen=True):
        title = "Picture"

    with pytest.raises(ExportError, match=r"^weights cannot be read from Picture files$"):
        Picture().read(b"")
