"""Installed packages are noticed; other changes of folders on the path are not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from site_tools.serving.packages import installation_times


def test_only_folders_with_packages_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed, project = tmp_path / "site-packages", tmp_path / "project"
    for folder in (installed / "one-1.0.dist-info", project):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(project), str(installed), str(tmp_path / "absent.zip")])
    before = installation_times()
    (project / "draft.md~").write_text("", encoding="utf-8")
    assert installation_times() == before
    (installed / "two-1.0.dist-info").mkdir()
    assert installation_times() != before
