"""The command line: what each command prints, and one clear line when something is wrong."""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from helpers import (
    EXAMPLES,
    ROOT,
    chained,
    complaint,
    data_of,
    netbuilder,
    netbuilder_process,
)

from netbuilder.data.sets.table import TableData
from netbuilder.engine.activations.sigmoid import Sigmoid
from netbuilder.engine.activations.softmax import Softmax
from netbuilder.engine.initializers.values import Values
from netbuilder.engine.layers.dense import Dense
from netbuilder.engine.losses.binary_cross_entropy import BinaryCrossEntropy
from netbuilder.engine.losses.categorical_cross_entropy import CategoricalCrossEntropy
from netbuilder.engine.losses.mean_squared_error import MeanSquaredError
from netbuilder.engine.settings import Training
from netbuilder.export.formats.npz import Npz
from netbuilder.project import files
from netbuilder.project.build import build, weights_of
from netbuilder.project.model import Project, same_weights

XOR = EXAMPLES / "xor.json"


def without_time(data: Any) -> Any:
    assert data.pop("seconds") >= 0
    return data


# ---- train ----


def test_the_summary_has_the_promised_keys() -> None:
    data = data_of(netbuilder("train", XOR, "--epochs", 3, "--json"))
    assert set(data) == {
        "loss", "test_loss", "metrics", "steps", "epochs", "gradient_norms", "seconds",
        "stopped_by", "health",
    }  # fmt: skip
    assert data["health"].keys() == {"verdict", "text"}
    names = ["accuracy"] + [
        name + of for name in ("precision", "recall", "f1") for of in ("", "_0", "_1")
    ]
    assert set(data["metrics"]) == {
        f"{part}_{name}" for part in ("train", "test") for name in names
    }
    assert (data["steps"], data["epochs"], data["stopped_by"]) == (75, 3, "epochs")
    assert set(data["gradient_norms"]) == {"hidden", "output"}
    assert set(data["gradient_norms"]["hidden"]) == {"W", "b"}


def test_the_summary_is_what_the_engine_says() -> None:
    data = data_of(netbuilder("train", XOR, "--steps", 60, "--json"))
    run = build(files.read(XOR))
    run.trainer.advance(60)
    assert data["loss"] == run.trainer.scores("train").loss
    assert data["test_loss"] == run.trainer.scores("test").loss
    assert data["gradient_norms"] == run.trainer.gradient_norms(run.trainer.full_gradient())
    assert (data["steps"], data["epochs"], data["stopped_by"]) == (60, 2, "steps")


def test_equal_runs_print_equal_numbers() -> None:
    runs = [data_of(netbuilder("train", XOR, "--epochs", 5, "--json")) for _ in range(2)]
    process = json.loads(netbuilder_process("train", XOR, "--epochs", 5, "--json").stdout)
    assert without_time(runs[0]) == without_time(runs[1]) == without_time(process)


def test_watching_the_curves_does_not_change_the_run(tmp_path: Path) -> None:
    plain = data_of(netbuilder("train", XOR, "--epochs", 5, "--json"))
    watched = data_of(
        netbuilder("train", XOR, "--epochs", 5, "--json", "--history", tmp_path / "h.csv")
    )
    assert without_time(plain) == without_time(watched)


def test_another_seed() -> None:
    one, two, again = (
        without_time(data_of(netbuilder("train", XOR, "--epochs", 2, "--seed", s, "--json")))
        for s in (1, 2, 1)
    )
    assert one == again != two


def test_the_text_for_people() -> None:
    result = netbuilder("train", XOR, "--epochs", 2)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("50 steps, 2 epochs in ")
    assert [line.split()[:2] for line in lines[1:3]] == [["train", "loss"], ["test", "loss"]]
    assert lines[3].startswith("gradient norm of hidden: ")


def test_steps_and_epochs_together_take_the_first() -> None:
    assert data_of(netbuilder("train", XOR, "--epochs", 2, "--steps", 7, "--json"))["steps"] == 7
    assert data_of(netbuilder("train", XOR, "--epochs", 2, "--steps", 99, "--json"))["steps"] == 50


