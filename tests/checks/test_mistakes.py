"""Every mistake gets one clear answer: a folder with the mistake, and what the command says.

To add a case: a folder in `mistakes/` with the files that a project would have, and an
`expected.txt` whose first line is the command. `pytest --update` fills in the rest; read it. What
must not stop the command is a folder in `warnings/`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.projects import CASES, Elevenlines


def _cases(folder: str) -> list[object]:
    slow = pytest.mark.slow
    return [
        pytest.param(case, id=case.name, marks=[] if _command(case)[0] == "check" else [slow])
        for case in sorted(path.parent for path in CASES.glob(f"{folder}/*/expected.txt"))
    ]


def _command(case: Path) -> list[str]:
    first = (case / "expected.txt").read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("$ elevenlines ").split()


@pytest.fixture(name="answer")
def answer_of(
    project: Path, elevenlines: Elevenlines, expect: Callable[[Path, str], None]
) -> Callable[[Path], int]:
    """Return what runs a case, compares what is said, and returns the exit code."""

    def answer(case: Path) -> int:
        shutil.copytree(case, project, dirs_exist_ok=True)
        (project / "expected.txt").unlink()
        command = _command(case)
        code, said = elevenlines(*command)
        said = re.sub(r"(?m)^\w+ engine, .*\n", "", said)  # depends on the machine
        said = re.sub(r"\d+\.\d s\b", "N s", said).replace(str(project), "PROJECT")
        expect(
            case / "expected.txt", f"$ elevenlines {' '.join(command)}\n{said}exit code {code}\n"
        )
        return code

    return answer


@pytest.mark.parametrize("case", _cases("mistakes"))
def test_answer_is_clear(case: Path, answer: Callable[[Path], int], project: Path) -> None:
    assert answer(case) in (1, 2)
    assert not (project / "site").is_dir()


@pytest.mark.parametrize("case", _cases("warnings"))
def test_warning_stops_nothing(case: Path, answer: Callable[[Path], int]) -> None:
    assert answer(case) == 0
