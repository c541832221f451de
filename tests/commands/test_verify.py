"""The record of verified downloads, of any shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.commands.verify import _read_digests
from site_tools.project import Project

SHAPES = {
    "empty": b"",
    "null": b"null",
    "a list": b"[1, 2]",
    "a list of pairs": b'[["a", "b"]]',
    "a list of texts": b'["ab"]',
    "a number": b"7",
    "a text": b'"ab"',
    "cut": b'{"a": "b',
    "not text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "a huge number": b"1" * 10_000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_record_of_another_shape_is_absent(shape: str, project: Path) -> None:
    record = Project(project).verified
    record.parent.mkdir()
    record.write_bytes(SHAPES[shape])
    assert _read_digests(Project(project)) == {}


def test_digests_of_another_shape_are_absent(project: Path) -> None:
    record = Project(project).verified
    record.parent.mkdir()
    record.write_text('{"a": null, "b": ["c"], "d": "e", "f": {"g": 1}}', encoding="utf-8")
    assert _read_digests(Project(project)) == {"d": "e"}


def test_missing_record_is_absent(project: Path) -> None:
    assert _read_digests(Project(project)) == {}
    Project(project).verified.mkdir(parents=True)
    assert _read_digests(Project(project)) == {}
