"""Pages that are kept between builds are those of a build that keeps nothing.

`serving/test_preview.py` compares them after edits of all kinds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.edits import replaced, write_site
from tests.support.projects import contents, run_main

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kept-pages")]


def _build(folder: Path) -> dict[str, bytes]:
    code, said = run_main(folder, "build")
    assert code == 0, said
    found = contents(folder / "site")
    del found["sitemap.xml.gz"]  # it holds the time
    return found


def _times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_an_edited_post_is_rendered_again_and_damaged_pages_are(tmp_path: Path) -> None:
    folder = write_site(tmp_path / "project")
    _build(folder)
    kept = folder / ".elevenlines" / "pages"
    before = _times(kept)
    assert len(before) == 8  # four posts, four run records
    replaced("posts/post-2.md", "Some words.", "Some other words.")(folder)
    with_kept = _build(folder)
    after = _times(kept)
    assert sum(after[name] != time for name, time in before.items()) == 2
    for path in kept.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    (folder / ".elevenlines" / "site.json").unlink()
    assert _build(folder) == with_kept
    assert all(time != after[name] for name, time in _times(kept).items())
