"""How a program is cut into rows at its comments, and which statements nothing explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from site_tools.model.post import Post
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.walkthrough import TAG, Program, program_of, unexplained

ONE = """\
# First, a word.
# And another.
a = 1
b = 2

# Then
c = 3"""


def a_post(*sources: str, tagged: tuple[int, ...] = ()) -> Post:
    cells = []
    for number, source in enumerate(sources, 1):
        place = Place("posts/a.md", 100 * number)
        lines = [
            Line(text, Place("posts/a.md", 100 * number + i))
            for i, text in enumerate(source.splitlines(), 1)
        ]
        tags = frozenset({TAG} if number in tagged else ())
        cells.append(Cell("code", place, tuple(lines), tags))
    return Post(
        "a", "posts/a.md", "A", "A.", date(2026, 1, 2), (), (), (), (), 1, 1, "cpu", (), "No.",
        (), draft=False, cells=tuple(cells), explain="comments",
    )  # fmt: skip


def program(*sources: str, tagged: tuple[int, ...] = ()) -> Program:
    found = program_of(a_post(*sources, tagged=tagged))
    assert found is not None
    return found


def rows(found: Program) -> list[tuple[str, int, int]]:
    return [(row.words.source if row.words else "", row.first, row.last) for row in found.rows]


def lost(source: str) -> list[str]:
    post = a_post(source)
    found = program_of(post)
    assert found is not None
    return [line.text for line in unexplained(post, found)]


def test_post_that_explains_no_program_has_none() -> None:
    assert program_of(replace(a_post(ONE), explain="")) is None


def test_rows_begin_at_comments() -> None:
    found = program(ONE)
    assert found.text() == "a = 1\nb = 2\n\nc = 3"
    assert rows(found) == [("First, a word.\nAnd another.", 1, 2), ("Then", 4, 4)]
    assert [row.numbers for row in found.rows] == ["1-2", "4"]
    assert found.text(2, 4) == "b = 2\n\nc = 3"


def test_rows_without_a_blank_line_follow_at_once() -> None:
    assert rows(program("# x\na = 1\n# y\nb = 2")) == [("x", 1, 1), ("y", 2, 2)]


def test_code_above_the_first_comment_is_a_row_without_words() -> None:
    assert rows(program("a = 1\n\n# y\nb = 2")) == [("", 1, 1), ("y", 3, 3)]


def test_comment_without_code_is_a_row_without_lines() -> None:
    found = program("a = 1\n# The end")
    assert rows(found) == [("", 1, 1), ("The end", 2, 1)]
    assert found.rows[1].numbers == ""


def test_comment_beside_code_and_hash_in_a_text_begin_no_row() -> None:
    assert len(program('a = 1  # one\nb = """\n# no\n"""').rows) == 1


def test_tagged_cells_are_the_program() -> None:
    found = program("a = 1", "b = 2", "c = 3", tagged=(2, 3))
    assert found.text() == "b = 2\n\nc = 3"
    assert found.cells == {2, 3}
    assert [found.number(2, 1), found.number(3, 1), found.number(1, 1)] == [1, 3, 0]
    assert [row.first for row in found.rows_in(3)] == [3]


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [(1, 2, 1), (4, 4, 1), (1, 4, 2), (1, 1, 0), (2, 2, 0), (2, 4, 0), (1, 3, 0), (3, 3, 0)],
)
def test_rows_of_lines_fit_exactly(first: int, last: int, count: int) -> None:
    assert len(program(ONE).rows_of(first, last)) == count


@pytest.mark.parametrize(
    ("source", "first_lines"),
    [
        ("# x\na = 1\nb = 2", ["b = 2"]),
        ("a = 1\n# y\nb = 2", ["a = 1"]),
        ("# x\nimport a\nimport b\nc = 1", ["c = 1"]),
        ("import a\nimport b", ["import a", "import b"]),
        ('# x\ndef f():\n    """Text."""\n    # y\n    return 1', []),
        ("# x\n@g\ndef f():\n    # y\n    return 1", []),
        ("# x\nfor i in a:\n    b = 1", ["    b = 1"]),
        ("# x\na = 1; b = 2", []),
    ],
)
def test_unexplained_statements(source: str, first_lines: list[str]) -> None:
    assert lost(source) == first_lines