def test_training_goes_on_from_the_saved_weights(tmp_path: Path) -> None:
    full = EXAMPLES / "logistic_2_3_1.json"
    half, whole = tmp_path / "half.json", tmp_path / "whole.json"
    netbuilder("train", full, "--steps", 60, "--save", half)
    netbuilder("train", full, "--steps", 100, "--save", whole)
    go_on = data_of(netbuilder("train", half, "--steps", 40, "--save", half, "--json"))
    assert go_on["steps"] == 40
    assert same_weights(files.read(half).weights, files.read(whole).weights)
    # A new seed draws anew instead; here the start is typed in, so it is the first start again.
    first = data_of(netbuilder("train", half, "--steps", 1, "--seed", 3, "--json"))
    assert first["loss"] == data_of(netbuilder("train", full, "--steps", 1, "--json"))["loss"]


def test_saving_keeps_the_settings_of_the_file(tmp_path: Path) -> None:
    """A limit for one run is not written into the project's other settings."""
    out = tmp_path / "out.json"
    netbuilder("train", XOR, "--epochs", 2, "--save", out)
    saved, before = files.read(out), files.read(XOR)
    assert saved.with_(weights={}, run=None, training=before.training) == before
    assert set(saved.weights) == {"hidden", "output"}


def test_the_history(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    netbuilder("train", XOR, "--epochs", 4, "--history", path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [float(r["epoch"]) for r in rows] == [0, 1, 2, 3, 4]
    assert [r["step"] for r in rows] == ["0", "25", "50", "75", "100"]
    assert set(rows[0]) >= {"train_loss", "test_loss", "train_accuracy", "gradient:hidden"}
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])


