"""Prose of any shape is checked in a time that grows with its length, and not with its square."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.posts.site_options import LARGEST
from tests.fuzz.properties import in_time
from tests.support.posts import FRONT, edit
from tests.support.projects import Elevenlines, set_option

PIECES = ["![ ", "[", "[^", "[a](b ", "`` ` ", "<a ", "<!-- ", "<code $a ", "$a ", "{a=",
          "[a]: b\n",
          "](((", "![a][b] ", "<b>x</b> ", "<!-- recall a -->\n\n> q\n>\n> a\n\n", "> > a\n",
          "x", "# a\n", "<div>\n\n\\)"]  # fmt: skip


def write(project: Path, prose: str) -> None:
    text = f"---\n{FRONT}---\n\n{prose}\n\n```python\na = 1\n```\n"
    (project / "posts" / "a.md").write_text(text, encoding="utf-8")


@in_time(60)  # each took minutes when its time grew with the square
@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_check_ends(project: Path, elevenlines: Elevenlines, piece: str) -> None:
    write(project, piece * (100_000 // len(piece)))
    code, said = elevenlines("check")
    assert code in (0, 1)
    assert len(said) < 20_000


def test_post_that_is_too_large_is_refused(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "Words.\n" * 1_000_000)
    code, said = elevenlines("check")
    assert (code, said) == (
        1,
        (
            "posts/a.md: this post has 7,000,159 bytes, and 500,000 are the most. "
            "Split it, or allow more: `largest_post: 5 MB` under `elevenlines:` in mkdocs.yml.\n"
        ),
    )
    write(project, "Words.\n" * (LARGEST // 7 + 1))
    assert elevenlines("check")[0] == 1
    set_option(project, "largest_post: 5 MB")
    assert elevenlines("check")[0] == 0
    edit(project / "mkdocs.yml", "largest_post: 5 MB", "largest_post: much")
    code, said = elevenlines("check")
    assert "`largest_post` must be an amount of text; it is `much`. Write it like" in said


@in_time(10)  # it took minutes
def test_post_of_too_many_cells_is_refused(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "Words.\n\n```python\na = 1\n```\n\n" * 15_000)
    code, said = elevenlines("check")
    what = "this is cell 5,001 of the post, and 5,000 are the most. Split the post."
    assert (code, said) == (1, f"posts/a.md:15010: {what}\n")
