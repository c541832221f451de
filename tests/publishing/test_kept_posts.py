"""Staged files that are kept are those that would be made now."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.commands.run import run_posts
from site_tools.pages.reading_order import Step
from site_tools.project import Project, read_posts
from site_tools.publishing.kept_posts import KeptPosts, PostKeys
from site_tools.publishing.site import Site, Tree, site_of
from site_tools.publishing.staged_post import all_of_post
from site_tools.publishing.staging import tree
from site_tools.running.options import Options
from tests.support.edits import EDITS, replaced, write_site

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kept-posts")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that the tests change."""
    return write_site(tmp_path_factory.mktemp("kept-posts") / "project")


def _site(folder: Path) -> Site:
    project = Project(folder)
    outcome = run_posts(project, read_posts(project), Options())
    assert not outcome.problems
    settings, authors = project.settings, project.authors
    return site_of(outcome.judged, folder, settings=settings, authors=authors)


def _kept(folder: Path, site: Site) -> tuple[Tree, list[str]]:
    """Return the tree with kept files, and the posts that were made."""
    made = []

    def make(step: Step, site: Site) -> Tree:
        made.append(step.post.slug)
        return all_of_post(step, site)

    kept = KeptPosts(folder / "kept", PostKeys())
    found = tree(site, lambda step, site: kept.files(step, site, make))
    kept.prune()
    return found, made


def test_kept_files_are_those_that_are_made_after_every_edit(folder: Path) -> None:
    for edit in (*EDITS, replaced("posts/post-1.md", "print(1)", "print(1, 1)")):
        edit(folder)
        site = _site(folder)
        assert _kept(folder, site)[0] == tree(site)
        assert _kept(folder, site) == (tree(site), [])


def test_only_an_edited_post_is_made_again(folder: Path) -> None:
    _kept(folder, _site(folder))
    replaced("posts/post-2.md", "## Part 2", "## A part")(folder)
    assert _kept(folder, _site(folder))[1] == ["post-2"]


def test_post_that_was_just_run_is_not_made_again_from_the_store(folder: Path) -> None:
    post = folder / "posts" / "post-2.md"
    post.write_text(
        f"{post.read_text(encoding='utf-8')}\n```python\nprint(2)\n```\n", encoding="utf-8"
    )
    assert _kept(folder, _site(folder))[1] == ["post-2"]
    assert _kept(folder, _site(folder))[1] == []


def test_damaged_files_count_as_absent(folder: Path) -> None:
    site = _site(folder)
    whole, _ = _kept(folder, site)
    for content in (b"", b"cut", b"\xff\n[]\n", None):
        for path in (folder / "kept").iterdir():
            data = path.read_bytes()
            path.write_bytes(data[:-1] if content is None else content)
        found, made = _kept(folder, site)
        assert found == whole
        assert len(made) == len(site.posts)


def test_without_a_folder_files_are_made(folder: Path) -> None:
    site = _site(folder)
    (folder / "file").write_text("", encoding="utf-8")
    kept = KeptPosts(folder / "file", PostKeys())
    assert tree(site, lambda step, site: kept.files(step, site, all_of_post)) == tree(site)
