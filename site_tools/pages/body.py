"""Cells and what they printed and drew → the blocks of a post's body, and its figures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import MORE, Cell
from site_tools.pages.cell_outputs import blocks
from site_tools.pages.whole_program import listing
from site_tools.posts import recall_prompts
from site_tools.posts.code_html import Header, code_html
from site_tools.posts.cross_references import Labels, labels_in
from site_tools.posts.formulas import Typesetter, equation_numbers
from site_tools.posts.glossary import FirstUses, Glossary
from site_tools.posts.links import is_foreign, path_of
from site_tools.posts.markdown_parser import references_in
from site_tools.posts.page_marks import at_marks, lines_mark
from site_tools.posts.prose_html import Block, Heading, ProseWriter
from site_tools.posts.recall_prompts import Prompt
from site_tools.posts.theme_markup import PageKnowledge
from site_tools.posts.walkthrough import Program, Row, program_of

_ANNOTATION = re.compile(r"# \(\d+\)!?\s*$", re.MULTILINE)

BORROWED = "Lines without a number come from other parts of this post; the program needs them."
"""Above a listing of several blocks."""


@dataclass
class Body:
    """The blocks of a post's body, as they come."""

    post: Post
    siblings: Mapping[str, Post]
    """The published posts, by file."""
    glossary: Glossary = field(default_factory=Glossary)
    blocks: list[Block] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""
    terms: FirstUses = field(init=False)
    writer: ProseWriter = field(init=False)
    labels: Labels = field(init=False)
    """The figures and equations that have a name."""
    waiting: list[str] = field(default_factory=list)
    """The output of the cell above: it is placed below the notes on that cell, if any follow."""
    is_annotated: bool = False
    """Whether the block above is code with marks for notes."""

    def __post_init__(self) -> None:
        prose = [cell.source for cell in self.post.prose_cells]
        typesetter = Typesetter(self.post.slug, equation_numbers(prose, self.post.slug))
        self.labels = labels_in(self.post.cells, self.post.slug)
        has_mark = any(
            part.source == MORE for cell in self.post.prose_cells for part in at_marks(cell)
        )
        opening = math.inf if has_mark else 1
        address = f"../../{self.glossary.address}"
        self.terms = FirstUses(address, list(self.glossary.terms), opening)
        self.writer = ProseWriter(
            typesetter.html,
            self._address,
            references_in(prose),
            PageKnowledge(self.post.slug, self.post.works, self.labels, self.terms.linked),
        )

    def _address(self, target: str) -> str:
        return address(target, self.siblings)

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
                self.waiting += blocks(outputs, cell, self.files, self.labels.get(cell.label))
        self._end_cell()

    def _add_prose(self, part: Cell, program: Program | None) -> None:
        if part.source == MORE:
            self.terms.skipped = 0
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
            written = self.writer.blocks(piece.source)
            if self.is_annotated and written and str(written[0]).startswith("<ol"):
                self.blocks.append(written.pop(0))  # the theme wants it right below the code
            self._end_cell()
            self.blocks += written

    def _prompt(self, prompt: Prompt) -> str:
        """Return a question whose answer is seen when it is opened."""
        waiting, self.terms.waiting = self.terms.waiting, []  # what opens the answer has no links
        question = self.writer.line(prompt.question.source)
        self.terms.waiting = waiting
        answer = self.writer.html(prompt.answer.source)
        head = f'<details class="recall" id="recall-{prompt.name}">'
        return f"{head}\n<summary>{question}</summary>\n{answer}\n</details>"

    def _add_rows(self, program: Program, rows: Iterable[Row]) -> None:
        """Add lines of the program beside the words that explain them."""
        parts = []
        for row in rows:
            words = self.writer.html(row.words.source) if row.words else ""
            parts.append(f'<div class="words">\n{words}\n</div>')
            if row.first <= row.last:
                parts.append(_numbered(program, row.first, row.last, "no-copy"))
        if parts:
            self.blocks.append("\n".join(['<div class="lines">', *parts, "</div>"]))

    def _add_code(self, cell: Cell) -> None:
        if "remove-input" not in cell.tags:
            self.blocks.append(code_html(cell.source, "python"))
            self.is_annotated = bool(_ANNOTATION.search(cell.source))

    def _end_cell(self) -> None:
        self.blocks += self.waiting
        self.waiting = []
        self.is_annotated = False


def whole(post: Post) -> tuple[Block, ...]:
    """Return the whole program under a heading, its explanations left out."""
    program = program_of(post)
    if program is None:
        return ()
    parts = listing(post, program)
    blocks: list[Block] = [Heading(2, "The whole program")]
    blocks += [f"<p>{BORROWED}</p>"] if len(parts) > 1 else []
    for part in parts:
        numbers = {"linenums": str(part.first)} if part.first else {}
        blocks.append(code_html(part.text, Header("python", ("program",), numbers)))
    return tuple(blocks)


def _numbered(program: Program, first: int, last: int, kind: str) -> str:
    header = Header("python", (kind,), {"linenums": str(first), "wrap": "yes"})
    return code_html(program.text(first, last), header)


def _asked_for(post: Post, program: Program) -> Iterator[Row]:
    """Yield the rows that a mark in the prose puts elsewhere."""
    for cell in post.prose_cells:
        for part in at_marks(cell):
            mark = lines_mark(part.source)
            if mark:
                yield from program.rows_of(*mark)


def address(target: str, siblings: Mapping[str, Post]) -> str:
    """Return where a link of a post leads, seen from a page `posts/<slug>/`."""
    if is_foreign(target):
        return target
    plain, hash_sign, anchor = target.partition("#")
    path = path_of(plain)
    if path in siblings:
        there = f"../{siblings[path].slug}/"
    elif path.startswith("docs/"):
        there = "../../" + quote(page_address(path.removeprefix("docs/")))
    else:
        there = quote(path.removeprefix("posts/"))
    return f"{there}{hash_sign}{anchor}"


def page_address(name: str) -> str:
    """Return the address of a file of `docs/`, seen from the front page: `a.md` is at `a/`."""
    if not name.endswith(".md"):
        return name
    return name.removesuffix("index.md") if name.endswith("index.md") else f"{name[:-3]}/"
