"""What a reviewer of a post should read: a place in the code, and why."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One place, before it is given a line."""

    node: ast.AST
    meaning: str
    """What the code does there, as a verb with its object: `searches the interpreter's objects`."""
    subject: str = ""
    """The expression that does it."""
