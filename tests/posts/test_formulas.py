"""Formulas: which dollars begin one, what is said of wrong TeX, what a reader sees.

To add a case: a text in `maths/`; `pytest --update` writes the list beside it, which you read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_tools.checks.markdown_rules import markdown_problems
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.formulas import BadTex, Typesetter, formulas_of
from site_tools.posts.links import links_of
from site_tools.posts.markdown_parser import parse
from site_tools.posts.prose_html import ProseWriter
from tests.fuzz.properties import in_time
from tests.support.projects import CASES

FILES = sorted(CASES.glob("maths/*.md"))
PIECES = ["$", "$$", "\\", "\\$", "`", "```\n", "\n", "\n\n", "    ", "> ", " ", "x", "5", "{", "}"]
PIECES += ["^", "_", "&", "<b", ">", "[", "](", ")", r"\frac", r"\begin{aligned}", r"\\", "é", "%"]


def cell_of(text: str, file: str = "case.md") -> Cell:
    lines = [Line(line, Place(file, i)) for i, line in enumerate(text.split("\n"), start=1)]
    return Cell("prose", lines[0].place, tuple(lines))


@pytest.mark.parametrize("case", FILES, ids=lambda path: path.stem)
def test_finds_formulas_and_faults(case: Path, expect: Callable[[Path, str], None]) -> None:
    text = case.read_text(encoding="utf-8")
    found = [
        f"{case.name}:{one.place + 1}: {'$$' * one.is_display}{' '.join(one.tex.split())}"
        for one in formulas_of(text)
    ]
    cell = cell_of(text, case.name)
    problems = map(str, [*Typesetter("case").problems(cell), *markdown_problems(cell, set())])
    expect(case.with_suffix(".txt"), "\n".join([*found, "", *problems]) + "\n")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_found_right_can_be_set(text: str) -> None:
    problems = list(Typesetter("page").problems(cell_of(text)))
    if problems:
        with pytest.raises(BadTex) as raised:
            ProseWriter(Typesetter("page").html).html(text)
        assert raised.value.what == problems[0].what
    else:
        ProseWriter(Typesetter("page").html).html(text)


def test_brackets_in_a_formula_are_no_link() -> None:
    assert [link.target for link in links_of(cell_of("$f[x](t)$ and [a](b.md)"))] == ["b.md"]


def test_code_is_no_link() -> None:
    paragraphs = ["[a](1.md)", "    [no](2.md)", "`[no](3.md)`", r"\` [b](4.md) \`"]
    paragraphs += ["` alone", "[c](5.md)", "` again", "- d", "    [e](6.md)"]
    links = links_of(cell_of("\n\n".join(paragraphs)))
    assert [link.target for link in links] == ["1.md", "4.md", "5.md", "6.md"]


@in_time(2)  # 5 seconds and more, when the time grew with the square
def test_end_of_an_indented_equation_is_searched_once() -> None:
    parse(" \\begin{align}\n" * 5000)
