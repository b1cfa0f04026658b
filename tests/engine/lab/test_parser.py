"""Formulas: what they mean, what they refuse, and that their derivatives are exact."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netbuilder.engine.lab.elementary import FUNCTIONS
from netbuilder.engine.lab.expression import Constant, Expression, Number, Variable
from netbuilder.engine.lab.formula import Formula
from netbuilder.engine.lab.parser import LONGEST, FormulaError, parse

PLACES = np.linspace(-3.0, 3.0, 61)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("x^2 + 5 sin(x)", lambda x: x**2 + 5 * np.sin(x)),
        ("x**2+5*sin(x)", lambda x: x**2 + 5 * np.sin(x)),
        ("x^4 - 3x^3 + 2", lambda x: x**4 - 3 * x**3 + 2),
        ("x(x+1)", lambda x: x * (x + 1)),
        ("2x(x-1)(x+1)", lambda x: 2 * x * (x - 1) * (x + 1)),
        ("1/2x", lambda x: x / 2),  # from left to right
        ("1/(2x^2+1)", lambda x: 1 / (2 * x**2 + 1)),
        ("-x^2", lambda x: -(x**2)),  # the power comes first
        ("2^3^2", lambda x: 512 + 0 * x),  # from right to left: 2^9
        ("2^-1", lambda x: 0.5 + 0 * x),
        ("2 - -x", lambda x: 2 + x),
        ("1 - x - x", lambda x: 1 - 2 * x),
        ("e^x", np.exp),
        ("xe^(-x²)", lambda x: x * np.exp(-(x**2))),
        ("2e1x + 2ex", lambda x: 20 * x + 2 * math.e * x),  # 2e1 is 20, 2e is two times e
        ("|x - 1|", lambda x: np.abs(x - 1)),
        ("2|x| + ||x| - 1|", lambda x: 2 * np.abs(x) + np.abs(np.abs(x) - 1)),
        ("max(x, 0, 1 - x)", lambda x: np.maximum(np.maximum(x, 0), 1 - x)),
        ("min(x, 0)", lambda x: np.minimum(x, 0)),
        ("relu(x) + step(x)", lambda x: np.maximum(x, 0) + (x > 0)),
        ("sigmoid(x)", lambda x: 1 / (1 + np.exp(-x))),
        ("softplus(x)", lambda x: np.log(1 + np.exp(x))),
        ("ln(x^2 + 1) + log(e)", lambda x: np.log(x**2 + 1) + 1),
        ("cos(pi x) tanh(x)", lambda x: np.cos(np.pi * x) * np.tanh(x)),
        ("cos(πx)", lambda x: np.cos(np.pi * x)),
        ("sinh(x)/cosh(x)", np.tanh),
        ("xsin(x)", lambda x: x * np.sin(x)),
        ("Sin(X)", np.sin),  # as a telephone writes it
        ("3", lambda x: 3 + 0 * x),
        (".5x + 2.", lambda x: x / 2 + 2),
    ],
)
def test_formulas_mean_what_people_mean(text: str, meant: Callable[[Any], Any]) -> None:
    np.testing.assert_allclose(Formula(text).values(PLACES), meant(PLACES), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no formula yet: type one, for example x^2 + 5 sin(x)."),
        ("x +", "Column 4: a number, a variable or a parenthesis is missing here"),
        ("sin x", "Column 1: sin needs its argument in parentheses; write sin(x)."),
        ("2 + sen(x)", "Column 5: “sen” is not known; did you mean 'sin'?"),
        ("x2", "Column 2: no sign stands before 2; write * for a product, ^ for a power."),
        ("2(x + 1", "Column 2: what “(” opens here is not closed; add a “)”."),
        ("x + 1)", "Column 6: this “)” closes nothing; remove it or add a “(” before it."),
        ("sin()", "Column 4: there is nothing in these parentheses"),
        ("0,5x", "Column 2: a comma stands only between the arguments of a function"),
        ("sin(0,5)", "Column 1: sin takes one argument, not 2"),
        ("max(x)", "Column 1: max takes two arguments or more, not 1; write max(x, 0)."),
        ("x + y", "Column 5: “y” is no variable here; the formula is in x alone."),
        ("x = 2", "Column 3: “=” means nothing here"),
        ("1e999", "Column 1: 1e999 is too large"),
        ("x" * (LONGEST + 1), f"The formula has {LONGEST + 1} characters"),
        ("(" * 30 + "x", "Column 22: more than 20 parts lie inside each other"),
        ("__import__('os')", "Column 1: “_” means nothing here"),
        ("x.real", "Column 2: “.” means nothing here"),
    ],
)
def test_a_refusal_is_one_sentence_with_place_and_remedy(text: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Formula(text)
    assert str(caught.value).startswith(words)


def test_two_variables() -> None:
    f = Formula("(1-x)^2 + 100(y-x^2)^2 + xy", 2)
    assert f.value_at(np.array([2.0, 3.0])) == 1 + 100 + 6
    # df/dx = -2 (1 - x) - 400 x (y - x^2) + y = 2 + 800 + 3, df/dy = 200 (y - x^2) + x = -200 + 2
    assert f.gradient_at(np.array([2.0, 3.0])).tolist() == [805.0, -198.0]
    # f_xx = 2 - 400 (y - x^2) + 800 x^2 = 2 + 400 + 3200, f_xy = -400 x + 1, f_yy = 200
    hessian = [[3602.0, -799.0], [-799.0, 200.0]]
    assert f.hessian_at(np.array([2.0, 3.0])).tolist() == hessian


def test_condition_number() -> None:
    # f_xx = 1, f_yy = 25
    curvature = Formula("x^2/2 + 25y^2/2", 2).curvature_at(np.array([-3.0, 1.0]))
    assert curvature is not None
    assert (curvature.least, curvature.most, curvature.condition) == (1.0, 25.0, 25.0)
    saddle = Formula("x^2 - y^2", 2).curvature_at(np.zeros(2))
    assert saddle is not None
    assert saddle.condition == math.inf
    assert Formula("1/x").curvature_at(np.zeros(1)) is None


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x^2", "2 x"),
        ("x^2 + 5sin(x)", r"2 x + 5 \cos\left(x\right)"),
        ("x^4 - 3x^3 + 2", "4 x^{3} - 9 x^{2}"),
        ("x x x", "3 x^{2}"),
        ("x(x + 1)", "2 x + 1"),
        ("1/x", r"-\frac{1}{x^{2}}"),
        ("|x|", r"\operatorname{sign}\left(x\right)"),
        ("tanh(2x)", r"2 \left(1 - \tanh^{2}\left(2 x\right)\right)"),
        ("2^x", r"2^{x} \ln\left(2\right)"),
        ("7", "0"),
        ("max(x, 1)", r"\begin{cases} 1 & x \ge 1 \\ 0 & x < 1 \end{cases}"),
    ],
)
def test_derivatives_are_simplified(text: str, latex: str) -> None:
    assert Formula(text).derivative_latex() == [f"f'(x) = {latex}"]


def test_latex_is_what_was_typed() -> None:
    assert Formula("2*3x - (x+1)/2").latex() == r"f(x) = 2 \cdot 3 x - \frac{x + 1}{2}"
    assert Formula("sin(x)^2 - -x").latex() == r"f(x) = \sin^{2}\left(x\right) - \left(-x\right)"
    assert Formula("1e-7x").latex() == r"f(x) = 10^{-7} x"


@given(st.text(max_size=30))
@example("(|x|)(")
@example("--------------------x")
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    with contextlib.suppress(FormulaError):
        assert Formula(text, 2).gradient_at(np.array([0.3, -0.7])).shape == (2,)


@given(st.lists(st.sampled_from([*"xy0127.+-*/^(),| e", "sin", "max", "pi"]), max_size=20))
def test_any_tokens_are_a_formula_or_refused(tokens: list[str]) -> None:
    with contextlib.suppress(FormulaError):
        assert Formula("".join(tokens), 2).hessian_at(np.array([0.3, -0.7])).shape == (2, 2)


def formulas() -> st.SearchStrategy[tuple[str, Callable[[Any, Any], Any]]]:
    """Texts, and the same as a NumPy function; smooth, and tame for -1 to 1."""
    leaves: st.SearchStrategy[tuple[str, Callable[[Any, Any], Any]]] = st.one_of(
        st.just(("x", lambda x, y: x)),
        st.just(("y", lambda x, y: y)),
        st.integers(1, 9).map(lambda n: (str(n), lambda x, y: float(n) + 0 * x)),
    )

    def grown(inner: Any) -> Any:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(
                lambda p: (f"({p[0][0]} + {p[1][0]})", lambda x, y: p[0][1](x, y) + p[1][1](x, y))
            ),
            pair.map(
                lambda p: (f"({p[0][0]} - {p[1][0]})", lambda x, y: p[0][1](x, y) - p[1][1](x, y))
            ),
            pair.map(
                lambda p: (f"{p[0][0]} * {p[1][0]}", lambda x, y: p[0][1](x, y) * p[1][1](x, y))
            ),
            inner.map(lambda f: (f"({f[0]})^2", lambda x, y: f[1](x, y) ** 2)),
            inner.map(lambda f: (f"sin({f[0]})", lambda x, y: np.sin(f[1](x, y)))),
            inner.map(lambda f: (f"tanh({f[0]})", lambda x, y: np.tanh(f[1](x, y)))),
            inner.map(lambda f: (f"sigmoid({f[0]})", lambda x, y: 1 / (1 + np.exp(-f[1](x, y))))),
            pair.map(
                lambda p: (
                    f"{p[0][0]}/(2 + cos({p[1][0]}))",
                    lambda x, y: p[0][1](x, y) / (2 + np.cos(p[1][1](x, y))),
                )
            ),
        )

    return st.recursive(leaves, grown, max_leaves=6).filter(lambda f: len(f[0]) <= LONGEST)


@given(formulas(), st.floats(-1, 1), st.floats(-1, 1))
def test_values_and_derivatives_agree_with_numpy(
    formula: tuple[str, Callable[[Any, Any], Any]], x: float, y: float
) -> None:
    text, meant = formula
    f, point = Formula(text, 2), np.array([x, y])
    with np.errstate(over="ignore"):
        assert f.value_at(point) == pytest.approx(float(meant(x, y)), rel=1e-9, abs=1e-9)
    h = 1e-5
    by_x, by_y = (
        (f.value_at(point + h * axis) - f.value_at(point - h * axis)) / (2 * h)
        for axis in np.eye(2)
    )
    size = 1.0 + float(np.abs(f.hessian_at(point)).max()) + abs(f.value_at(point))
    # The error of a central difference is of third derivatives, which grow as the others do.
    np.testing.assert_allclose(f.gradient_at(point), [by_x, by_y], atol=1e-5 * size**1.5)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_its_derivative(name: str) -> None:
    text = f"{name}(x, 0.3x - 1)" if FUNCTIONS[name].several else f"{name}(x)"
    f = Formula(text)
    for place in (0.4, 0.9, 1.3):
        h = 1e-6
        slope = (f.value_at(np.array([place + h])) - f.value_at(np.array([place - h]))) / (2 * h)
        assert f.gradient_at(np.array([place]))[0] == pytest.approx(slope, abs=1e-6)
        bend = (f.gradient_at(np.array([place + h])) - f.gradient_at(np.array([place - h]))) / (
            2 * h
        )
        assert f.hessian_at(np.array([place]))[0, 0] == pytest.approx(bend[0], abs=1e-5)


def test_outside_of_its_domain_a_formula_is_no_number_but_no_error_either() -> None:
    values = Formula("ln(x) + 1/x").values(np.array([-1.0, 0.0, 1.0]))
    assert np.isnan(values[0])
    assert not np.isfinite(values[1])
    assert values[2] == 1.0


def test_slopes_at_corners_are_those_of_the_network() -> None:
    at_corner = np.zeros(1)
    assert Formula("relu(x)").gradient_at(at_corner)[0] == 0.0
    assert Formula("|x|").gradient_at(at_corner)[0] == 0.0


def _nodes(expression: Expression) -> list[Expression]:
    found = [expression]
    for part in expression.parts():
        found += _nodes(part)
    return found


def test_a_tree_holds_nothing_but_what_was_typed() -> None:
    tree = parse("2 sin(x) + pi")
    kinds = [node for node in _nodes(tree) if isinstance(node, Number | Variable | Constant)]
    assert kinds == [Number(2.0), Variable("x"), Constant("pi", math.pi)]
    assert tree.variables() == {"x"}
