"""Cells and what they printed and drew → the Markdown of a post's body, and its figures.

Prose is taken as it is but for its links; code, outputs and the explained program become blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from urllib.parse import quote

from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell
from site_tools.pages.cell_outputs import blocks, fence
from site_tools.pages.whole_program import listing
from site_tools.posts import recall_prompts
from site_tools.posts.formulas import Typesetter
from site_tools.posts.links import rewrite
from site_tools.posts.page_marks import at_marks, lines_mark
from site_tools.posts.recall_prompts import Prompt
from site_tools.posts.walkthrough import Program, Row, program_of

_ANNOTATION = re.compile(r"# \(\d+\)!?\s*$", re.MULTILINE)
BORROWED = "Lines without a number come from other parts of this post; the program needs them."
"""Above a listing of several blocks."""

_LIST_LINE = re.compile(r"\d+\.\s|\s|$")


@dataclass
class Body:
    """The blocks of a post's body, as they come."""

    post: Post
    siblings: Mapping[str, Post]
    """The published posts, by file."""
    blocks: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""
    typesetter: Typesetter = field(init=False)
    waiting: list[str] = field(default_factory=list)
    """The output of the cell above: it is placed below the notes on that cell, if any follow."""

    def __post_init__(self) -> None:
        self.typesetter = Typesetter(self.post.slug)

    def fill(self, run: Run) -> None:
        """Add every cell, with what it showed in this run."""
        program = program_of(self.post)
        elsewhere = set(_asked_for(self.post, program)) if program else set()
        numbers = iter(enumerate(run.outputs, start=1))
        for cell in self.post.cells:
            if cell.kind == "prose":
                for part in at_marks(cell):
                    self._add_prose(part, program)
                continue
            number, outputs = next(numbers, (0, ()))
            self._end_cell()
            if "remove-cell" in cell.tags:
                continue
            if program and number in program.cells:
                rows = [row for row in program.rows_in(number) if row not in elsewhere]
                self._add_rows(program, rows)
            else:
                self._add_code(cell)
            if "remove-output" not in cell.tags:
                self.waiting += blocks(outputs, cell, f"../{self.post.slug}/", self.files)
        self._end_cell()
        self.blocks = list(filter(None, self.blocks))

    def _add_prose(self, part: Cell, program: Program | None) -> None:
        mark = lines_mark(part.source)
        if mark and program:
            self._end_cell()
            self._add_rows(program, program.rows_of(*mark))
            return
        for piece in recall_prompts.parts(part):
            if isinstance(piece, Prompt):
                self._end_cell()
                self.blocks.append(self._prompt(piece))
                continue
            text = self._text(piece)
            notes, rest = _notes(text) if self._is_annotated() else ("", text)
            self.blocks.append(notes)
            self._end_cell()
            self.blocks.append(rest.strip("\n"))

    def _text(self, prose: Cell) -> str:
        text = rewrite(prose, lambda path: staged_target(path, self.post, self.siblings))
        return self.typesetter.typeset(text)

    def _prompt(self, prompt: Prompt) -> str:
        """Return a question whose answer is seen when it is opened."""
        question, answer = (self._text(part).strip() for part in (prompt.question, prompt.answer))
        summary = f'<summary markdown="span">{" ".join(question.split())}</summary>'
        head = f'<details class="recall" id="recall-{prompt.name}" markdown="1">'
        return f"{head}\n{summary}\n\n{answer}\n\n</details>"

    def _add_rows(self, program: Program, rows: Iterable[Row]) -> None:
        """Add lines of the program beside the words that explain them."""
        parts = []
        for row in rows:
            words = self.typesetter.typeset(row.words.source) if row.words else ""
            parts.append(f'<div class="words" markdown="1">\n\n{words}\n\n</div>')
            if row.first <= row.last:
                parts.append(_numbered(program, row.first, row.last, "no-copy"))
        if parts:
            body = "\n\n".join(parts)
            self.blocks.append(f'<div class="lines" markdown="1">\n\n{body}\n\n</div>')

    def _add_code(self, cell: Cell) -> None:
        if "remove-input" not in cell.tags:
            self.blocks.append(fence(cell.source, "python"))

    def _is_annotated(self) -> bool:
        """Return whether the block above is code with marks for notes."""
        last = self.blocks[-1] if self.blocks else ""
        return last.startswith("```") and bool(_ANNOTATION.search(last))

    def _end_cell(self) -> None:
        self.blocks += self.waiting
        self.waiting = []


def whole(post: Post) -> str:
    """Return the whole program under a heading, its explanations left out."""
    program = program_of(post)
    if program is None:
        return ""
    parts = listing(post, program)
    blocks = ["## The whole program", *([BORROWED] if len(parts) > 1 else [])]
    for part in parts:
        lines = f' linenums="{part.first}"' if part.first else ""
        blocks.append(fence(part.text, f"{{ .python .program{lines} }}"))
    return "\n\n".join(blocks)


def _numbered(program: Program, first: int, last: int, kind: str) -> str:
    return fence(program.text(first, last), f'{{ .python .{kind} linenums="{first}" }}')


def _asked_for(post: Post, program: Program) -> Iterator[Row]:
    """Yield the rows that a mark in the prose puts elsewhere."""
    for cell in (cell for cell in post.cells if cell.kind == "prose"):
        for part in at_marks(cell):
            mark = lines_mark(part.source)
            if mark:
                yield from program.rows_of(*mark)


def _notes(text: str) -> tuple[str, str]:
    """Split prose into the numbered list that it begins with, and the rest.

    The renderer attaches the list to the code block above, which it must touch.
    """
    lines = text.split("\n")
    notes = list(takewhile(_LIST_LINE.match, lines))
    return "\n".join(notes).rstrip(), "\n".join(lines[len(notes) :])


def staged_target(path: str, post: Post, siblings: Mapping[str, Post]) -> str:
    """Return where a link to a file leads, seen from the staged page `posts/posts/<slug>.md`."""
    if path in siblings:
        return f"{siblings[path].slug}.md"
    if path.startswith("docs/"):
        return quote("../../" + path.removeprefix("docs/"))
    return quote(f"../{post.slug}/{path.removeprefix('posts/')}")
