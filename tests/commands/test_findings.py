"""`elevenlines check --format`: findings that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.posts import write
from tests.support.projects import CASES, Elevenlines, run_main

HOSTILE = 'x = "\\u202e::error::, 100 %25 ##[error]"  # \u202e::warning::'


def test_json_has_place_cause_and_remedy(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "broken", "if True\n    x = 1")
    code, said = elevenlines("check", "--format", "json")
    (found,) = json.loads(said)
    assert code == 1
    assert found["file"] == "posts/broken.md"
    line = (project / "posts" / "broken.md").read_text(encoding="utf-8").splitlines()
    assert line[found["line"] - 1] == "if True"
    assert found["severity"] == "error"
    assert "expected ':'" in found["message"]


def test_json_of_a_sound_project_is_an_array(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "sound", "x = 1")
    code, said = elevenlines("check", "--format", "json")
    assert code == 0
    assert isinstance(json.loads(said), list)


def test_notes_for_reviewers_have_their_own_severity(
    project: Path, elevenlines: Elevenlines
) -> None:
    case = CASES / "notes" / "named" / "reads-its-code.py"
    (project / "posts" / case.name).write_bytes(case.read_bytes())
    _, said = elevenlines("check", "--format", "json")
    assert "note" in {found["severity"] for found in json.loads(said)}
    _, said = elevenlines("check", "--format", "github")
    assert "::notice file=posts/reads-its-code.py,line=" in said


def test_many_findings_of_one_kind_are_printed_in_short(
    project: Path, elevenlines: Elevenlines
) -> None:
    path = write(project, "many", "x = 1")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n\nIt is [missing][nowhere].\n" * 30, encoding="utf-8")
    _, said = elevenlines("check")
    lines = [line for line in said.splitlines() if "nowhere" in line]
    assert len(lines) == 10
    assert "posts/many.md: 20 more errors like this." in said
    _, listed = elevenlines("check", "--format", "json")
    assert listed.count("missing][nowhere") == 30


def test_github_gets_an_annotation_and_nothing_that_a_post_wrote(
    project: Path, elevenlines: Elevenlines
) -> None:
    write(project, "hostile", HOSTILE)
    code, said = elevenlines("check", "--format", "github")
    assert code == 1
    lines = said.splitlines()
    assert lines
    assert all(line.startswith("::error file=posts/hostile.md,line=") for line in lines)
    assert not any("\u202e" in line or "##[" in line for line in lines)


def test_json_holds_no_command_of_a_ci_service(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "hostile", HOSTILE)
    _, said = elevenlines("check", "--format", "json")
    assert json.loads(said)
    assert said.isascii()
    assert "##[" not in said
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())


def test_github_counts_paths_from_the_repository(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "broken", "if True\n    x = 1")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    _, said = run_main(project, "check", "--format", "github")
    assert said.startswith("::error file=project/posts/broken.md,line=")
