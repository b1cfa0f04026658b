"""The lectures' worked networks: every printed number, to its printed digits, by the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import EXAMPLES, data_of, netbuilder, netbuilder_process, printed, reference

LOGISTIC = reference("logistic_2_3_1")
RELU = reference("relu_2_2_1")


def check(name: str, got: Any, wanted: Any) -> None:
    """Each number agrees to its printed digits.

    Those are 6 significant ones; a small number in an array is cut where its neighbours end.
    """
    assert np.shape(got) == np.shape(wanted), name
    ends = max(len(f"{float(w):.12g}".partition(".")[2]) for w in np.ravel(wanted))
    for i, (g, w) in enumerate(zip(np.ravel(got), np.ravel(wanted), strict=True)):
        allowed = [printed(float(g))] + [round(float(g), ends)] * (ends >= 6)
        assert float(w) in allowed, f"{name}[{i}]: {g!r}, not {w!r}"


@pytest.fixture(scope="module")
def trace() -> dict[str, Any]:
    found: dict[str, Any] = data_of(netbuilder("trace", EXAMPLES / "logistic_2_3_1.json"))
    return found


def forward(trace: dict[str, Any], node: str) -> Any:
    return next(f["output"] for f in trace["forward"] if f["node"] == node)


def backward(trace: dict[str, Any], node: str) -> dict[str, Any]:
    found: dict[str, Any] = next(b for b in trace["backward"] if b["node"] == node)
    return found


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("X", "data"),
        ("Z1", "hidden"),
        ("H", "sigmoid 1"),
        ("Z2", "output"),
        ("Y_hat", "sigmoid 2"),
    ],
)
def test_logistic_forward(trace: dict[str, Any], name: str, node: str) -> None:
    check(name, forward(trace, node), LOGISTIC[name])


def test_logistic_loss(trace: dict[str, Any]) -> None:
    check("J", trace["loss"], LOGISTIC["J"])


@pytest.mark.parametrize(
    ("name", "node", "part"),
    [
        ("dJ_dY_hat", "sigmoid 2", "grad_output"),
        ("dJ_dZ2", "sigmoid 2", "grad_input"),
        ("dJ_dZ2", "output", "grad_output"),
        ("dJ_dH", "output", "grad_input"),
        ("dJ_dH", "sigmoid 1", "grad_output"),
        ("dJ_dZ1", "sigmoid 1", "grad_input"),
        ("dJ_dZ1", "hidden", "grad_output"),
    ],
)
def test_logistic_backward(trace: dict[str, Any], name: str, node: str, part: str) -> None:
    check(name, backward(trace, node)[part], LOGISTIC[name])


@pytest.mark.parametrize(
    ("name", "node", "parameter"),
    [
        ("dJ_dW2", "output", "W"),
        ("dJ_db2", "output", "b"),
        ("dJ_dW1", "hidden", "W"),
        ("dJ_db1", "hidden", "b"),
    ],
)
def test_logistic_gradients(trace: dict[str, Any], name: str, node: str, parameter: str) -> None:
    check(name, backward(trace, node)["grads"][parameter], LOGISTIC[name])
    check(name, trace["gradient_norms"][node][parameter], LOGISTIC["norms"][name])


def weights(update: dict[str, Any]) -> dict[str, Any]:
    hidden, output = update["hidden"], update["output"]
    return {"W1": hidden["W"], "b1": hidden["b"], "W2": output["W"], "b2": output["b"]}


def test_logistic_update(trace: dict[str, Any]) -> None:
    for name, wanted in LOGISTIC["after_1_step"].items():
        check(name, weights(trace["update"])[name], wanted)


def test_logistic_one_step_of_training(tmp_path: Path) -> None:
    saved = tmp_path / "out.json"
    data = data_of(
        netbuilder(
            "train", EXAMPLES / "logistic_2_3_1.json", "--steps", 1, "--save", saved, "--json"
        )
    )
    assert data["steps"] == 1
    found = weights(json.loads(saved.read_text())["weights"])
    for name, wanted in LOGISTIC["after_1_step"].items():
        check(name, found[name], wanted)


def test_trace_and_training_are_one_implementation(tmp_path: Path, trace: dict[str, Any]) -> None:
    saved = tmp_path / "out.json"
    netbuilder("train", EXAMPLES / "logistic_2_3_1.json", "--steps", 1, "--save", saved)
    assert json.loads(saved.read_text())["weights"] == trace["update"]


@pytest.mark.parametrize("limit", [["--steps", 1000], []], ids=["steps", "limit of the file"])
def test_logistic_after_1000_steps(limit: list[object]) -> None:
    data = data_of(netbuilder("train", EXAMPLES / "logistic_2_3_1.json", *limit, "--json"))
    check_after_1000(data)
    assert data["stopped_by"] == ("steps" if limit else "epochs")


def check_after_1000(data: dict[str, Any]) -> None:
    after = LOGISTIC["after_1000_steps"]
    assert data["steps"] == data["epochs"] == 1000
    check("J", data["loss"], after["J"])
    norms = weights(data["gradient_norms"])
    for name, wanted in after["norms"].items():
        check(name, norms[name.removeprefix("dJ_d")], wanted)


def test_the_program_itself_prints_them() -> None:
    """As processes of their own, the way a user starts them."""
    path = EXAMPLES / "logistic_2_3_1.json"
    traced = netbuilder_process("trace", path)
    assert (traced.returncode, traced.stderr) == (0, "")
    check("J", json.loads(traced.stdout)["loss"], LOGISTIC["J"])
    trained = netbuilder_process("train", path, "--steps", 1000, "--json")
    assert (trained.returncode, trained.stderr) == (0, "")
    check_after_1000(json.loads(trained.stdout))


# ---- the ReLU network ----


@pytest.fixture(scope="module")
def relu() -> dict[str, Any]:
    found: dict[str, Any] = data_of(netbuilder("trace", EXAMPLES / "relu_2_2_1.json"))
    return found


def test_relu_forward(relu: dict[str, Any]) -> None:
    # z = [1 * 0.5 + 2 * 0.2, 1 * 0.3 + 2 * 0.4] = [0.9, 1.1]; o = 0.9 * 0.6 + 1.1 * 0.7 = 1.31
    check("x", forward(relu, "data"), [RELU["x"]])
    check("z", forward(relu, "hidden"), [RELU["z"]])
    check("h", forward(relu, "relu"), [RELU["h"]])
    check("o", forward(relu, "output"), [[RELU["o"]]])
    check("o", forward(relu, "linear"), [[RELU["o"]]])
    # L = 1/2 (1.31 - 1)^2 = 0.04805
    check("L", relu["loss"], RELU["L"])


def test_relu_backward(relu: dict[str, Any]) -> None:
    output, hidden = backward(relu, "output"), backward(relu, "hidden")
    check("dL_do", backward(relu, "linear")["grad_output"], [[RELU["dL_do"]]])
    check("dL_do", output["grad_output"], [[RELU["dL_do"]]])
    check("dL_dW_o", output["grads"]["W"], RELU["dL_dW_o"])
    check("dL_db_o", output["grads"]["b"], RELU["dL_db_o"])
    check("dL_dh", backward(relu, "relu")["grad_output"], [RELU["dL_dh"]])
    check("dL_dz", backward(relu, "relu")["grad_input"], [RELU["dL_dz"]])
    check("dL_dz", hidden["grad_output"], [RELU["dL_dz"]])
    check("dL_dW_h", hidden["grads"]["W"], RELU["dL_dW_h"])
    check("dL_db_h", hidden["grads"]["b"], RELU["dL_db_h"])


def test_relu_update(relu: dict[str, Any]) -> None:
    # The learning rate is 0.1: W_o - 0.1 * [0.279, 0.341] = [0.5721, 0.6659], b_o = -0.031.
    assert np.ravel(relu["update"]["output"]["W"]) == pytest.approx([0.5721, 0.6659], rel=1e-14)
    assert relu["update"]["output"]["b"] == pytest.approx([-0.031], rel=1e-14)
    # W_h - 0.1 * [[0.186, 0.217], [0.372, 0.434]]
    wanted = [0.4814, 0.2783, 0.1628, 0.3566]
    assert np.ravel(relu["update"]["hidden"]["W"]) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("name", ["logistic_2_3_1", "relu_2_2_1"])
def test_a_wrong_digit_is_seen(name: str) -> None:
    """The comparison itself can fail."""
    loss: float = reference(name)["J" if "J" in reference(name) else "L"]
    with pytest.raises(AssertionError):
        check("J", loss * (1 + 1e-5), loss)
