"""Lines that only IPython understands are distinguished from other mistakes."""

from __future__ import annotations

import pytest

from site_tools.checks.code_rules import code_problems
from tests.support.posts import code_post

COMMANDS = [
    "%matplotlib inline",
    "%%time",
    "!pip install numpy",
    "files = !ls",
    "first, second = !ls",
    "took = %timeit -o sum([1])",
    "zip?",
    "str.join??",
    "?zip",
    "pip install numpy",
    "conda install numpy",
    "cd ..",
    "cat notes.txt",
    "for i in range(2):\n    !echo here",
    "if True:\n    %time sum([1])",
]
OTHERS = [
    "x = = 3",
    "print 'a'",
    "x = 3 %",
    "x = (1,",
    "if x?: pass",
    "list of numbers",
    "x ! = 3",
    "for i in range(3)",
    "pip = 3 4",
]


@pytest.mark.parametrize("code", COMMANDS)
def test_notebook_command_is_named(code: str) -> None:
    (problem,) = code_problems(code_post(f"a = 1\n{code}"), {})
    line = code.rpartition("\n")[2].strip()
    assert problem.what == f"`{line}` is a notebook command, and posts are plain Python."
    assert problem.place.line == 2 + code.count("\n")


@pytest.mark.parametrize("code", OTHERS)
def test_other_mistake_is_a_syntax_error(code: str) -> None:
    (problem,) = code_problems(code_post(f"a = 1\n{code}"), {})
    assert problem.what.startswith("SyntaxError: ")
