"""Which names and tensors have changed when a program has ended.

To add a case: a program in `coverage/` whose first line says how many of how many have changed, and
names the others, each with its line. A second line may say what the claim freezes. A name that
begins with `torch` is for programs that import it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.projects import CASES
from tests.support.shams import recorded

FILES = sorted((CASES / "coverage").glob("*.py"))

pytestmark = pytest.mark.xdist_group("coverage")  # they share two processes

FIELDS = "changed,things,unchanged"


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
def test_what_never_changes_is_named(case: Path, request: pytest.FixtureRequest) -> None:
    torch = case.stem.startswith("torch")
    answers = request.getfixturevalue("found_with_torch" if torch else "found")
    changed, things, unchanged, failure = answers[str(case)]
    assert failure is None
    said = f"# {changed} of {things}"
    said += ": " * bool(unchanged) + " ".join(f"{name} {line}" for name, _, line in unchanged)
    assert said == case.read_text(encoding="utf-8").splitlines()[0]
