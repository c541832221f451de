"""Which code an exercise takes out, and what it leaves.

To add a case: a program in `blanks/`. `pytest --update` writes what becomes of it beside it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.downloads.code_blanks import YOUR_TURN, Level, blank
from tests.support.projects import CASES

HERE = CASES / "blanks"
FILES = sorted(HERE.glob("*.py"))


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
@pytest.mark.parametrize("level", [1, 2])
def test_blanks(case: Path, level: Level, expect: Callable[[Path, str], None]) -> None:
    text = blank(case.read_text(encoding="utf-8").strip("\n"), level)
    ast.parse(text)
    expect(case.with_suffix(f".{level}.txt"), f"{text}\n")


@pytest.mark.parametrize("level", [1, 2])
def test_code_without_anything_to_write_stays(level: Level) -> None:
    assert blank("import numpy as np\nfrom math import exp", level) == (
        "import numpy as np\nfrom math import exp"
    )


def test_blank_cell_begins_with_instructions() -> None:
    with pytest.raises(NotImplementedError, match="Your turn"):
        exec(blank("a, b = 1, 2", 1), {})  # noqa: S102
    assert blank("a, b = 1, 2", 1).split("\n")[0] == YOUR_TURN
