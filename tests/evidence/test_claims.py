"""Honest programs are accepted; dishonest and weak ones are refused, each with its own reason.

To add a case: a post in `tests/cases/claims/accepted` or `refused`; `pytest --update` writes the
verdict's message beside it. Read it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.projects import CASES, ROOT, make_project

HERE = CASES / "claims"
FILES = sorted(HERE.glob("*/*.py"))

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("claims")]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `run -v` prints for all cases."""
    project = make_project(tmp_path_factory.mktemp("claims") / "project")
    for case in FILES:
        shutil.copy(case, project / "posts" / case.name)
    return subprocess.run(
        [sys.executable, "-m", "site_tools", "run", "-v"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
        check=False,
    ).stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize("case", FILES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_verdict(case: Path, said: str, expect: Callable[[Path, str], None]) -> None:
    blocks = re.split(r"^(?=posts/)", said, flags=re.MULTILINE)
    text = "".join(block for block in blocks if block.startswith(f"posts/{case.name}"))
    is_accepted = re.search(r"^posts/\S+ +\d+\.\d s ", text) is not None
    assert is_accepted == (case.parent.name == "accepted"), text
    expect(case.with_suffix(".txt"), _without_numbers(text))


def _without_numbers(text: str) -> str:
    """Keep the words, the lines and the counts: digits differ between machines."""
    kept = [
        re.sub(r"^posts/\S+ +\d+\.\d s +.*", "accepted", line)
        for line in text.splitlines()
        if line.startswith(("posts/", "  ")) and not line.startswith("    ")
    ]
    kept = [line for line in kept if not re.match(r"  claim \d+:", line)]
    off = [line.strip() for line in text.splitlines() if line.startswith("      off:")]
    stopped = [line.split("     ")[-1] for line in text.splitlines() if "stopped:" in line]
    numbers = r"-?\d[\d.,e+-]*( … -?\d[\d.e+-]*)?"
    words = "trained|learning off|shuffled|published|again|baseline"
    masked = [re.sub(rf"\b({words}) {numbers}", r"\1 N", line) for line in kept]
    masked = [re.sub(r"-?\d+\.\d+|\d+%", "N", line) for line in masked]
    masked = [re.sub(r"`([<>]=?) [\d.e+-]+` holds", r"`\1 N` holds", line) for line in masked]
    return "\n".join([*masked, *off, *stopped]) + "\n"
