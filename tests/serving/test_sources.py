"""Changed files are found, whatever their times say."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from site_tools.serving import stored_runs
from site_tools.serving.sources import Sources, digest_of
from site_tools.serving.stored_runs import StoredRuns

HOUR = 3_600_000_000_000
"""In nanoseconds."""


@pytest.fixture
def post(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: Site\n", encoding="utf-8")
    (tmp_path / "posts").mkdir()
    post = tmp_path / "posts" / "one.md"
    post.write_text("one", encoding="utf-8")
    return post


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_save_is_found_when_the_clock_is_set(
    post: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Before the save, the file counts as old; after it, it has the same size."""
    sources = Sources(post.parents[1])
    old = time.time_ns() - 2 * HOUR
    os.utime(post, ns=(old, old))
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: old + 5 * HOUR)
        assert sources.scan()["posts/one.md"] == digest_of(post)
        assert sources.scan()["posts/one.md"] == digest_of(post)
    post.write_text("two", encoding="utf-8")
    os.utime(post, ns=(old, old + hours * HOUR))
    monkeypatch.setattr(time, "time_ns", lambda: old + (5 + hours) * HOUR)
    assert sources.scan()["posts/one.md"] == digest_of(post)


def test_a_run_is_found_that_is_stored_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File systems keep times in steps, so that of the folder may stay the same."""
    folder = tmp_path / "ab"
    folder.mkdir()
    (folder / "c1.run").write_bytes(b"")
    stored = StoredRuns(tmp_path)
    assert stored.look()
    assert [key for key, _ in stored.stamp(["abc2", "abc1"])] == ["abc1"]
    at = folder.stat().st_mtime_ns
    (folder / "c2.run").write_bytes(b"")
    os.utime(folder, ns=(at, at))
    assert stored.look()
    assert [key for key, _ in stored.stamp(["abc2", "abc1"])] == ["abc1", "abc2"]
    monkeypatch.setattr(stored_runs, "time_ns", lambda: at + HOUR)
    monkeypatch.setattr(stored_runs, "_keys", lambda _: pytest.fail("an old folder is read again"))
    assert not stored.look()
