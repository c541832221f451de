"""How a new value uses the name that it is for.

`n = n + 1` adds to what n holds, whatever that is. In `w = w - rate * f(w)`, in `V[s] = V[s + 1]`,
and in a condition such as `x @ w > 0`, the change depends on it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

from site_tools.analysis.syntax import called_name, words

Use = Literal["plain", "mixed"]
"""plain: a term or factor of a sum, or bounded. mixed: anything else, such as an argument."""

_BOUNDS = {
    "max",
    "min",
    "abs",
    "round",
    "int",
    "float",
    "clip",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
}
"""Functions that limit or convert a number: `best = max(best, score)` only keeps a record."""


@dataclass(frozen=True, slots=True)
class Own:
    """A name that gets a new value, and the target that it is named in."""

    name: str
    target: ast.expr
    functions: Container[str]
    """The program's own functions. What they make of their arguments is in their bodies, so the
    arguments are left out here."""

    def uses(self, value: ast.expr, *, adds: bool) -> Counter[Use]:
        """Count the uses of the name in its new value.

        With `adds`, the value is added to what the name holds, so that no use in it is plain.
        Another element of the same thing is always mixed.
        """
        return Counter(self._uses(value, is_sum=not adds))

    def others(self, value: ast.AST) -> set[str]:
        """Return the other names in a value; of `0.9 * p.m + g` for `p.m` that is g alone."""
        if self._is_named(value):
            return set()
        if isinstance(value, ast.BinOp | ast.UnaryOp | ast.IfExp | ast.Call | ast.keyword):
            return set().union(*map(self.others, ast.iter_child_nodes(value)))
        return words(value) - {self.name}

    def decides(self, test: ast.expr) -> bool:
        """Return whether a condition mixes the name with other things.

        The name alone, as in `score > best` or `step % 10 == 0`, does not count.
        """
        terms = [term for term in _terms(test) if words(term) != {self.name}]
        return any(use for term in terms for use in self._uses(term, is_sum=False))

    def _uses(self, value: ast.AST, *, is_sum: bool) -> Iterator[Use]:
        if self._is_named(value):
            yield "plain" if is_sum and self._is_same(value) else "mixed"
            return
        if isinstance(value, ast.Call) and called_name(value) in self.functions:
            return
        for part, sums in _parts(value, self.name):
            yield from self._uses(part, is_sum=is_sum and sums)

    def _is_named(self, node: ast.AST) -> bool:
        """Return whether an expression is a thing of this name, or an element of it."""
        match node:
            case ast.Name(id=own):
                return own == self.name
            case ast.Attribute(attr=own):  # the method `x.mean()` is not the name `mean`
                return own == self.name and own in _attributes(self.target)
            case ast.Subscript(value=value, slice=index):
                is_key = isinstance(index, ast.Constant) and index.value == self.name
                return is_key or self._is_named(value)
        return False

    def _is_same(self, value: ast.AST) -> bool:
        """Return whether a use is of what gets the value, not of another element."""
        element = isinstance(value, ast.Subscript) and isinstance(self.target, ast.Subscript)
        return not element or _index(value) == _index(self.target)


def _parts(value: ast.AST, name: str) -> list[tuple[ast.AST, bool]]:
    """Return the parts of an expression, and whether each is a term where the whole is one."""
    match value:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            return [(left, True), (right, True)]
        case ast.UnaryOp(operand=operand):
            return [(operand, True)]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return [(test, False), (body, True), (orelse, True)]
        case ast.Call(args=arguments) if called_name(value) in _BOUNDS:
            return [(argument, True) for argument in arguments]
        case ast.Compare(left=left, comparators=others):
            return [(side, False) for side in [left, *others] if words(side) != {name}]
    return [(part, False) for part in ast.iter_child_nodes(value)]


def _terms(test: ast.expr) -> list[ast.expr]:
    """Return the conditions that `and`, `or` and `not` join."""
    match test:
        case ast.BoolOp(values=values):
            return [term for value in values for term in _terms(value)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _terms(operand)
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
    return [test]


def _attributes(target: ast.expr) -> set[str]:
    return {node.attr for node in ast.walk(target) if isinstance(node, ast.Attribute)}


def _index(node: ast.AST) -> str:
    """Return a comparable form of the indices of an element; empty for a whole."""
    return _index(node.value) + ast.dump(node.slice) if isinstance(node, ast.Subscript) else ""
