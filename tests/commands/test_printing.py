"""No text of a post controls the terminal of its reader, or the log of a CI service.

To add a case: a post in `tests/cases/terminal/`; `check` reports those that begin with `checked-`.
"""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest

from site_tools.commands.visible_stream import VisibleStream
from site_tools.model.terminal_text import visible
from tests.support.projects import CASES, Elevenlines

POSTS = sorted((CASES / "terminal").glob("*.md"))
_SIGNS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
OBEYED = re.compile(rf"{_SIGNS}|##\w*\[|^\s*::", re.MULTILINE)


@pytest.mark.parametrize("post", [p for p in POSTS if p.name < "ran"], ids=lambda post: post.stem)
def test_what_check_prints_is_not_obeyed(
    post: Path, project: Path, elevenlines: Elevenlines
) -> None:
    shutil.copy(post, project / "posts" / "a.md")
    code, said = elevenlines("check")
    assert code == 1
    assert said.startswith("posts/a.md:")
    assert OBEYED.findall(said) == []


@pytest.mark.slow
def test_what_posts_raise_and_print_is_not_obeyed(project: Path, elevenlines: Elevenlines) -> None:
    for post in (post for post in POSTS if post.name > "ran"):
        shutil.copy(post, project / "posts" / post.name)
    for options in ([], ["-v"]):
        code, said = elevenlines("run", *options)
        assert code == 1
        assert "\\x1b]0;title" in said
        assert OBEYED.findall(said) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\r\nb\tc", "a\\r\nb\tc"),
        ("\u202e\u2066\ud800\x9b", r"\u202e\u2066\ud800\x9b"),
        ("שלום, Özgür 🎉 …", "שלום, Özgür 🎉 …"),
        ("::error::x", r"\::error::x"),
        ("a\n  ::error::x", "a\n  \\::error::x"),
        ("a::b x[::2]", "a::b x[::2]"),
        ("a ##[error]b ##vso[c] ## d", r"a #\#[error]b #\#vso[c] ## d"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_stream_knows_where_lines_begin() -> None:
    said = io.StringIO()
    stream = VisibleStream(said)
    for text in ("a ", "::b\n", " ", "::c\n", "::d"):
        stream.write(text)
    assert said.getvalue() == "a ::b\n \\::c\n\\::d"


def test_stream_replaces_what_its_encoding_lacks() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    VisibleStream(stream).write("a … é")
    stream.flush()
    assert written.getvalue() == rb"a \u2026 \xe9"
