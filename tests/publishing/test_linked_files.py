"""Static files are linked into a site, or copied where that cannot be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from mkdocs.structure.files import File, Files

from site_tools.publishing.linked_files import link_files


@pytest.fixture
def made(tmp_path: Path) -> Files:
    """The files of a site that is not written yet: a page, a picture of ours, one of the theme."""
    names = {"docs": ["page.md", "posts/post/picture.png"], "theme": ["assets/icon.png"]}
    files = []
    for folder, inside in names.items():
        for name in inside:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
            source, site = str(tmp_path / folder), str(tmp_path / "site")
            files.append(File(name, source, site, use_directory_urls=True))
    link_files(files, str(tmp_path / "docs"))
    return Files(files)


def _links(site: Path) -> dict[str, int]:
    """Return how many names each file of a site has."""
    paths = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.stat().st_nlink for path in paths}


def test_files_of_the_staged_tree_are_linked(made: Files, tmp_path: Path) -> None:
    """Those of the theme are installed: what somebody changes in the site must not change them."""
    made.copy_static_files()
    assert _links(tmp_path / "site") == {"posts/post/picture.png": 2, "assets/icon.png": 1}
    assert (tmp_path / "site" / "posts/post/picture.png").read_bytes() == b"posts/post/picture.png"


def test_where_no_link_can_be_files_are_copied(
    made: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_paths: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refused)
    made.copy_static_files()
    assert _links(tmp_path / "site") == {"posts/post/picture.png": 1, "assets/icon.png": 1}
    assert (tmp_path / "site" / "posts/post/picture.png").read_bytes() == b"posts/post/picture.png"
