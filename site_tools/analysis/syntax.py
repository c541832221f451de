"""The text of a cell: its syntax tree, and one of its lines as a message shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

LONGEST_TEXT = 48
"""Characters of a statement that a message shows."""


def parse(source: str) -> ast.Module:
    """Return a cell's syntax tree; an empty one when it cannot be parsed."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `step` of `optimizer.step()`; empty if none."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def words(node: ast.AST | None) -> set[str]:
    """Return the names in an expression, without `self`: of `self.W["a"]` they are W and a."""
    return set(_reads(node)) if node is not None else set()


def _reads(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name != "self":
                yield name
            case ast.Subscript(slice=ast.Constant(value=str() as key)):
                yield key


def shorten(line: str) -> str:
    """Return a line of code without its indentation and its comment, cut to a message's length."""
    text = re.sub(r"\s+#\s.*$", "", line.strip())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
