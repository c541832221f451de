"""The text of a cell: its syntax tree, and one of its lines as a message shows it."""

from __future__ import annotations

import ast
import re

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


def shorten(line: str) -> str:
    """Return a line of code without its indentation and its comment, cut to a message's length."""
    text = re.sub(r"\s+#\s.*$", "", line.strip())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
