from __future__ import annotations

import ast

import pytest

from site_tools.analysis.syntax import LONGEST_TEXT, called_name, parse, shorten


@pytest.mark.parametrize(
    ("source", "name"),
    [("step()", "step"), ("model.optimizer.step()", "step"), ("steps[0]()", ""), ("f()()", "")],
)
def test_called_name_is_the_last_name(source: str, name: str) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert called_name(call) == name


def test_parse_returns_an_empty_module_for_a_syntax_error() -> None:
    assert parse("w = (").body == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("    w -= g  # update", "w -= g"),
        ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
        ("x" * (LONGEST_TEXT + 1), "x" * (LONGEST_TEXT - 1) + "…"),
        ("x" * (LONGEST_TEXT - 2) + " yyy", "x" * (LONGEST_TEXT - 2) + "…"),
    ],
)
def test_shorten_drops_indentation_and_comment_and_cuts(line: str, shown: str) -> None:
    assert shorten(line) == shown
