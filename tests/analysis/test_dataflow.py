"""What a name of a program is made from, by way of other names, functions and classes."""

from __future__ import annotations

import ast

import pytest

from site_tools.analysis.dataflow import Flow
from site_tools.analysis.updates import sites


def feeds_back(program: str, value: str, *, once: bool = False) -> bool:
    """Return whether this new value for `w` depends on what `w` held."""
    flow = Flow([ast.parse(program)])
    return flow.feeds_back("w", ast.parse(value, mode="eval").body, once=once)


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
        ("def f(x):\n    return x\n\nr = map(f, y)\n", "x + 1", True),
    ],
)
def test_value_depends_on_its_name(program: str, value: str, expected: bool) -> None:  # noqa: FBT001
    assert feeds_back(program, value) == expected


def test_first_mention_may_not_count() -> None:
    assert not feeds_back("", "w + 1", once=True)
    assert feeds_back("", "w + w", once=True)
    assert not feeds_back("", "1 if w < 3 else 2")


def test_condition_depends_on_a_name_by_way_of_others() -> None:
    def decides(program: str, test: str) -> bool:
        return Flow([ast.parse(program)]).decides("w", ast.parse(test, mode="eval").body)

    assert decides("a = w", "a < 0")
    assert decides("a = 2 * w", "a < 0")
    assert decides("w = v", "v < 0")
    assert not decides("a = v", "a < 0")
    assert not decides("", "w < 0")


@pytest.mark.parametrize(("body", "lines"), [("w - 1", [5]), ("v - 1", [])])
def test_update_by_a_function_that_reads_the_name(body: str, lines: list[int]) -> None:
    program = f"def f():\n    return {body}\n\nfor i in range(3):\n    w = f()\n"
    assert [site.line for site in sites([program], ["w"], [])] == lines
