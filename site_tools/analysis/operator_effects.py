"""Operators that a program defines and that do more than compute, as notes for a reviewer.

With learning off, `w -= step` does not run, and neither does an operator that it would call. A
class that computes from its operands, as in every framework of one's own, is not noted.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.finding import Finding
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import words

_BINARY = "add|sub|mul|matmul|truediv|floordiv|mod|pow|and|or|xor|lshift|rshift|divmod"
_OPERATOR = re.compile(
    rf"__[ri]?({_BINARY})__|__(neg|pos|abs|invert|eq|ne|lt|le|gt|ge|bool|float|int|index|array|"
    r"array_ufunc|array_function|torch_function|setitem|getitem|hash|round)__"
)
_IN_PLACE = re.compile(rf"__i({_BINARY})__|__setitem__")
_HOOKS = re.compile(r"__(setattr|getattribute|set|get|set_name|del|delattr|class_getitem)__")
"""Methods that run where the code shows only an assignment, or nothing."""

_NUMBERS = re.compile(
    r"(python|builtins)\.(float|int|complex|bool|str)|numpy\.(ndarray|matrix|generic|float\d+)|"
    r"torch\.(Tensor|nn\.Parameter)|numbers\.\w+|fractions\.Fraction|decimal\.Decimal"
)
_FILLS = {"append", "add", "extend", "update", "pop", "insert", "remove", "clear", "__setitem__"}


def operator_effects(trees: Sequence[ast.Module], origins: Origins) -> Iterator[Finding]:
    """Yield the classes and operators whose effect is not in their operands."""
    classes = {n.name for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield from _class_effects(node, origins, classes)


def _class_effects(node: ast.ClassDef, origins: Origins, classes: set[str]) -> Iterator[Finding]:
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    operators = [method for method in methods if _OPERATOR.fullmatch(method.name)]
    numbers = [base for base in node.bases if _NUMBERS.fullmatch(origins.of(base))]
    if numbers and operators:
        yield Finding(node, "redefines operators of a number type", node.name)
    for method in methods:
        setter = any(getattr(d, "attr", "") in {"setter", "deleter"} for d in method.decorator_list)
        if _HOOKS.fullmatch(method.name) or setter:
            yield Finding(
                method, "runs code where an attribute is used", f"{node.name}.{method.name}"
            )
    for method in operators:
        if effect := _effect(method, classes):
            yield Finding(method, effect, f"{node.name}.{method.name}")


def _effect(method: ast.FunctionDef, classes: set[str]) -> str:
    """Return what an operator does besides computing; empty for nothing."""
    own = _own_names(method)
    in_place = bool(_IN_PLACE.fullmatch(method.name))
    for node in _statements(method):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                if _outside(test, own, classes):
                    return "is an operator that decides by something other than its operands"
            case ast.Global() | ast.Nonlocal():
                return "is an operator that changes something other than its operands"
            case (
                ast.Attribute(value=value, ctx=ast.Store())
                | ast.Subscript(value=value, ctx=ast.Store())
            ):
                if _outside(value, own, set()):
                    return "is an operator that changes something other than its operands"
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if in_place:
                if name in _FILLS and _outside(value, own, set()):
                    return "is an operator that changes something other than its operands"
    returned = [n.value for n in _statements(method) if isinstance(n, ast.Return) and n.value]
    if returned and not any(words(value) & own or _mentions_self(value) for value in returned):
        return "is an operator whose result does not depend on its operands"
    return ""


def _mentions_self(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "self" for part in ast.walk(node))


def _own_names(method: ast.FunctionDef) -> set[str]:
    """Return the parameters and local names of a method."""
    stored = [
        n.id for n in ast.walk(method) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return {n.arg for n in ast.walk(method) if isinstance(n, ast.arg)} | set(stored) - {
        name
        for n in ast.walk(method)
        if isinstance(n, ast.Global | ast.Nonlocal)
        for name in n.names
    }


def _statements(method: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a method without those of functions in it, which run later."""
    waiting: list[ast.AST] = list(method.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _outside(node: ast.AST, own: set[str], known: set[str]) -> bool:
    """Return whether an expression names something that the method is not given."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return any(name not in own | known and not hasattr(builtins, name) for name in names)
