"""What a reviewer of a post should read before it is published, with places; it refuses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from site_tools.analysis.answer_leaks import Measured
from site_tools.analysis.reviewer_notes import Note, reviewer_notes
from site_tools.model.post import Post
from site_tools.model.source import Place, is_code
from site_tools.posts.walkthrough import program_of

_HIDDEN = frozenset({"remove-cell", "remove-input"})
"""Tags of cells whose code a page does not show."""


@dataclass(frozen=True, slots=True)
class ReviewerNote:
    """One line to read."""

    place: Place
    block: int
    """The code block, counted from 1; 0 for a metric in the front matter."""
    line: int
    """The line in that block, counted from 1; of a metric, the number of its claim."""
    text: str
    """What the line does, as a sentence without subject and full stop."""
    hidden: bool
    """Whether the page does not show the line."""

    @property
    def sentence(self) -> str:
        """Return the note without its place."""
        where = ", in a cell that the page does not show" if self.hidden else ""
        return f"A reviewer should read this line{where}: it {self.text}."

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def notes_on_program(post: Post) -> tuple[Note, ...]:
    """Return the lines of a post's program that a reviewer should read, in order."""
    claims = tuple(
        Measured(claim.metric, claim.freeze, claim.tally, tuple(dict(claim.constants)))
        for claim in post.claims
    )
    return reviewer_notes(tuple(post.sources), claims)


def notes_on(
    post: Post, find: Callable[[Post], Iterable[Note]] = notes_on_program
) -> list[ReviewerNote]:
    """Return the lines of a post that a reviewer should read, in order.

    `find` returns the notes on its program.
    """
    hidden = _hidden_cells(post)
    notes = []
    for note in find(post):
        if note.cell:
            place, line = post.place_in_code(note.cell, note.line), note.line
        else:
            place, line = post.place_of(f"learns.{note.line}.metric"), note.line + 1
        notes.append(ReviewerNote(place, note.cell, line, note.text, note.cell in hidden))
    return notes


def hidden_lines(post: Post) -> int:
    """Return how many lines of code run that the page does not show; comments do not count."""
    return sum(
        is_code(line.text)
        for number in _hidden_cells(post)
        for line in post.code_cells[number - 1].lines
    )


def _hidden_cells(post: Post) -> set[int]:
    """Return the numbers of hidden cells; an explained program is shown whole."""
    program = program_of(post)
    shown = program.cells if program else set()
    cells = enumerate(post.code_cells, start=1)
    return {number for number, cell in cells if cell.tags & _HIDDEN and number not in shown}
