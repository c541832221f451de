"""Whether a program draws anything random, and from which generators without a seed.

To add a case: a program in `draws/` whose first line says whether it draws, and in which each line
that is reported for a generator without a seed ends in `# unseeded`. A name that begins with
`torch` is for programs that import it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.projects import CASES
from tests.support.shams import recorded

FILES = sorted((CASES / "draws").glob("*.py"))

pytestmark = pytest.mark.xdist_group("draws")  # they share two processes

FIELDS = "draws,unseeded"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    cases = [case for case in FILES if not case.stem.startswith("torch")]
    return recorded("random,numpy", cases, FIELDS)


@pytest.fixture(scope="module")
def found_with_torch() -> dict[str, Any]:
    cases = [case for case in FILES if case.stem.startswith("torch")]
    return recorded("random,numpy,torch", cases, FIELDS)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.stem, marks=[pytest.mark.slow] * case.stem.startswith("torch"))
        for case in FILES
    ],
)
def test_draws_are_seen(case: Path, request: pytest.FixtureRequest) -> None:
    torch = case.stem.startswith("torch")
    answers = request.getfixturevalue("found_with_torch" if torch else "found")
    lines = case.read_text(encoding="utf-8").splitlines()
    draws, unseeded, failure = answers[str(case)]
    assert failure is None
    assert draws == (lines[0] == "# draws: yes")
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("# unseeded")]
    assert [line for *_, line in unseeded] == marked
