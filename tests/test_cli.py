"""The command line itself."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.projects import run_main


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from site_tools.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'nbformat', 'jupytext', 'pydantic', 'mkdocs'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert run_main(tmp_path, "--version") == (0, f"elevenlines {version('elevenlines')}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["run", "--jobs", "0"], "0 is not a whole number of at least 1"),
        (["run", "--jobs", "two"], "two is not a whole number"),
        (["run", "--timeout", "0"], "0 is not a number of seconds"),
        (["run", "--timeout", "nan"], "nan is not a number of seconds"),
        (["run", "--timeout", "1000001"], "between 0 and 1,000,000"),
    ],
)
def test_bad_arguments_are_refused(tmp_path: Path, arguments: list[str], message: str) -> None:
    code, output = run_main(tmp_path, *arguments)
    assert (code, message in output) == (2, True), output


def test_deleted_folder_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from site_tools.cli import main"
    code += "; sys.exit(main(['check']))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=gone, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == "This folder was deleted. Change to another one.\n"
