"""Find equal statements: what a reader is to write must not appear in another cell."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

_KINDS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)

_SAME, _ALIKE = 7, 14
"""The least numbers of nodes with which a statement counts as a repetition: with the same names,
and with any names. `syn1 += l1.T @ delta` has 7; below, statements are alike by chance."""


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements that compute something, in the order of the text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _KINDS):
            yield node
        yield from statements(node)


def marks(tree: ast.AST) -> set[str]:
    """Return what identifies the statements of a piece of code."""
    return {mark for node in statements(tree) for mark in _marks(node)}


def repeats(node: ast.stmt, known: Collection[str]) -> bool:
    """Return whether a statement is one of those with these marks, perhaps with other names."""
    return isinstance(node, _KINDS) and any(mark in known for mark in _marks(node))


def _marks(node: ast.stmt) -> Iterator[str]:
    size = sum(not isinstance(part, ast.expr_context) for part in ast.walk(node))
    if size >= _SAME:
        yield ast.dump(node)
    if size >= _ALIKE:
        yield ast.dump(_Unnamed().visit(ast.parse(ast.unparse(node)).body[0]))


class _Unnamed(ast.NodeTransformer):
    """Gives names numbers, in the order in which they appear."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        number = self._numbers.setdefault(node.id, f"n{len(self._numbers)}")
        return ast.Name(number, node.ctx)
