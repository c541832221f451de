"""A cell that is meant to raise prints its exception in a script, and the script goes on."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import pytest

from site_tools.downloads.raising_cells import caught, guarded
from site_tools.model.source import RAISES
from tests.support.posts import code_post

NEVER = "'int' object has no attribute 'x'"
CASES = {
    "1 / 0": "ZeroDivisionError: division by zero\n",
    "if True:\n\n    print('a')\nraise KeyError('b')": "a\nKeyError: 'b'\n",
    'print("""a\n  b""")\n[][0]': "a\n  b\nIndexError: list index out of range\n",
    'n = 1\nprint(f"""{n}\n{\n    n\n}""")\nn.x': f"1\n1\nAttributeError: {NEVER}\n",
    "def f(x):\n    return (x +\n\n  1)\nf(1).x": f"AttributeError: {NEVER}\n",
    "print(1)  # raises nothing": "1\n",
}


@pytest.mark.parametrize("source", CASES)
def test_exception_is_printed(source: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(guarded(source, "raised"), {})  # noqa: S102
    assert said.getvalue() == CASES[source]


def test_name_of_the_post_is_kept() -> None:
    post = code_post("raised = 1\nraised / 0")
    assert caught(post) is post
    (cell,) = post.cells
    marked = replace(post, cells=(replace(cell, tags=frozenset({RAISES})),))
    assert "as raised_:" in caught(marked).sources[0]
