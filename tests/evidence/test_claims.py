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

from site_tools.downloads.learning_off import label, learning_off
from site_tools.downloads.notebook_cells import Addresses, Imprint
from site_tools.evidence.judge import judge
from site_tools.evidence.plain_control import plain_controls
from site_tools.evidence.statistics import same
from site_tools.experiment.plan import experiments_for
from site_tools.project import Project, read_posts, select
from site_tools.running.session import ExperimentState
from site_tools.sandbox.environment_variables import THREADS
from tests.support.projects import CASES, ROOT, make_project

HERE = CASES / "claims"
FILES = sorted(HERE.glob("*/*.py"))

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("claims")]


PLAIN = [
    "cell-meant-to-raise", "functional", "hill-climbing", "loss-and-weights", "perceptron",
    "q-learning", "set-until-it-fits", "stops-early", "torch-by-hand", "torch-functional",
    "torch-lbfgs", "torch-own-backward", "torch-until-it-learns", "until-it-fits",
    "yields-its-losses",
]  # fmt: skip
"""Accepted cases whose learning is struck out in different ways."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with all cases."""
    project = make_project(tmp_path_factory.mktemp("claims") / "project")
    for case in FILES:
        shutil.copy(case, project / "posts" / case.name)
    return project


@pytest.fixture(scope="module")
def said(project: Path) -> str:
    """What `run -v` prints for all cases."""
    text = subprocess.run(
        [sys.executable, "-m", "site_tools", "run", "-v"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
        check=False,
    ).stdout
    return re.sub(r"^posts/\S+: warning: .*\n", "", text, flags=re.MULTILINE)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize("case", FILES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_verdict(case: Path, said: str, expect: Callable[[Path, str], None]) -> None:
    blocks = re.split(r"^(?=posts/)", said, flags=re.MULTILINE)
    text = "".join(block for block in blocks if block.startswith(f"posts/{case.name}"))
    is_accepted = re.search(r"^posts/\S+ +\d+\.\d s ", text) is not None
    assert is_accepted == (case.parent.name == "accepted"), text
    expect(case.with_suffix(".txt"), _without_numbers(text))


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("name", PLAIN)
def test_plain_source_ends_where_its_control_ended(
    name: str, project: Path, tmp_path: Path
) -> None:
    """Run it as a reader would: this project is no part of its process."""
    here = Project(project)
    (post,) = select(here, read_posts(here), [name]).posts
    (experiment,) = experiments_for([post], here.pins)
    evidence = judge(post, ExperimentState.load(experiment, here.store).runs)
    (control,) = plain_controls(post, evidence)
    assert control.program, control.reason
    addresses = Addresses("https://example.org/", {post.file: "https://example.org/a/"})
    script = tmp_path / "script.py"
    script.write_text(
        learning_off(post, control, {}, Imprint(addresses, "A Site")), encoding="utf-8"
    )
    assert "site_tools" not in script.read_text(encoding="utf-8")
    threads = dict.fromkeys(THREADS, "1")
    command = [sys.executable, "-I", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=threads, check=True)
    ((verdict, ends),) = control.ends
    last = done.stdout.splitlines()[-1]
    assert same(float(last.removeprefix(label(verdict))), ends), last
    assert verdict.published.value != ends


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
    words = "trained|learning off|mixed data|reversed|by chance|shuffled|published|again|baseline"
    masked = [re.sub(rf"\b({words}) {numbers}", r"\1 N", line) for line in kept]
    masked = [re.sub(r"-?\d+\.\d+|\d+%", "N", line) for line in masked]
    masked = [re.sub(r"`([<>]=?) [\d.e+-]+` holds", r"`\1 N` holds", line) for line in masked]
    return "\n".join([*masked, *off, *stopped]) + "\n"
