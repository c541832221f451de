"""Lines in words: nothing twice, and clear where each line is."""

from __future__ import annotations

from itertools import product

import pytest

from site_tools.model.text import listed
from site_tools.pages.line_names import lines_in_words
from site_tools.posts.walkthrough import CodeLine, Program

PROGRAM = Program(tuple(CodeLine(1, line, "w -= 1") for line in (2, 4, 6)), ())
"""Three lines of block 1, which the program numbers 1, 2 and 3."""


@pytest.mark.parametrize(
    ("lines", "program", "words"),
    [
        ([(1, 2)], PROGRAM, "line 1"),
        ([(1, 2), (1, 2)], PROGRAM, "line 1"),
        ([(1, 4), (1, 2), (1, 6)], PROGRAM, "lines 1, 2 and 3"),
        ([(1, 2), (1, 4), (5, 1), (5, 2)], PROGRAM, "lines 1 and 2 of the program and of block 5"),
        ([(1, 2), (5, 9)], PROGRAM, "line 1 of the program and line 9 of block 5"),
        ([(1, 2), (1, 4), (5, 9)], PROGRAM, "lines 1 and 2 of the program, and line 9 of block 5"),
        ([(3, 1)], PROGRAM, "line 1 of block 3"),
        ([(1, 2), (3, 2)], None, "line 2 of blocks 1 and 3"),
        ([(1, 2), (3, 2), (4, 2), (4, 2)], None, "3 lines in 3 places"),
    ],
)
def test_lines_in_words(lines: list[tuple[int, int]], program: Program | None, words: str) -> None:
    assert lines_in_words(lines, program) == words


@pytest.mark.parametrize("program", [None, PROGRAM])
def test_no_part_of_a_sentence_is_repeated(program: Program | None) -> None:
    choices = [(cell, line) for cell in (1, 2, 3) for line in (2, 4)]
    for chosen in product([False, True], repeat=len(choices)):
        lines = [place for place, taken in zip(choices, chosen, strict=True) if taken]
        if lines:
            words = lines_in_words(lines + lines, program)
            clauses = words.replace(", and ", " and ").split(" and line")
            assert len({clause.split(" of ")[0] for clause in clauses}) == len(clauses)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b", "a"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a and b", "c"], "a and b, and c"),
    ],
)
def test_listed(items: list[str], text: str) -> None:
    assert listed(items) == text
