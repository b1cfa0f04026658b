"""Verdicts, proved on networks made to fail and on networks that are well."""

from __future__ import annotations

from pathlib import Path

import pytest
from health_runs import FAILING, Observed, network
from helpers import EXAMPLES, data_of, netbuilder

from netbuilder.engine.initializers.he_normal import HeNormal
from netbuilder.project import files
from netbuilder.project.document import Document
from netbuilder.project.health import Steady, Verdict, Words, diagnose
from netbuilder.project.model import Project

SILENT = {"healthy", "too_early", "not_started"}

HEALTHY: dict[str, Project] = {
    path.stem: files.read(path)
    for path in sorted(EXAMPLES.glob("*.json"))
    if path.stem != "logistic_2_3_1"  # see test_an_example_that_is_really_saturated
} | {
    "gaussians, sigmoid": network("Sigmoid", 4, 1, data="gaussians"),
    "gaussians, ReLU": network("ReLU", 8, 2, init=HeNormal(), data="gaussians", noise=0.1),
    "gaussians, no hidden layer": network("Tanh", 1, 0, data="gaussians"),
    "gaussians, much noise": network("Tanh", 4, 1, data="gaussians", noise=0.5, samples=400),
    "circle, ReLU, Adam": network("ReLU", 8, 2, init=HeNormal(), optimizer="Adam", rate=0.01),
    "circle, momentum": network("Tanh", 8, 2, optimizer="Momentum", rate=0.01),
    "circle, RMSProp": network("Tanh", 8, 2, optimizer="RMSProp", rate=0.01),
    "circle, AdaGrad, GELU": network("GELU", 8, 2, optimizer="AdaGrad"),
    "circle, full batch": network("Tanh", 8, 1, rate=0.3, batch=None),
    "circle, one by one": network("Tanh", 8, 1, rate=0.01, batch=1),
    "circle, batches of 64": network("LeakyReLU", 8, 2, batch=64, samples=500),
    "circle, 5 tanh layers": network("Tanh", 8, 5, rate=0.03),
    "circle, 8 ReLU layers": network(
        "ReLU", 16, 8, init=HeNormal(), optimizer="Adam", rate=0.003, samples=400
    ),
    "xor, sigmoid": network("Sigmoid", 4, 1, data="xor", rate=0.3, samples=400),
    "xor, noise": network("Tanh", 8, 1, data="xor", samples=400, noise=0.3),
    "xor, ELU, Nesterov": network("ELU", 8, 2, data="xor", optimizer="Nesterov", rate=0.01),
    "spiral, tanh": network("Tanh", 16, 2, data="spiral", samples=400),
    "spiral, ReLU, Adam": network(
        "ReLU", 16, 3, init=HeNormal(), data="spiral", optimizer="Adam", rate=0.01, samples=400
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_network_made_to_fail_is_told_and_every_remedy_cures_it(name: str) -> None:
    code, project = FAILING[name]
    before = Observed(project)
    verdict = before.verdicts[0]
    assert [v.code for v in before.verdicts] == [code]
    assert verdict.level in ("warning", "danger")
    assert verdict.rows
    assert verdict.cause.text
    assert verdict.fixes
    losses = before.history.train_loss
    print(f"\n{name}: {verdict.title}. {verdict.text} Loss {losses[0]:.3g} → {losses[-1]:.3g}")
    for fix in verdict.fixes:
        after = Observed(fix.command.apply(project))
        losses, metrics = after.history.train_loss, after.history.run("train_metric")
        print(
            f"    {fix.text}: {after.verdicts[0].title}, loss {losses[0]:.3g} → {losses[-1]:.3g},"
            f" accuracy {metrics[-1]:.0%}"
        )
        assert [v.code for v in after.verdicts] == ["healthy"], fix.text


@pytest.mark.parametrize(
    "project",
    [
        FAILING["4 points, 64 units"][1],
        # Narrow layers, and test samples that are only guessed: tried out, it did not cure these.
        network(
            "ReLU", 16, 2, init=HeNormal(), data="gaussians", samples=120, noise=0.5,
            optimizer="Adam", rate=0.01,
        ),
        network(
            "ReLU", 32, 2, init=HeNormal(), data="spiral", samples=100, noise=0.5,
            optimizer="Adam", rate=0.01,
        ),
    ],
)  # fmt: skip
def test_dropout_is_not_offered_where_it_does_not_cure(project: Project) -> None:
    (verdict,) = Observed(project).verdicts
    assert verdict.code == "overfitting"
    assert not [f for f in verdict.fixes if "Dropout" in f.text]
    assert [f for f in verdict.fixes if "samples" in f.text]


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_network_is_never_called_ill(name: str) -> None:
    assert len(HEALTHY) >= 20
    # Looked at some thirty times: at the start, on the way and at the end.
    codes = Observed(HEALTHY[name], 2000, 20).codes
    assert set(codes) <= SILENT, codes


def test_an_example_that_is_really_saturated() -> None:
    # Biases of 4 and 5 before the sigmoid: at x = (1, 2) the sums are 1 - 2 + 4 = 3,
    # 0 + 6 + 5 = 11 and -2 + 4 - 3 = -1, and 11 lies where the slope is below 0.01/4.
    example = Observed(files.read(EXAMPLES / "logistic_2_3_1.json"))
    assert [v.code for v in example.verdicts] == ["saturated"]
    assert example.evidence().skill <= 0  # and it has not learned its four samples
    # After 200 steps the layer in front still changes (update by weight 3e-4): no alarm yet. After
    # 3,000 it stands still (7e-5), with one sample of four told right.
    early = Observed(example.project, steps=200).verdicts[0]
    assert (early.code, early.level, early.title) == ("saturated", "info", "Partly saturated")
    assert early.text.endswith("the others still learn.")
    assert (example.verdicts[0].level, example.verdicts[0].title) == ("warning", "Saturated")
    for fix in example.verdicts[0].fixes:
        cured = Observed(fix.command.apply(example.project))
        assert [v.code for v in cured.verdicts] == ["healthy"]


def test_remedies_are_one_undo_step_and_forget_the_weights() -> None:
    _, project = FAILING["10 sigmoid layers, N(0, 0.01²)"]
    run = Observed(project, steps=200, points=12)
    weights = {i: dict(named) for i, named in run.run.network.parameters.items()}
    trained = project.with_(weights=weights)
    (verdict,) = run.verdicts
    assert [f.text for f in verdict.fixes] == [
        "Use ReLU with He weights",
        "Add Batch norm before each activation",
        "Add shortcuts (residual Add)",
    ]
    for fix in verdict.fixes:
        document = Document(trained)
        document.push(fix.command)
        assert document.project.weights == {}
        assert document.undo_command is not None
        assert document.undo_command.text == fix.text
        document.undo()
        assert document.project == trained


def test_nothing_is_said_before_a_run() -> None:
    project = network("Tanh", 4, 1)
    observed = Observed(project, steps=12, points=2)
    assert observed.codes == ["too_early"] * len(observed.codes)
    empty = Observed(project, steps=10, points=1)
    empty.history.count = 1  # only the look before the first step
    assert [v.code for v in diagnose(empty.evidence())] == ["not_started"]


def test_a_diverged_run_names_the_step_and_the_place() -> None:
    _, project = FAILING["rate 1e6"]
    run = Observed(project)
    assert run.error is not None
    (verdict,) = run.verdicts
    assert f"step {run.error.fields['step']}" in verdict.text
    assert run.error.fields["node"] in verdict.text


def test_words_do_not_flicker() -> None:
    def said(code: str, level: str = "ok") -> list[Verdict]:
        return [Verdict(code=code, title=code, level=level, says=Words(code))]  # type: ignore[arg-type]

    steady = Steady()
    shown = [
        steady.take(said(code))[0].code
        for code in ("healthy", "dead", "healthy", "dead", "dead", "dead", "healthy", "healthy")
    ]
    # The first word comes at once; after that only what is found twice in a row.
    assert shown == [
        "healthy", "healthy", "healthy", "healthy", "dead", "dead", "dead", "healthy",
    ]  # fmt: skip
    assert steady.take(said("end"), at_once=True)[0].code == "end"


def test_the_command_line_tells_the_same_verdict(tmp_path: Path) -> None:
    code, project = FAILING["zeros"]
    files.write(project, tmp_path / "zeros.json")
    data = data_of(netbuilder("train", tmp_path / "zeros.json", "--steps", 300, "--json"))
    assert data["health"]["verdict"] == code
    assert "worth one unit" in data["health"]["text"]
