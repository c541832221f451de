"""Which names and tensors have changed when a program has ended.

To add a case: a program in `coverage/` whose first line says how many of how many have changed, and
names the others, each with its line. A second line may say what the claim freezes. A name that
begins with `torch` is for programs that import it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.projects import CASES

FILES = sorted((CASES / "coverage").glob("*.py"))

pytestmark = pytest.mark.xdist_group("coverage")  # they share two processes

RUN = """
import json, os, pathlib, sys
from site_tools.model.claim import Condition
from site_tools.model.protocol import Confinement, JobRequest
from site_tools.worker.trial import run_trial

modules = sys.argv[1].split(",")
for module in modules:
    __import__(module)

def answer(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    names = [line for line in text.splitlines() if line.startswith("# freeze: ")]
    freeze = tuple(names[0].split()[2:]) if names else ()
    confined = Confinement([], [], 2**30)
    request = JobRequest([text], Condition("sham", freeze=freeze), modules, [], 60.0, confined)
    found = run_trial(request, lambda cell, line: None)
    return [found.changed, found.things, found.unchanged, found.failure and found.failure.text]

for path in sys.argv[2:]:
    if os.fork() == 0:
        text = json.dumps([path, answer(path)])
        os.write(3, text.encode() + b"\\n")
        os._exit(0)
    os.wait()
"""
"""Runs shams, each in a fork; their results go to the file descriptor 3."""


def _run(modules: str, cases: list[Path]) -> dict[str, Any]:
    command = [sys.executable, "-c", RUN, modules, *map(str, cases)]
    redirected = ["sh", "-c", '"$@" 3>&1 >/dev/null', "sh", *command]
    done = subprocess.run(redirected, capture_output=True, text=True, check=True)
    return dict(map(json.loads, done.stdout.splitlines()))


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return _run("random,numpy", [case for case in FILES if not case.stem.startswith("torch")])


@pytest.fixture(scope="module")
def found_with_torch() -> dict[str, Any]:
    return _run("random,numpy,torch", [case for case in FILES if case.stem.startswith("torch")])


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
