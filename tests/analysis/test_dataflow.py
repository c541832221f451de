"""What a name of a program is made from, by way of other names, functions and classes."""

from __future__ import annotations

import ast

import pytest

from site_tools.analysis.dataflow import Flow
from site_tools.analysis.updates import sites


def feeds_back(program: str, value: str, *, target: str = "w", adds: bool = True) -> bool:
    """Return whether this new value for `w` depends on what `w` held."""
    flow = Flow([ast.parse(program)])
    return flow.feeds_back(_parsed(target), "w", _parsed(value), adds=adds)


def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


@pytest.mark.parametrize(
    ("program", "value", "expected"),
    [
        ("", "w", True),
        ("", "v", False),
        ("a = w", "a + 1", True),
        ("w = v", "v", False),
        ("w = v\nw = v", "v", True),
        ("w = v", "v + 1", True),
        ("a = w\nb = a * 2", "b + 1", True),
        ("a += w", "a + 1", True),
        ("a = v", "a + 1", False),
        ("class A:\n    def f(self):\n        return w\n", "A()", True),
        ("class A:\n    def f(self):\n        return v\n", "A()", False),
        ("def f(x):\n    return w\n", "f(1)", True),
        ("def f(x):\n    return x\n\nr = f(1)\n", "x + 1", False),
        ("def f(x):\n    return x\n\nr = apply(f, y)\n", "x + 1", True),
        ("def f(x):\n    return x\n\nr = map(f, y)\n", "x + 1", False),
        ("def f(x):\n    return x\n\nr = map(f, w)\n", "x + 1", True),
        ("def f(x):\n    return x\n\nr = max(y, key=f)\n", "x + 1", False),
        ("def f(x):\n    return x\n\nw.sort(key=f)\n", "x + 1", True),
    ],
)
def test_value_depends_on_its_name(program: str, value: str, expected: bool) -> None:  # noqa: FBT001
    assert feeds_back(program, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("w + 1", False),
        ("1 - w", False),
        ("0.9 * w + 0.1 * x", False),
        ("w + w", True),
        ("max(w, x)", False),
        ("np.clip(w, 0, 1)", False),
        ("w if x else 0", False),
        ("1 if w < 3 else 2", False),
        ("w + (w < 3)", False),
        ("w + x * (t - (x @ w > 0))", True),
        ("w @ w", True),
        ("r + 0.9 * P @ w", True),
        ("step(w)", True),
        ("np.tanh(w)", True),
        ("[p - g for p, g in zip(w, gradients)]", True),
    ],
)
def test_value_that_replaces_what_it_is_made_from(value: str, expected: bool) -> None:  # noqa: FBT001
    assert feeds_back("import numpy as np", value, adds=False) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("w[s] + 1", False),
        ("1 + 0.9 * w[s + 1]", True),
        ("max(r + 0.9 * w[t] for t in near(s))", True),
        ("w[s] + 0.1 * (r - w[s])", True),
    ],
)
def test_value_of_an_element(value: str, expected: bool) -> None:  # noqa: FBT001
    assert feeds_back("", value, target="w[s]", adds=False) == expected


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("move = lambda w: w - slope * w", True),
        ("move = lambda w: x", False),
        ("move = functools.partial(update, rate=0.1)", True),
        ("def move(w):\n    return w - x * w\n", True),
        ("def move(w):\n    return x\n", False),
    ],
)
def test_value_from_a_function_of_the_name(program: str, expected: bool) -> None:  # noqa: FBT001
    assert (
        feeds_back(f"{program}\nfor i in r:\n    w = move(w)\n", "move(w)", adds=False) == expected
    )


def test_condition_depends_on_a_name() -> None:
    def decides(program: str, test: str) -> bool:
        return Flow([ast.parse(program)]).decides(_parsed("w"), "w", _parsed(test))

    assert decides("", "np.sign(x @ w) != t")
    assert decides("", "x > 0 and t * (x @ w) <= 0")
    assert not decides("", "w % 10 == 0 and x > 0")
    assert not decides("", "score > w or not w")
    assert decides("a = w", "a < 0")
    assert decides("a = 2 * w", "a < 0")
    assert decides("w = v", "v < 0")
    assert not decides("a = v", "a < 0")
    assert not decides("", "w < 0")


@pytest.mark.parametrize(("body", "lines"), [("w - 1", [5]), ("v - 1", [])])
def test_update_by_a_function_that_reads_the_name(body: str, lines: list[int]) -> None:
    program = f"def f():\n    return {body}\n\nfor i in range(3):\n    w = f()\n"
    assert [site.line for site in sites([program], ["w"], [])] == lines
