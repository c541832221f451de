"""Posts that are kept are those that would be read now, with the same problems."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.model.post import Post
from site_tools.posts.reader import read_post
from site_tools.project import Project, Reading, read_posts
from tests.support.edits import EDITS, SLUGS, replaced, write_site
from tests.support.projects import CASES, make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_site(tmp_path / "project")


def _kept(folder: Path) -> Path:
    return folder / ".elevenlines" / "read"


def _draw(folder: Path) -> None:
    (folder / "posts" / "drawing.svg").write_text("<svg></svg>", encoding="utf-8")


def _spoil(folder: Path) -> None:
    (folder / "posts" / "drawing.svg").write_text("<svg", encoding="utf-8")


def _erase(folder: Path) -> None:
    (folder / "posts" / "drawing.svg").unlink()


def _link(folder: Path) -> None:
    """Have a snippet be read through a link, and change what it leads to."""
    (folder / "snippets" / "said.md").unlink()
    (folder / "docs" / "elsewhere.md").write_text("It is said elsewhere.\n", encoding="utf-8")
    (folder / "snippets" / "said.md").symlink_to("../docs/elsewhere.md")


FURTHER = (
    replaced("posts/post-1.md", "Some words.", "![A drawing](drawing.svg) Some words."),
    _draw,
    _spoil,
    _erase,
    replaced("posts/post-3.md", "minutes:", "draft: true\nminutes:"),
    replaced("posts/post-2.md", "print(2)", "print(2"),
    replaced("posts/post-2.md", "print(2", "print(2)"),
    replaced("snippets/said.md", "It is", "[It](nowhere.md) is"),
    _link,
    replaced("docs/elsewhere.md", "elsewhere", "[here](no.md)"),
)


def _whole(folder: Path) -> tuple[Reading, list[object]]:
    reading = read_posts(Project(folder))
    # What two posts are compared without.
    return reading, [(post.unfit, post.key_places) for post in reading.posts]


@pytest.mark.parametrize("edits", [EDITS, FURTHER])
def test_readings_are_those_without_kept_ones(
    folder: Path, edits: list[Callable[[Path], None]]
) -> None:
    for edit in edits:
        edit(folder)
        with_kept = _whole(folder)
        assert _whole(folder) == with_kept
        shutil.rmtree(_kept(folder), ignore_errors=True)
        assert _whole(folder) == with_kept


def test_only_an_edited_post_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def noting(path: Path, *rest: object) -> Post:
        read.append(path.stem)
        return read_post(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("site_tools.project.read_post", noting)
    read_posts(Project(folder))
    assert read == SLUGS
    read.clear()
    replaced("posts/post-2.md", "Some words.", "Other words.")(folder)
    read_posts(Project(folder))
    assert read == ["post-2"]


def test_a_post_that_is_saved_while_it_is_read_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saving(path: Path, *rest: object) -> Post:
        post = read_post(path, *rest)  # type: ignore[arg-type]
        path.write_text(path.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        return post

    read_posts(Project(folder))
    before = {path: path.read_bytes() for path in _kept(folder).iterdir()}
    replaced("posts/post-2.md", "Some words.", "Other words.")(folder)
    monkeypatch.setattr("site_tools.project.read_post", saving)
    read_posts(Project(folder))
    assert {path: path.read_bytes() for path in _kept(folder).iterdir()} == before


def test_a_whole_number_stays_whole(tmp_path: Path) -> None:
    """A number of steps that came back as 1.0 would be another program, under another key."""
    project = make_project(tmp_path / "project")
    shutil.copy(CASES / "claims" / "accepted" / "set-until-it-fits.py", project / "posts")

    first, kept = (repr(read_posts(Project(project)).posts) for _ in range(2))

    assert "constants=(('learning_rate', 0),)" in first
    assert kept == first
