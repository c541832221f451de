"""The pytest plugin, in a folder that has nothing of this project's source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from site_tools.proving.wording import in_keywords
from tests.support.projects import CASES, ROOT

TESTS = """\
import pytest

from line.fit import score


@pytest.mark.learns(goal="< 0.1", freeze="w")
def test_learns():
    return score()


@pytest.mark.learns(goal="< 9", freeze=["w"])
def test_any_line_does():
    return score()


@pytest.mark.learns(goal="< 0.1")
def test_asks_for_a_folder(tmp_path):
    return 1


def test_without_a_claim():
    assert score() < 0.1
"""

CLAIMS = """\
[[learns]]
program = "line.fit:score"
goal = "< 0.1"
freeze = ["w"]
seeds = 4

[[learns]]
program = "src/line/fit.py:score"
goal = "< 0.1"
frieze = ["w"]
"""


def run_pytest(folder: Path, *arguments: str) -> str:
    """Run pytest in a folder with this plugin and xdist only; return what it printed."""
    plugins = ("-p", "site_tools.proving.pytest_plugin", "-p", "xdist", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-q", "-rA", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": f"{ROOT}{os.pathsep}src",
            "XDG_CACHE_HOME": str(folder.parent / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.parametrize(
    ("option", "key"),
    [
        ("add:   --freeze a,b", 'add:   freeze=["a", "b"]'),
        (
            "say `--set max_iter=1`, or `--shuffle y`.",
            'say `set=["max_iter=1"]`, or `shuffle="y"`.',
        ),
        ("name it: --baseline 0.5.", "name it: baseline=0.5."),
        ('such as --goal "> 0.9" or', 'such as goal="> 0.9" or'),
        ("`--freeze` names `w`", "`freeze` names `w`"),
        ("with --jobs 1", "with --jobs 1"),
    ],
)
def test_reports_name_the_keys_of_a_mark(option: str, key: str) -> None:
    assert in_keywords(option) == key


@pytest.mark.slow
@pytest.mark.xdist_group("prove")
def test_each_claim_is_a_test_with_its_report(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    shutil.copytree(CASES / "prove" / "runs" / "function", folder)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_line.py").write_text(TESTS)
    (folder / "learns.toml").write_text(CLAIMS)

    said = run_pytest(folder, "-n", "2")

    ended = dict(
        re.findall(r"^(PASSED|FAILED) (\S+::\S+)", said, re.MULTILINE)[i][::-1] for i in range(6)
    )
    assert ended == {
        "learns.toml::line.fit:score": "PASSED",
        "learns.toml::src/line/fit.py:score": "FAILED",
        "tests/test_line.py::test_learns": "PASSED",
        "tests/test_line.py::test_any_line_does": "FAILED",
        "tests/test_line.py::test_asks_for_a_folder": "FAILED",
        "tests/test_line.py::test_without_a_claim": "PASSED",
    }
    assert "test_line.py: REFUSED: the goal is met without learning." in said
    assert "there is no option `frieze`. Did you mean `freeze`?" in said
    assert "without a class, parameters and fixtures" in said


def test_a_wrong_file_of_claims_is_an_error_of_collection(tmp_path: Path) -> None:
    (tmp_path / "learns.toml").write_text('[[learns]]\nmetric = "loss"\n')

    assert "each claim is a table `[[learns]]` with a `program`" in run_pytest(tmp_path)


def test_plugin_imports_nothing_that_others_would_wait_for() -> None:
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    module = entry["pytest11"]["elevenlines"]
    show = f"import pytest, sys; old = {{*sys.modules}}; import {module}"
    code = f"{show}; print(*sys.modules.keys() - old)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert set(loaded.split()) == {"site_tools", "site_tools.proving", module}
