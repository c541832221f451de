"""What `verify` remembers of downloads that it has verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.commands.verify import _read_digests
from site_tools.project import Project


@pytest.mark.parametrize(
    "content", ["", "null", "[]", "[1]", '"x"', "3", "{", "[" * 100_000, "\0"], ids=lambda c: c[:5]
)
def test_record_that_cannot_be_read_is_empty(tmp_path: Path, content: str) -> None:
    project = Project(tmp_path)
    project.verified.parent.mkdir()
    project.verified.write_text(content, encoding="utf-8")
    assert _read_digests(project) == {}
    project.verified.write_text('{"a": "digest"}', encoding="utf-8")
    assert _read_digests(project) == {"a": "digest"}
