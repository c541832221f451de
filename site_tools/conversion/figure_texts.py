"""Figures → a first alternative text, of their titles and labels."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from site_tools.analysis.syntax import parse
from site_tools.conversion.foreign_file import Piece

_TITLES = {"plt.title", "plt.suptitle", "ax.set_title", "fig.suptitle"}
_X, _Y = {"plt.xlabel", "ax.set_xlabel"}, {"plt.ylabel", "ax.set_ylabel"}


def with_texts(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """Return cells whose figures have an alternative text, where titles or labels are literal."""
    found, changes = [], []
    for piece in pieces:
        text = _text(piece.source) if piece.kind == "code" and not piece.alt else ""
        found.append(replace(piece, alt=text) if text else piece)
        if text:
            changes.append(
                f"cell {piece.number}: its figure has the text “{text}”; write what one sees in it"
            )
    return found, changes


def _text(source: str) -> str:
    calls = [node for node in ast.walk(parse(source)) if isinstance(node, ast.Call)]
    title, x, y = (_literal(calls, names) for names in (_TITLES, _X, _Y))
    axes = f"{y} against {x}" if x and y else ""
    return ": ".join(filter(None, [title, axes]))


def _literal(calls: Sequence[ast.Call], names: set[str]) -> str:
    for call in calls:
        match call.args:
            case [ast.Constant(str() as text), *_] if ast.unparse(call.func) in names:
                return " ".join(text.split())
    return ""