def test_a_history_without_test_samples_leaves_cells_empty(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    netbuilder("train", EXAMPLES / "relu_2_2_1.json", "--steps", 2, "--history", path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [r["test_loss"] for r in rows] == ["", "", ""]


def test_a_long_history_is_thinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from netbuilder import cli

    monkeypatch.setattr(cli._Recorder, "LIMIT", 20)
    path = tmp_path / "h.csv"
    netbuilder("train", EXAMPLES / "logistic_2_3_1.json", "--steps", 500, "--history", path)
    steps = [int(r["step"]) for r in csv.DictReader(path.read_text().splitlines())]
    assert len(steps) <= 21
    assert (steps[0], steps[-1]) == (0, 500)
    assert steps == sorted(set(steps))


def test_the_weights_of_a_run(tmp_path: Path) -> None:
    saved, weights = tmp_path / "p.json", tmp_path / "w.npz"
    netbuilder("train", XOR, "--epochs", 2, "--save", saved, "--weights", weights)
    assert same_weights(Npz().read(weights.read_bytes()), files.read(saved).weights)


@pytest.mark.parametrize("example", ["xor", "classes", "relu_2_2_1"])
def test_a_figure_is_drawn(example: str, tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    result = netbuilder("train", EXAMPLES / f"{example}.json", "--epochs", 3, "--figure", path)
    assert result.exit_code == 0, result.stderr
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[0] > 300
    assert pixels.shape[1] > 900
    # Something is drawn in each third: loss, gradients, boundary.
    width = pixels.shape[1] // 3
    for third in range(3):
        part = pixels[:, third * width : (third + 1) * width].reshape(-1, pixels.shape[2])
        assert len(np.unique(part, axis=0)) > 20


def test_figures_of_two_runs_differ(tmp_path: Path) -> None:
    for epochs in (1, 30):
        netbuilder("train", XOR, "--epochs", epochs, "--figure", tmp_path / f"{epochs}.png")
    one, thirty = (matplotlib.image.imread(tmp_path / f"{n}.png") for n in (1, 30))
    assert one.shape == thirty.shape
    assert (one != thirty).any()


def test_vector_figures(tmp_path: Path) -> None:
    for suffix, start in (("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = tmp_path / f"f.{suffix}"
        netbuilder("train", XOR, "--epochs", 1, "--figure", path)
        assert path.read_bytes().startswith(start)


# ---- trace ----


def test_the_trace_of_one_sample(tmp_path: Path) -> None:
    path = EXAMPLES / "logistic_2_3_1.json"
    data = data_of(netbuilder("trace", path, "--sample", 2))
    assert data["forward"][0] == {"node": "data", "output": [[3.0, 1.0]]}
    assert set(data) >= {"loss", "forward", "backward", "update"}
    assert set(data["backward"][0]) == {"node", "grad_output", "grad_input", "grads"}
    assert set(data["update"]["hidden"]) == {"W", "b"}
    out = tmp_path / "t.json"
    printed = netbuilder("trace", path, "--sample", 2, "-o", out)
    assert printed.stdout == ""
    assert json.loads(out.read_text()) == data
    said = complaint(netbuilder("trace", path, "--sample", 4))
    assert said == "--sample: expected a row from 0 to 3, got 4"


def test_the_trace_of_a_batch_is_its_size() -> None:
    assert len(data_of(netbuilder("trace", XOR))["forward"][0]["output"]) == 10


def test_a_trace_of_infinite_factors_is_json(tmp_path: Path) -> None:
    """dJ/dy is infinite where y is exactly 0: null in the file, and the product is finite."""
    layer = Dense(units=1, bias=False, weight_init=Values(values=((-1.0,),)))
    data = TableData(x=((1000.0,),), y=((1.0,),))
    project = chained(layer, Sigmoid(), BinaryCrossEntropy(), dataset=data)
    files.write(project, tmp_path / "p.json")
    trace = data_of(netbuilder("trace", tmp_path / "p.json"))
    assert trace["loss"] == 1000.0
    assert trace["backward"][0]["grad_output"] == [[None]]
    assert trace["backward"][0]["grad_input"] == [[-1.0]]


# ---- predict ----


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    """A network that gives 2 a + 3 b."""
    layer = Dense(units=1, bias=False, weight_init=Values(values=((2.0,), (3.0,))))
    data = TableData(x=((1.0, 2.0), (2.0, 1.0)), y=((0.5,), (1.5,)))
    path = tmp_path / "doubling.json"
    files.write(chained(layer, MeanSquaredError(), dataset=data), path)
    return path


def test_predict_values(doubling: Path) -> None:
    assert netbuilder("predict", doubling, "--values", "1,2").stdout == "output1\n8.0\n"
    assert netbuilder("predict", doubling, "--values", "-1, 0.5").stdout == "output1\n-0.5\n"


def test_predict_a_file(doubling: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "x.csv", tmp_path / "y.csv"
    source.write_bytes(b'\xef\xbb\xbfx1,x2\r\n1,2\r\n\r\n"3",1e1\r\n')
    result = netbuilder("predict", doubling, "--input", source, "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text() == "output1\n8.0\n36.0\n"


def test_predictions_name_their_class(tmp_path: Path) -> None:
    layer = Dense(units=2, bias=False, weight_init=Values(values=((1.0, 0.0), (0.0, 1.0))))
    data = TableData(x=((0.0, 1.0), (1.0, 0.0)), y=((1.0,), (0.0,)))
    files.write(
        chained(layer, Softmax(), CategoricalCrossEntropy(), dataset=data), tmp_path / "p.json"
    )
    printed = netbuilder("predict", tmp_path / "p.json", "--values", "0,5").stdout
    heading, row = csv.reader(printed.splitlines())
    assert heading == ["output1", "output2", "class"]
    assert row[2] == "1"
    assert float(row[1]) == pytest.approx(1 / (1 + math.exp(-5)))
    result = netbuilder("predict", EXAMPLES / "logistic_2_3_1.json", "--values", "1,2")
    assert result.stdout.splitlines()[0] == "output1,class"
    assert result.stdout.splitlines()[1].endswith(",1")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("1", "--values: expected 2 numbers in a line, got 1"),
        ("1,2,3", "--values: expected 2 numbers in a line, got 3"),
        ("1,x", "--values, column 2: expected a number, got 'x'"),
        ("1,nan", "--values, column 2: expected a number, got 'nan'"),
        ("1,1e999", "--values, column 2: expected a number, got '1e999'"),
        ("", "--values: expected 2 numbers in a line, got 1"),
        ("1\n2", "--values: expected 2 numbers in a line, got 1"),
        ('1,"2', "--values, column 2: expected a number, got '\"2'"),
    ],
)
def test_bad_values(values: str, said: str, doubling: Path) -> None:
    assert complaint(netbuilder("predict", doubling, "--values", values)) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ": expected at least one line of numbers, got none"),
        (b"a,b\n", ": expected at least one line of numbers, got none"),
        (b"1,2\n3\n", ", line 2: expected 2 numbers in a line, got 1"),
        (b"1,2\n3,x\n", ", line 2, column 2: expected a number, got 'x'"),
        (b"1,2\na,b\n", ", line 2, column 1: expected a number, got 'a'"),
        (b"1,\xff\n", ": this is not UTF-8 text"),
        (
            b"1,2\n3," + b"9" * 200_000,
            ", line 2: this is not CSV text (field larger than field limit",
        ),
    ],
)
def test_a_bad_table(content: bytes, said: str, doubling: Path, tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_bytes(content)
    message = complaint(netbuilder("predict", doubling, "--input", source))
    assert message.startswith(f"{source}{said}")


def test_predict_needs_one_source(doubling: Path) -> None:
    said = "Give either --values or --input."
    assert complaint(netbuilder("predict", doubling)) == said
    both = netbuilder("predict", doubling, "--values", "1,2", "--input", "x.csv")
    assert complaint(both) == said
    missing = complaint(netbuilder("predict", doubling, "--input", "no/such.csv"))
    assert missing == "no/such.csv: there is no such file"


# ---- export, check ----


def test_export(tmp_path: Path) -> None:
    out = tmp_path / "w.npz"
    assert netbuilder("export", XOR, out).exit_code == 0
    drawn = weights_of(build(files.read(XOR)).network)
    assert same_weights(Npz().read(out.read_bytes()), drawn)
    other = tmp_path / "weights"
    assert netbuilder("export", XOR, other, "--to", "npz").exit_code == 0
    assert same_weights(Npz().read(other.read_bytes()), drawn)
    assert "no format has the ending '.h5'" in complaint(netbuilder("export", XOR, "w.h5"))
    assert "unknown format 'np'" in complaint(netbuilder("export", XOR, out, "--to", "np"))


def test_check_a_good_project() -> None:
    result = netbuilder("check", XOR)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "No problems: 17 parameters, ready to train.\n"  # 2*4 + 4 + 4 + 1


def test_check_lists_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    files.write(chained(Dense(units=2), BinaryCrossEntropy()), path)
    result = netbuilder("check", path)
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("error: ") for line in lines)
    assert "put a Sigmoid between 'dense' and it" in result.stdout


# ---- what goes wrong: one line, and the right number ----


def changed(tmp_path: Path, change: Any) -> Path:
    raw = json.loads(XOR.read_text())
    change(raw)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(raw))
    return path


COMMANDS = [
    ["train"], ["trace"], ["predict", "--values", "1,2"], ["check"], ["export", "@", "out.npz"],
]  # fmt: skip


def run_on(command: list[str], path: Path) -> Any:
    """The command with the project in its first place."""
    name, *options = command
    return netbuilder(name, path, *[o for o in options if o != "@"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_tells_a_bad_file(command: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(XOR.read_bytes()[:500])
    said = complaint(run_on(command, broken))
    assert said.startswith(f"{broken}: This is not a Netbuilder project: the JSON breaks off")
    assert complaint(run_on(command, tmp_path / "no.json")).endswith(": there is no such file")
    assert complaint(run_on(command, tmp_path)).endswith(": this is a folder, not a file")
    wrong = changed(tmp_path, lambda raw: raw["nodes"][1].update(units="four"))
    said = complaint(run_on(command, wrong))
    assert said == f'{wrong}: nodes[1].units: expected an integer from 1 to 4096, got "four"'
    newer = changed(tmp_path, lambda raw: raw.update(version=2))
    assert "open it with a newer Netbuilder" in complaint(run_on(command, newer))
    lines = changed(tmp_path, lambda raw: raw["nodes"][1].update({"un\nits": 1}))
    assert "nodes[1].un its: unknown field" in complaint(run_on(command, lines))


@pytest.mark.parametrize("command", COMMANDS[:3] + COMMANDS[4:], ids=lambda c: c[0])
def test_a_project_with_problems_is_told(command: list[str], tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    files.write(Project(), path)
    assert complaint(run_on(command, path)).startswith("The canvas is empty")


@pytest.mark.parametrize("precision", ["float64", "float32", "float16"])
def test_a_run_that_diverges(precision: str, tmp_path: Path) -> None:
    def change(raw: Any) -> None:
        raw["training"]["optimizer"]["learning_rate"] = 1e9
        raw["training"]["precision"] = precision

    path, out = changed(tmp_path, change), tmp_path / "out.json"
    said = complaint(netbuilder("train", path, "--save", out), 1)
    assert said.startswith("Training diverged at step 1: ")
    assert said.endswith("Try a smaller learning rate (it is 1e+09).")
    assert not out.exists()
    process = netbuilder_process("train", path)
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == f"netbuilder: {said}\n"


def test_no_end_in_sight(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda raw: raw["training"].update(max_epochs=None))
    assert "say --epochs or --steps" in complaint(netbuilder("train", path))
    assert netbuilder("train", path, "--steps", 3).exit_code == 0
    path = changed(
        tmp_path, lambda raw: raw["training"].update(max_epochs=None, stop={"loss": 0.5})
    )
    assert data_of(netbuilder("train", path, "--json"))["stopped_by"] == "loss"


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("--save", "no/such.json", "there is no such folder"),
        ("--history", "no/such.csv", "there is no such folder"),
        ("--weights", "no/such.npz", "there is no such folder"),
        ("--weights", "w.h5", "no format has the ending '.h5'"),
        ("--figure", "f.gif", "a figure ends in .png, .svg or .pdf"),
        ("--figure", "no/such.png", "there is no such folder"),
    ],
)
def test_places_that_cannot_be_written(option: str, name: str, said: str, tmp_path: Path) -> None:
    assert said in complaint(netbuilder("train", XOR, "--epochs", 1, option, tmp_path / name))


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_folder_without_permission() -> None:
    folder = Path(tempfile.mkdtemp())  # other users cannot reach into tmp_path
    code = (
        "import os, sys\n"
        "from netbuilder.cli import cli\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "cli.main(sys.argv[1:], prog_name='netbuilder')\n"
    )
    try:
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", code, "train", XOR, "--epochs=1", "--save", folder / "o.json"],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        left = os.listdir(folder)
    finally:
        shutil.rmtree(folder)
    assert done.returncode == 2
    assert done.stderr == (
        f"netbuilder: {folder / 'o.json'}: no permission to write here: choose another folder\n"
    )
    assert left == []


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **options: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("netbuilder.cli.build", full)
    assert "too little memory" in complaint(netbuilder("train", XOR), 1)


def test_help_and_version() -> None:
    help_text = netbuilder("--help")
    assert help_text.exit_code == 0
    for command in ("train", "trace", "predict", "export", "check"):
        assert f"  {command} " in help_text.stdout
        assert netbuilder(command, "--help").exit_code == 0
    assert netbuilder("--version").stdout.startswith("netbuilder, version ")
    assert netbuilder("train", XOR, "--epochs", 0).exit_code == 2
    assert netbuilder("train").exit_code == 2


# ---- imports ----


def imported_by(*words: object) -> set[str]:
    """The top-level packages that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "netbuilder", *[str(w) for w in words]],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_training_needs_no_window_and_no_drawing(tmp_path: Path) -> None:
    modules = imported_by("train", XOR, "--epochs", 1, "--save", tmp_path / "o.json")
    assert {"numpy", "netbuilder"} <= modules
    assert not modules & {"PySide6", "shiboken6", "pyqtgraph", "matplotlib", "ziamath"}


def test_settings_of_one_run_do_not_reach_another() -> None:
    """The defaults are shared records; a run must not write into them."""
    assert Training().max_epochs == 1000
