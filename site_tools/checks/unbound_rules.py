"""Names that a post reads and never binds, such as a misspelt one, which raises when it runs.

A name counts as bound if any line of the post binds it, in whatever scope: what is said is wrong
in any case.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from site_tools.analysis.syntax import parse
from site_tools.checks.notebook_names import NAMES
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.source import RAISES

_GIVEN = {*dir(builtins), "__name__", "__doc__", "__file__", "__builtins__", "__annotations__"}
BINDING_CALLS = {"exec", "eval", "globals", "locals", "vars", "setattr"}
"""Functions that may bind names that do not stand in the code."""


def unbound_problems(post: Post) -> Iterator[Problem]:
    """Yield the first use of each name, in the code and then in the claims, that no line binds."""
    cells = [(cell, list(ast.walk(parse(cell.source)))) for cell in post.code_cells]
    nodes = [node for _, inside in cells for node in inside]
    bound = {name for node in nodes for name in _bound(node)}
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    if "*" in bound or read & BINDING_CALLS:
        return
    seen = _GIVEN | bound
    for cell, inside in cells:
        names = [node for node in inside if isinstance(node, ast.Name)]
        for node in sorted(names, key=lambda node: (node.lineno, node.col_offset)):
            if node.id in seen or NAMES.fullmatch(node.id) or RAISES in cell.tags:
                continue
            seen.add(node.id)
            what = f"`{node.id}` is read, and no line of the post binds it."
            remedy = nearest(node.id, bound) or "Import it, or assign it above."
            yield Problem(cell.lines[node.lineno - 1].place, what, remedy)
    if cells:  # without any, what is missing is all of the code
        yield from _unbound_in_claims(post, bound)


def _unbound_in_claims(post: Post, bound: set[str]) -> Iterator[Problem]:
    """Yield the names that an expression of a claim reads and nothing binds."""
    for index, claim in enumerate(post.claims):
        for key in ("metric", "baseline", "curve"):
            nodes = [*ast.walk(parse(getattr(claim, key) or ""))]
            known = bound | _GIVEN | {name for node in nodes for name in _bound(node)}
            names = {node.id for node in nodes if isinstance(node, ast.Name)}
            for name in sorted(names - known):
                what = f"`{key}` reads `{name}`, and no line of the post binds it."
                remedy = nearest(name, bound) or "Assign it in the last cell, or above."
                yield Problem(post.place_of(f"learns.{index}.{key}"), what, remedy)


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds; `*` for a star import."""
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""
    elif isinstance(name := getattr(node, "name", None), str):  # a function, class or pattern
        yield name
