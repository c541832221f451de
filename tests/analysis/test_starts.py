"""Whether what a claim lists starts as data, or is drawn or written in the code."""

from __future__ import annotations

import ast

import pytest

from site_tools.analysis.starts import start_as_data

TRAINS = "for step in range(9):\n    w = w - 0.1 * slope(w)\n"

IN_A_FUNCTION = """
def settle():
    w = {start}
    for step in range(9):
        w = w - 0.1 * slope(w)
    return w
"""

IN_A_LOOP = """
for attempt in range(3):
    w = {start}
    for step in range(9):
        w = w - 0.1 * slope(w)
"""

IN_ANOTHER_LOOP = """
def settle():
    for attempt in range(3):
        w = {start}
    for step in range(9):
        w = w - 0.1 * slope(w)
"""

AS_AN_ARGUMENT = """
def settle(count, w):
    for step in range(count):
        w = w - 0.1 * slope(w)
    return w
"""

DATA = "X = load()\nsize = len(X)\n"


@pytest.mark.parametrize(
    ("program", "as_data"),
    [
        ("w = X[0]\n" + TRAINS, True),
        ("w = rng.normal(size=3)\n" + TRAINS, False),
        ("w = [0.5, -0.5]\n" + TRAINS, False),
        ("w = 0.0\n" + TRAINS + "w = X[0]\n", False),
        (IN_A_FUNCTION.format(start="X[0]"), True),
        (IN_A_FUNCTION.format(start="zeros(size)"), False),
        (IN_A_LOOP.format(start="X[attempt]"), True),
        (IN_A_LOOP.format(start="normal(size)"), False),
        (IN_ANOTHER_LOOP.format(start="X[attempt]"), False),
        (AS_AN_ARGUMENT + "settle(9, X[0])\n", True),
        (AS_AN_ARGUMENT + "settle(9, w=X[0])\n", True),
        (AS_AN_ARGUMENT + "settle(X, 0.5)\n", False),
        (AS_AN_ARGUMENT + "settle(count=X, w=0.5)\n", False),
        (AS_AN_ARGUMENT + "settle(9, 0.5)\nother(9, X[0])\n", False),
    ],
)
def test_start_is_data_if_it_is_neither_drawn_nor_written(program: str, *, as_data: bool) -> None:
    assert start_as_data([ast.parse(DATA + program)], ["w"]) == as_data
