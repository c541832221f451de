"""Long cells → shorter ones, where the outputs stay the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from site_tools.analysis.syntax import parse
from site_tools.conversion.foreign_file import Piece
from site_tools.model.source import is_code


def split_long(pieces: Sequence[Piece], most: int) -> tuple[list[Piece], list[str]]:
    """Return the cells, those with more than `most` lines of code in parts; and what was changed.

    They are cut between statements of the top level, best at a blank line or a comment; never
    behind an expression, which a notebook would then show, and never before the cell's figure.
    """
    found, changes = [], []
    for piece in pieces:
        parts = list(_parts(piece, most)) if piece.kind == "code" else [piece]
        found += parts
        if len(parts) > 1:
            changes.append(f"cell {piece.number} is {len(parts)} cells now")
    return found, changes


def _parts(piece: Piece, most: int) -> Iterator[Piece]:
    lines = piece.source.split("\n")
    start = 0
    body = parse(piece.source).body
    cuts = [_cut(lines, one, other) for one, other in pairwise(body) if _may_end(one)]
    while _length(lines[start:]) > most:
        fitting = [at for at in cuts if at > start and _length(lines[start:at]) <= most]
        later = [at for at in cuts if at > start]
        if not later:
            break
        at = _best(lines, fitting) if fitting else later[0]
        yield replace(piece, source="\n".join(lines[start:at]).strip("\n"), alt="")
        start = at
    yield replace(piece, source="\n".join(lines[start:]).strip("\n"))


def _length(lines: Sequence[str]) -> int:
    """Count lines of code as the house style does."""
    return sum(map(is_code, lines))


def _may_end(node: ast.stmt) -> bool:
    """Return whether nothing would be shown if a cell ended with this statement.

    A figure that is being drawn must be finished in its cell.
    """
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in {
            "print",
            "plt.show",
        }
    return not any(
        isinstance(inner, ast.Call) and ast.unparse(inner.func).startswith("plt.")
        for inner in ast.walk(node)
    )


def _cut(lines: Sequence[str], one: ast.stmt, other: ast.stmt) -> int:
    """Return the index of the line that begins the next part: comments go with what follows."""
    decorators: list[ast.expr] = getattr(other, "decorator_list", [])
    at = min([other.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while at > (one.end_lineno or one.lineno) and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _best(lines: Sequence[str], cuts: Sequence[int]) -> int:
    """Return the last cut after a blank line, or else the last one."""
    loose = [at for at in cuts if not lines[at - 1].strip()]
    return max(loose or cuts)
