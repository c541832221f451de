"""A mistake in code is reported at the line that its author must change."""

from __future__ import annotations

import pytest

from site_tools.checks.code_rules import code_problems
from tests.support.posts import code_post

HERE = "  # here"
WRONG = {
    "unexpected indent": ["a = 1", "    b = 2  # here", "c = 3"],
    "unindent does not match any outer indentation level": [
        "for i in range(3):",
        "    a = 1",
        "    b = 2",
        "  c = 3  # here",
    ],
    "than the lines below it": [
        "def f():",
        "   a = 1  # here",
        "    b = 2",
        "    return a + b",
    ],
    "indented in another way": [
        "if a:",
        "        b = 1  # here",
        "",
        "    c = 2",
        "    d = 3",
    ],
    "this line is indented in another way": [
        "for i in range(3):",
        "    a = 1",
        "b = 2  # here",
        "    # a comment",
        "    c = 3",
        "    d = 4",
    ],
    "after 'for' statement on line 1": ["for i in range(3):", "", "print(i)  # here", "b = 2"],
    "after 'for' statement.": ["for i in range(3):  # here", "    # a comment", "", ""],
    "after function definition.": [
        "def f(x):  # here",
        "    # a comment",
        "",
        "def g(x):",
        "    return 1",
    ],
    "expected 'except' or 'finally' block": ["try:  # here", "    a = 1", "", "b = 2", "c = 3"],
    "'(' on line 2": ["a = 1", "b = foo(", "    1,", "    2]  # here", "c = 1"],
    "SyntaxError: invalid syntax": ["@f  # here", "", "a = 1"],
    "invalid syntax.": ["a = 3 + \\", "", "b = 2"],
    "'(' was never closed": ["a = foo(1,  # here", "", "b = 2", "c = 3"],
}


@pytest.mark.parametrize("says", WRONG)
def test_mistake_is_named_at_its_line(says: str) -> None:
    code = ["start = 0", "# %%", *WRONG[says]]
    (problem,) = code_problems(code_post("\n".join(code)), {})
    lines = [number for number, line in enumerate(code, 1) if line.endswith((HERE, "\\"))]
    numbers = says.replace("line 1", "line 3").replace("line 2", "line 4")  # of the file
    assert numbers in f"{problem.what}"
    assert [problem.place.line] == lines
