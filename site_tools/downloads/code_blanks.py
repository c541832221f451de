"""Python source → the same source with its code taken out, for a reader to write it again.

    level 1   comments, signatures, the heads of loops and of all branches, the names that are
              assigned, and the lines that make or seed a source of random numbers stay
    level 2   signatures and the names that are assigned at the top stay, and nothing else

Imports and docstrings stay in both. Where code was, there is `...`. Text in, text out: what is
taken out of which post is decided elsewhere.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.analysis.syntax import called_name
from site_tools.downloads.repeats import repeats, statements

Level = Literal[1, 2]

BLANK = "..."

YOUR_TURN = (
    'raise NotImplementedError("Your turn: write code for each ... in this cell, '
    'then delete this line.")'
)
"""The first line of a cell with blanks: running the cell says what to do."""

_KEPT = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
_HEADED = (
    *(ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.If),
    *(ast.Try, ast.TryStar, ast.Match),
)
_BRANCHES = (ast.ExceptHandler, ast.match_case)
_SEEDS = re.compile("seed|manual_seed|default_rng|RandomState|Random|Generator")
"""What makes or seeds a source of random numbers: a reader cannot guess its seed."""

_ASSIGNED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)
_REPEATED = re.compile(r"^( *\.\.\.)(?:\n\1)+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


def blank(source: str, level: Level) -> str:
    """Return a cell's code with blanks, below a line that says what to do.

    Raises SyntaxError for what is not Python.
    """
    text = _Text(source)
    text.replace_all(_edits(ast.parse(source).body, text, level, at_top=True))
    blanked = text.source if level == 1 else _without_comments(text.source)
    if blanked == source:
        return source
    blanked = _BLANK_LINES.sub("\n\n", _REPEATED.sub(r"\1", blanked)).strip("\n")
    return f"{YOUR_TURN}\n\n{blanked}"


def blank_repeats(source: str, known: Collection[str]) -> str:
    """Return a cell's code with blanks for the statements that have these marks of `repeats`."""
    text = _Text(source)
    found = [one for one in statements(ast.parse(source)) if repeats(one, known)]
    left = [one for one in found if not _seeds(one)]
    if not left:
        return source
    text.replace_all(_Edit(one, one, f"{text.left_side(one)}{BLANK}") for one in left)
    return f"{YOUR_TURN}\n\n{text.source}"


@dataclass(frozen=True, slots=True)
class _Edit:
    """Statements of one block, and their replacement."""

    first: ast.stmt
    last: ast.stmt
    text: str


def _edits(body: Sequence[ast.stmt], text: _Text, level: Level, *, at_top: bool) -> Iterator[_Edit]:
    """Yield what to take out of a block, in order; `at_top` of the program or of a class."""
    for node in body:
        if isinstance(node, _KEPT) or _is_docstring(node):
            continue
        if isinstance(node, ast.ClassDef):
            yield from _edits(node.body, text, level, at_top=True)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _edits_of_function(node.body, text, level)
        elif level == 1 and isinstance(node, _HEADED):
            for block in _blocks(node):
                yield from _edits(block, text, level, at_top=False)
        elif not (level == 1 and _seeds(node)):
            comments = "".join(text.comments_inside(node)) if level == 1 else ""
            left = text.left_side(node) if level == 1 or at_top else ""
            yield _Edit(node, node, f"{comments}{left}{BLANK}")


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a statement in the order of the text: those of all its branches."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for branch in value:
                if isinstance(branch, _BRANCHES):
                    yield from _blocks(branch)


def _seeds(node: ast.stmt) -> bool:
    """Return whether a statement makes or seeds a source of random numbers, and nothing else."""
    call = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    return isinstance(call, ast.Call) and bool(_SEEDS.fullmatch(called_name(call)))


def _edits_of_function(body: Sequence[ast.stmt], text: _Text, level: Level) -> Iterator[_Edit]:
    if level == 1:
        yield from _edits(body, text, level, at_top=False)
        return
    rest = body[1:] if _is_docstring(body[0]) else body
    if rest:
        yield _Edit(rest[0], rest[-1], BLANK)


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


class _Text:
    """A source by the positions of its syntax tree: lines from 1, columns in bytes."""

    def __init__(self, source: str) -> None:
        self.source = source
        lines = source.encode("utf-8").split(b"\n")
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _slice(self, start: int, end: int) -> str:
        return self.source.encode("utf-8")[start:end].decode("utf-8")

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _start(self, node: ast.stmt | ast.expr) -> int:
        decorators = getattr(node, "decorator_list", [])
        line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        return self._at(line, node.col_offset)

    def _end(self, node: ast.stmt) -> int:
        return self._at(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def replace_all(self, edits: Iterable[_Edit]) -> None:
        """Put other texts in the place of statements, the last first."""
        for edit in reversed(list(edits)):
            self.replace(edit)

    def replace(self, edit: _Edit) -> None:
        """Put another text in the place of statements; those further up keep their positions."""
        data = self.source.encode("utf-8")
        before, behind = data[: self._start(edit.first)], data[self._end(edit.last) :]
        self.source = (before + edit.text.encode("utf-8") + behind).decode("utf-8")

    def left_side(self, node: ast.stmt) -> str:
        """Return a statement up to its value: `a, b = `, `total += `, `return `; else nothing."""
        value = getattr(node, "value", None) if isinstance(node, _ASSIGNED) else None
        if value is None:
            return ""
        return self._slice(self._start(node), self._start(value)).rstrip("( \t\n\\") + " "

    def comments_inside(self, node: ast.stmt) -> Iterator[str]:
        """Yield the comments on lines of their own within a statement; they move above it."""
        for line in self._slice(self._start(node), self._end(node)).split("\n")[1:]:
            if line.lstrip().startswith("#"):
                yield f"{line.strip()}\n{' ' * node.col_offset}"


def _without_comments(source: str) -> str:
    lines: list[str | None] = list(source.split("\n"))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            number, column = token.start
            lines[number - 1] = token.line[:column].rstrip() or None
    return "\n".join(line for line in lines if line is not None)


def has_comments(source: str) -> bool:
    """Return whether a cell has comments on lines of their own."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return any(
        token.type == tokenize.COMMENT and token.line.lstrip().startswith("#") for token in tokens
    )
