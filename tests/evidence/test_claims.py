"""Honest programs are accepted; dishonest and weak ones are refused, each with its own reason.

To add a case: a post in `tests/cases/claims/accepted` or `refused`; `pytest --update` writes the
verdict's message beside it. Read it.
"""

from __future__ import annotations

import json
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
from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.evidence.statistics import same
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import experiments_for
from site_tools.project import Project, read_posts, select
from site_tools.sandbox.environment_variables import THREADS
from tests.support.projects import CASES, ROOT, make_project

HERE = CASES / "claims"
RUNNER = ROOT / "tests" / "support" / "script_runner.py"
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
    """What `run -v` prints for all cases.

    No verdict depends on the sandbox, which costs a third of the time of runs as short as these.
    """
    text = subprocess.run(
        [sys.executable, "-m", "site_tools", "run", "-v", "--sandbox", "off"],
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


@pytest.fixture(scope="module")
def ended(
    project: Path, said: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[PlainControl, str]]:
    """The control of each case of `PLAIN`, and what its plain source prints.

    It runs as it does for a reader: this project is no part of its process.
    """
    assert said
    here, folder = Project(project), tmp_path_factory.mktemp("plain")
    controls = {}
    posts = select(here, read_posts(here), PLAIN).posts
    for experiment in experiments_for(posts, here.pins):
        post = experiment.post
        evidence = judge(post, ExperimentState.load(experiment, here.store).runs)
        (control,) = plain_controls(post, evidence)
        assert control.program, control.reason
        addresses = Addresses("https://example.org/", {post.file: "https://example.org/a/"})
        source = learning_off(post, control, {}, Imprint(addresses, "A Site"))
        assert "site_tools" not in source
        script = folder / f"{post.slug}.py"
        script.write_text(source, encoding="utf-8")
        controls[str(script)] = control
    command = [sys.executable, "-I", str(RUNNER), "torch,torch._dynamo", *controls]
    threads = dict.fromkeys(THREADS, "1")
    done = subprocess.run(command, capture_output=True, text=True, env=threads, check=True)
    outputs = json.loads(done.stdout)
    assert {name: text for name, (code, text) in outputs.items() if code} == {}
    return {Path(name).stem: (control, outputs[name][1]) for name, control in controls.items()}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_source_ends_where_its_control_ended(
    name: str, ended: dict[str, tuple[PlainControl, str]]
) -> None:
    control, printed = ended[name]
    ((verdict, ends),) = control.ends
    last = printed.splitlines()[-1]
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
