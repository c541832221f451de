"""A download is verified only when it has run to its end and printed what the page promises.

Each file in `tests/cases/unverified/` is the beginning of a post that then learns, with 0.01 on its
page. Its first line names the downloads to run, and a time limit if it is short. The `.txt` beside
it is what verification says; it is empty for a sound post. `pytest --update` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.downloads import problems
from tests.support.projects import CASES

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("verify")]

FILES = sorted(CASES.glob("unverified/*.py"))


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_answer_is_clear(case: Path, project: Path, expect: Callable[[Path, str], None]) -> None:
    code = case.read_text(encoding="utf-8")
    first = code.splitlines()[0]
    limit = re.search(r"(\d+) s$", first)
    seconds = float(limit[1]) if limit else 60
    said = {
        name: problems(project, code, name, seconds)
        for name in re.findall("script|notebook", first)
    }
    expect(case.with_suffix(".txt"), "".join(f"{name}: {what}\n" for name, what in said.items()))
    assert all(bool(what) is not case.stem.startswith("sound-") for what in said.values())
