"""`drift`: what can be wrong with its command line; that it works, `test_wheel.py` shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.posts import edit, write
from tests.support.projects import Elevenlines


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ["--keep", "nump"],
            2,
            "constraints.txt pins no `nump`, so it cannot be kept. Did you mean",
        ),
        (
            ["--python", "3.2"],
            2,
            "there is no Python `3.2`. Name a version on the PATH, or a file.",
        ),
        (["--python", "/bin/true"], 2, "`/bin/true` is no Python of version 3.11 or newer."),
        (["nowhere"], 2, "there is no post `nowhere`"),
        (["a"], 1, "no post is accepted with the pinned versions, so none can drift."),
    ],
)
def test_mistake_is_told_before_anything_is_installed(
    arguments: list[str], code: int, words: str, project: Path, elevenlines: Elevenlines
) -> None:
    edit(write(project, "a"), "a = 1", "a = (")
    answer, said = elevenlines("drift", *arguments)
    assert (answer, words in said) == (code, True), said
    assert not (project / ".elevenlines" / "drift").exists()


def test_old_python_is_refused(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\necho 3 9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    write(project, "a")
    code, said = elevenlines("drift", "--python", "3.9")
    assert code == 2
    assert "is no Python of version 3.11 or newer" in said
