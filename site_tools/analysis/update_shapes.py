"""How a statement changes its target: it adds to it, takes it over, or takes it out of a box."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from site_tools.analysis.changes import Found
from site_tools.analysis.syntax import called_name
from site_tools.analysis.targets import names_of

COPIES = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant)
"""Values that are taken over as they are."""


def adds(one: Found) -> bool:
    """Return whether a statement says itself that it changes what its target holds."""
    if one.how == "call" and isinstance(one.value, ast.Call):
        name = called_name(one.value)
        in_place = name.endswith("_") and not name.endswith("__")
        return in_place or any(k.arg == "out" for k in one.value.keywords)
    return one.from_itself and (one.how == "augment" or _steps(one.value))


def adds_by_call(one: Found, trees: Sequence[ast.Module]) -> bool:
    """Return whether a function of the program adds to what it is given and hands it back.

    `W = optimizer.update(W, slope)` does, if `update` returns `w - …` for its parameter w.
    """
    if not (one.how == "assign" and one.from_itself and isinstance(one.value, ast.Call)):
        return False
    own = set(names_of(one.target)[:1])
    given = [bool(set(names_of(argument)[:1]) & own) for argument in one.value.args]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    return any(
        _returns_more(function, given)
        for function in functions
        if function.name == called_name(one.value)
    )


def _returns_more(function: ast.FunctionDef, given: Sequence[bool]) -> bool:
    """Return whether a function returns a sum that begins with one of these parameters."""
    parameters = [argument.arg for argument in function.args.args if argument.arg != "self"]
    handed = {name for name, is_own in zip(parameters, given, strict=False) if is_own}
    for node in ast.walk(function):
        match node:
            case ast.Return(value=ast.BinOp(left=ast.Name(id=name), op=ast.Add() | ast.Sub())):
                if name in handed:
                    return True
    return False


def takes_out(one: Found) -> bool:
    """Return whether a statement takes a thing out under its own name: `W = model["W"]`."""
    own = set(names_of(one.target)[:1])
    return isinstance(one.value, COPIES) and bool(own & set(names_of(one.value)[:1]))


def _steps(value: ast.expr) -> bool:
    """Return whether a value is a sum or a difference, as `w - rate * slope` is, or makes some."""
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        for node in ast.walk(value)
        if isinstance(value, ast.BinOp | ast.ListComp | ast.DictComp | ast.Tuple)
    )
