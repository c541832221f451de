"""What makes a site need building again, and what does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.publishing import build_fingerprint
from tests.support.projects import make_project


def append(name: str) -> Callable[[Path], object]:
    """Return what adds a comment to a file, or makes one."""

    def change(project: Path) -> None:
        with (project / name).open("a", encoding="utf-8") as file:
            file.write("\n# A comment.\n")

    return change


CHANGES = {
    "a post": append("posts/a-post.md"),
    "another post": append("posts/b-post.md"),
    "the authors": append("posts/.authors.yml"),
    "a page": append("docs/tags.md"),
    "a picture": append("docs/assets/logo.svg"),
    "a snippet": append("snippets/one.py"),
    "a pin": append("constraints.txt"),
    "the licence": append("LICENSE"),
    "a setting": append("mkdocs.yml"),
    "a page renamed": lambda project: (project / "docs" / "tags.md").rename(project / "docs/t.md"),
    "a post removed": lambda project: (project / "posts" / "a-post.md").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_sources_that_changed(project: Path, change: Callable[[Path], object]) -> None:
    append("posts/a-post.md")(project)
    before = build_fingerprint.sources(project, drafts=False)
    assert build_fingerprint.sources(project, drafts=False) == before
    change(project)
    assert build_fingerprint.sources(project, drafts=False) != before


def test_drafts_and_the_environment_count(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = {
        build_fingerprint.sources(project, drafts=False),
        build_fingerprint.sources(project, drafts=True),
    }
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    seen.add(build_fingerprint.sources(project, drafts=False))
    monkeypatch.setenv("REPOSITORY_URL", "https://example.org/code")
    seen.add(build_fingerprint.sources(project, drafts=False))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    seen.add(build_fingerprint.sources(project, drafts=False))
    (tmp_path / "a_plugin-2.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    seen.add(build_fingerprint.sources(project, drafts=False))
    assert len(seen) == 6


def test_theme_and_hooks_of_a_project_count(project: Path) -> None:
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    settings = settings.replace("  name: material", "  name: material\n  custom_dir: look")
    settings += "\nhooks: [own.py]\n"
    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    (project / "look").mkdir()
    seen = set()
    for name in ("own.py", "look/main.html"):
        append(name)(project)
        seen.add(build_fingerprint.sources(project, drafts=False))
    append("look/main.html")(project)
    seen.add(build_fingerprint.sources(project, drafts=False))
    assert len(seen) == 3


def test_place_does_not_count(project: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "elsewhere")
    assert build_fingerprint.sources(other, drafts=False) == build_fingerprint.sources(
        project, drafts=False
    )
    append("README.md")(other)
    (other / "posts" / "__pycache__").mkdir()
    append("posts/__pycache__/a.pyc")(other)
    assert build_fingerprint.sources(other, drafts=False) == build_fingerprint.sources(
        project, drafts=False
    )


def test_what_was_left_is_known_by_name_size_and_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "posts").mkdir(parents=True)
    page = site / "posts" / "index.html"
    page.write_text("before")
    os.utime(page, ns=(0, 0))
    seen = [build_fingerprint.left([site])]
    page.write_text("behind")
    seen.append(build_fingerprint.left([site]))
    os.utime(page, ns=(0, 0))
    assert build_fingerprint.left([site]) == seen[0]
    page.write_text("longer")
    page.rename(site / "index.html")
    seen.append(build_fingerprint.left([site]))
    shutil.rmtree(site)
    seen.append(build_fingerprint.left([site]))
    assert len(set(seen)) == 4


def test_receipt_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    assert build_fingerprint.load(path) is None
    build_fingerprint.save(path, build_fingerprint.Receipt("a", "b", 3))
    assert build_fingerprint.load(path) == build_fingerprint.Receipt("a", "b", 3)
    odd = '{"sources": "a", "left": "b", "posts": "3"}'
    for text in ("", "{}", "[]", '{"sources": "a"', '"x"', "null", odd, "[" * 100_000):
        path.write_text(text, encoding="utf-8")
        assert build_fingerprint.load(path) is None
