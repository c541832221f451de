"""The tutorial, as a reader follows it: each command prints what the page says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.projects import ROOT
from tests.support.tutorials import Reader

pytestmark = pytest.mark.slow


def test_tutorial_is_true(tmp_path: Path) -> None:
    bin_folder = Path(sys.executable).parent
    path = f"{bin_folder}:{os.environ['PATH']}"
    reader = Reader(tmp_path, {**os.environ, "PATH": path})
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for command in reader.follow(page):
        if command == "make site" and not (reader.folder / ".venv").exists():
            # What it would install is installed here.
            (reader.folder / ".venv").mkdir()
            (reader.folder / ".venv" / "bin").symlink_to(bin_folder)
            (reader.folder / ".venv" / "installed").touch()
    assert len(reader.done) == 10
    pages = reader.folder / "site" / "posts"
    assert "off by 0.005" in (pages / "a-neuron-that-learns-or" / "index.html").read_text("utf-8")
