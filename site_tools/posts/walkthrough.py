"""The program of a post as its readers see it: numbered lines, and words that explain them.

The words are the comments on lines of their own, above what they explain. The page shows
them beside the code, the download keeps them where they are, so no second text can drift. What
makes up the program: the cells tagged `program`, or else the first.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from site_tools.model.post import Post
from site_tools.model.source import Cell, Line

TAG = "program"
"""On a code cell: it belongs to the program, and is no experiment with it."""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of the program; the blank lines between cells belong to cell 0."""

    cell: int
    line: int
    """Both counted from 1, among the code cells and within the cell."""
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Consecutive lines, with the words that explain them."""

    words: Cell | None
    """The comment as prose; None when nothing explains these lines."""
    first: int
    last: int
    """The first and the last line as the program numbers them; `last < first` without code."""
    cell: int
    comment: tuple[int, ...] = ()
    """The numbers of the comment's lines within the cell, counted from 1."""

    @property
    def numbers(self) -> str:
        """Return the numbers of its lines, as a mark names them; nothing without code."""
        if self.last <= self.first:
            return str(self.first) if self.last == self.first else ""
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Program:
    """The program of one post."""

    lines: tuple[CodeLine, ...]
    rows: tuple[Row, ...]

    @property
    def cells(self) -> set[int]:
        """Return the numbers of the code cells that it is made of."""
        return {line.cell for line in self.lines if line.cell}

    def number(self, cell: int, line: int) -> int:
        """Return the number that the program gives to a line of a cell; 0 if it is not in it."""
        found = (i for i, own in enumerate(self.lines, 1) if (own.cell, own.line) == (cell, line))
        return next(found, 0)

    def rows_of(self, first: int, last: int) -> tuple[Row, ...]:
        """Return the rows that hold these lines and no others; none if there are no such rows."""
        rows = tuple(
            row
            for row in self.rows
            if row.first <= row.last and row.first <= last and row.last >= first
        )
        fits = bool(rows) and rows[0].first == first and rows[-1].last == last
        return rows if fits else ()

    def rows_in(self, cell: int) -> list[Row]:
        """Return the rows of one code cell."""
        return [row for row in self.rows if row.cell == cell]

    def text(self, first: int = 1, last: int | None = None) -> str:
        """Return these lines, the explanations left out."""
        return "\n".join(line.text for line in self.lines[first - 1 : last])


def program_of(post: Post) -> Program | None:
    """Return the program of a post that explains one, or None.

    Its cells must be Python.
    """
    if not post.explain:
        return None
    tagged = [i for i, cell in enumerate(post.code_cells, 1) if TAG in cell.tags]
    lines: list[CodeLine] = []
    rows: list[Row] = []
    for number in tagged or [1]:
        if lines:
            lines.append(CodeLine(0, 0, ""))
        _add(post.code_cells[number - 1], number, lines, rows)
    return Program(tuple(lines), tuple(rows))


def _add(cell: Cell, number: int, lines: list[CodeLine], rows: list[Row]) -> None:
    """Add a cell's lines, cut into rows above each explanation."""
    comments = _own_lines(cell.source)
    starts = [i for i in sorted(comments) if i - 1 not in comments]
    for start, end in pairwise([*sorted({1, *starts}), len(cell.lines) + 1]):
        numbers = range(start, end)
        words = [i for i in numbers if i in comments]
        code = [i for i in numbers if i not in comments]
        while code and not cell.lines[code[0] - 1].text.strip():
            code.pop(0)
        while code and not cell.lines[code[-1] - 1].text.strip():
            code.pop()
        gap = code and start > 1 and not cell.lines[start - 2].text.strip()
        if gap:  # the author's blank line, for the program as a whole
            lines.append(CodeLine(0, 0, ""))
        first = len(lines) + 1
        lines += [CodeLine(number, i, cell.lines[i - 1].text) for i in code]
        if words or code:
            rows.append(Row(_prose(cell, words), first, len(lines), number, tuple(words)))


def _own_lines(source: str) -> set[int]:
    """Return the numbers of the lines that hold a comment and nothing else."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#")
    }


def _prose(cell: Cell, numbers: list[int]) -> Cell | None:
    if not numbers:
        return None
    own = [cell.lines[number - 1] for number in numbers]
    words = (Line(words_in(line.text), line.place) for line in own)
    return Cell("prose", own[0].place, tuple(words))


def words_in(comment: str) -> str:
    """Return the words of a line that holds a comment and nothing else."""
    return comment.strip().lstrip("#").removeprefix(" ")


def unexplained(post: Post, program: Program) -> Iterator[Line]:
    """Yield the first line of each statement that no comment above it explains.

    Imports that follow one another share a comment; a docstring explains itself.
    """
    starts = {
        (program.lines[row.first - 1].cell, program.lines[row.first - 1].line)
        for row in program.rows
        if row.words and row.first <= row.last
    }
    for number in sorted(program.cells):
        cell = post.code_cells[number - 1]
        explained = {line for of, line in starts if of == number}
        for line in _statements(cell.source, explained):
            yield cell.lines[line - 1]


def _statements(source: str, explained: set[int]) -> Iterator[int]:
    """Yield the first lines of unexplained statements, in order."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    by_line = {_first_line(node): node for node in reversed(nodes)}  # the outermost wins
    shared = False
    for line, node in sorted(by_line.items()):
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        shared = is_import and (shared or line in explained)
        if not (line in explained or shared or _is_text(node)):
            yield line


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
