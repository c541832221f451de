"""Recall prompts in prose: what is one, what is none, and what is wrong with it."""

from __future__ import annotations

import pytest

from site_tools.model.source import Cell, Line, Place
from site_tools.posts.recall_prompts import Prompt, parts

FOUND = ("a-name", "Why?", "Because.\n\nTwice.")
PROMPT = "<!-- recall a-name -->\n\n> Why?\n>\n> Because.\n>\n> Twice."


def prose(text: str) -> Cell:
    place = Place("posts/post.md", 1)
    lines = (Line(line, Place("posts/post.md", i)) for i, line in enumerate(text.split("\n"), 1))
    return Cell("prose", place, tuple(lines))


def split(text: str) -> list[str | tuple[str, str, str]]:
    return [
        (part.name, part.question.source, part.answer.source)
        if isinstance(part, Prompt)
        else part.source
        for part in parts(prose(text))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PROMPT, [FOUND]),
        (f"Before.\n\n{PROMPT}\n\nBehind.", ["Before.\n", FOUND, "\nBehind."]),
        (f"{PROMPT}\n{PROMPT}", [FOUND] * 2),
        ("<!-- recall x -->\n> A\n> B\n>\n> C", [("x", "A\nB", "C")]),
        ("<!-- recall x -->\nNo quotation.", [("x", "", ""), "No quotation."]),
        ("<!-- recall x -->", [("x", "", "")]),
        ("<!-- recall x -->\n\n> No answer.", [("x", "No answer.", "")]),
        ("<!-- recall -->\n> A\n>\n> B", [("", "A", "B")]),
        ("> A quotation\n>\n> and no prompt", ["> A quotation\n>\n> and no prompt"]),
        (f"```text\n{PROMPT}\n```", [f"```text\n{PROMPT}\n```"]),
        ("Prose about <!-- recall x --> in a line.", ["Prose about <!-- recall x --> in a line."]),
    ],
)  # fmt: skip
def test_parts(text: str, found: list[str | tuple[str, str, str]]) -> None:
    assert split(text) == found


def test_places_are_the_authors_own() -> None:
    (prompt,) = parts(prose(PROMPT))
    assert isinstance(prompt, Prompt)
    assert (prompt.mark.place.line, prompt.question.lines[0].place.line) == (1, 3)
    assert prompt.answer.lines[-1].place.line == 7
