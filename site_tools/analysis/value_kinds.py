"""What kinds of calls and expressions there are, by their names and shapes."""

from __future__ import annotations

import ast
import re

from site_tools.analysis.syntax import called_name

SHAPES = re.compile(r"shape|size|dtype|ndim|device|len|numel|(zeros|ones|empty|full|rand\w*)_like")
"""Attributes and functions that give the type or the shape of a value, not its content."""

REDUCES = re.compile(r"max|min|mean|std|var|sum|unique|set|bincount|median|nunique|value_counts")
"""Functions that leave a few numbers of all answers: a network may know their scale or number."""

LEARNS = re.compile(r"grad|gradients?|backward|vjp|value_and_grad|fit|partial_fit|minimize|lstsq_")
"""Functions that turn answers into gradients, or train by themselves."""

APPLIES = re.compile(
    r"predict\w*|decision_function|transform|forward|sample|generate|encode|decode"
)
"""Methods that put their arguments through a network."""

MIXES = re.compile(
    r"dot|matmul|mm|bmm|einsum|tensordot|inner|convolve|linear|conv\dd|apply_along_axis"
)
"""Functions that put data through weights."""

SELECTS = re.compile(r"where|select|choose|piecewise|take|heaviside")
"""Functions that choose between values by their first argument."""

BRINGS = re.compile(
    r"rand|choice|permut|shuffle|normal|uniform|seed|datasets|make_|load|read|open|fetch"
)
"""Parts of the names of functions that bring data into a program: drawn, or read from elsewhere."""


_SIZES = {"len", "size", "shape", "numel"}
"""What makes a number of a thing without reading what it holds."""


def contents(node: ast.AST, but: re.Pattern[str] | None = None) -> set[str]:
    """Return the names whose contents an expression reads: without functions, methods and sizes.

    Calls of functions whose names match `but` read nothing.
    """
    match node:
        case ast.Call(func=function, args=arguments, keywords=named):
            name = called_name(node)
            if name in _SIZES or (but and but.search(name)):
                return set()
            owner = [function.value] if isinstance(function, ast.Attribute) else []
            parts: list[ast.AST] = [*owner, *arguments, *[k.value for k in named]]
        case ast.Attribute(value=value, attr=name):
            return set() if name in _SIZES else {name} | contents(value, but)
        case ast.Name(id=name):
            return {name}
        case _:
            parts = list(ast.iter_child_nodes(node))
    return {name for part in parts for name in contents(part, but)}


def is_reduction(call: ast.Call, origin: str) -> bool:
    """Return whether a call leaves one number, or a few, of all that it is given."""
    operands = len(call.args) + (isinstance(call.func, ast.Attribute) and not origin)
    return bool(REDUCES.fullmatch(called_name(call))) and operands == 1 and not call.keywords


def is_test(node: ast.expr) -> bool:
    """Return whether an expression is a condition, or a number made of one."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(args=[inner]) if called_name(node) in {"sign", "heaviside", "int", "bool"}:
            return True
        case ast.Call(args=[inner]) if called_name(node) == "float":
            return is_test(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="any" | "all" | "astype" | "float")):
            return is_test(inner)
    return False


def count_numbers(node: ast.AST) -> int:
    """Return how many numbers are written in an expression."""
    return sum(
        isinstance(n, ast.Constant) and isinstance(n.value, int | float) for n in ast.walk(node)
    )
