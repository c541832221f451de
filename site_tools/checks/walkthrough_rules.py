"""Rules for the explained program: its comments, and the marks that place its lines."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.analysis.syntax import shorten
from site_tools.checks.html_rules import html_problems
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.posts.formulas import Typesetter
from site_tools.posts.links import (
    links_of,
    outside_fences,
)
from site_tools.posts.page_marks import lines_mark
from site_tools.posts.site_settings import Trust
from site_tools.posts.walkthrough import Program, program_of, unexplained


def program_problems(post: Post, trust: Trust) -> Iterator[Problem]:
    """Yield what is wrong with the explanations of a program, whose code must be sound."""
    program = program_of(post)
    yield from _mark_problems(post, program)
    if program is None:
        return
    typesetter = Typesetter(post.slug)
    for prose in post.prose_cells:
        list(typesetter.problems(prose))  # whose commands hold in the comments as well
    for words in (row.words for row in program.rows if row.words):
        yield from typesetter.problems(words)
        yield from html_problems(words, trust)
        for link in links_of(words):
            what = f"the comment links to `{link.target}`, which the download does not have."
            yield Problem(link.place, what, "Link to it in the prose.")
    if post.explain == "every-line":
        for line in unexplained(post, program):
            what = f"nothing explains `{shorten(line.text.strip())}`."
            remedy = "`explain: every-line` wants a comment on a line of its own above it."
            yield Problem(line.place, what, remedy)


def _mark_problems(post: Post, program: Program | None) -> Iterator[Problem]:
    """Yield the marks that ask for lines of the program which cannot be shown there."""
    shown: set[int] = set()
    for line in (line for cell in post.prose_cells for _, line in outside_fences(cell)):
        mark = lines_mark(line.text)
        if mark is None:
            continue
        if program is None:
            what = "the post has no explained program whose lines could be shown here."
            yield Problem(line.place, what, "Add `explain: comments` to its front matter.")
            continue
        rows = program.rows_of(*mark)
        if not rows:
            ends = ", ".join(row.numbers for row in program.rows if row.numbers)
            what = f"`{line.text.strip()}` begins or ends within an explanation, or has none."
            yield Problem(line.place, what, f"The explained groups of lines are: {ends}.")
        if shown & {row.first for row in rows}:
            what = f"`{line.text.strip()}` shows lines that are shown above already."
            yield Problem(line.place, what, "Show each line once.")
        shown |= {row.first for row in rows}
