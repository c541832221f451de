"""Results that are kept have the key that they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.publishing.kept_results import KeptResults


def test_only_a_whole_result_with_the_same_key_is_returned(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path / "new" / "folder")
    assert kept.load("a page", "key") is None
    kept.save("a page", "key", b"one\ntwo")
    assert kept.load("a page", "key") == b"one\ntwo"
    assert kept.load("a page", "another") is None
    assert kept.load("another", "key") is None
    (file,) = (tmp_path / "new" / "folder").iterdir()
    data = file.read_bytes()
    for damaged in (data[:-1], data + b" ", data.replace(b"two", b"too"), b"", b"\n"):
        file.write_bytes(damaged)
        assert kept.load("a page", "key") is None
    kept.save("a page", "another", b"")
    assert kept.load("a page", "another") == b""


def test_pruning_leaves_what_is_named(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path)
    for name in ("one", "two"):
        kept.save(name, "key", name.encode())
    kept.prune(["two", "three"])
    assert kept.load("one", "key") is None
    assert kept.load("two", "key") == b"two"


def test_a_folder_that_cannot_be_written_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = KeptResults(tmp_path / "file")
    kept.save("one", "key", b"")
    assert kept.load("one", "key") is None
    kept = KeptResults(tmp_path)
    kept.save("one", "key", b"")

    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    kept.prune([])
    assert kept.load("one", "key") == b""
