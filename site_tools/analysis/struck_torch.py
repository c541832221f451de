"""Strike the learning of torch out of source text: the steps of optimizers, and gradients by hand.

A control undoes steps and makes all gradients zero. Here, steps are struck out. Gradients are
multiplied by zero only where a program can see them: otherwise nothing depends on them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, end_of, start_of
from site_tools.analysis.struck_statements import Unwritable, strike
from site_tools.analysis.syntax import called_name

_UNSEEN = re.compile(
    "zero_grad|no_grad|enable_grad|set_grad_enabled|requires_grad_?|is_grad_enabled|autograd"
)
"""Names with `grad` in them through which no gradient can be seen."""

_SEES = re.compile("grad|hook|Function")
"""Names through which a program may see gradients."""

Lines = Collection[tuple[int, int]]
"""Cells and lines, counted from 1."""


def strike_steps(program: ParsedProgram, lines: Lines, gone: set[int]) -> Iterator[Edit]:
    """Yield the edits that strike out calls of an optimizer's step.

    A step with a closure evaluates the loss, which the program may use: so the closure is called.
    """
    for cell, line in sorted(lines):
        calls = _calls_at(program, cell, line, {"step"}) if cell else []
        if not calls:
            raise Unwritable(cell, line, "an optimizer steps in a call that is not named `step`")
        if len(calls) > 1:
            raise Unwritable(cell, line, "several calls on this line are named `step`")
        (call,) = calls
        statement = program.statement_of(call)
        if id(statement) in gone:
            continue  # struck out as an update
        closure = _closure(program, cell, call)
        if not isinstance(statement, ast.Expr) or statement.value is not call:
            note = "the step is struck out"
            yield Edit(cell, start_of(call), end_of(call), closure or "None", note)
            continue
        gone.add(id(statement))
        yield from strike(program.source(cell), cell, statement, closure or "pass")


def _calls_at(program: ParsedProgram, cell: int, line: int, names: set[str]) -> list[ast.Call]:
    """Return the calls of these names whose text includes a line; the innermost ones."""
    calls = [
        node
        for node in ast.walk(program.trees[cell - 1])
        if isinstance(node, ast.Call)
        and called_name(node) in names
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    outer = {id(c) for c in calls for n in ast.walk(c) if n is not c and n in calls}
    return [call for call in calls if id(call) not in outer]


def _closure(program: ParsedProgram, cell: int, call: ast.Call) -> str:
    """Return the call of the closure that a step was given; empty when it has none."""
    given = [*call.args, *[k.value for k in call.keywords if k.arg == "closure"]][:1]
    for closure in given:
        text = program.source(cell).text(start_of(closure), end_of(closure))
        if isinstance(closure, ast.Lambda):
            return f"({text})()"
        if _is_function(program, getattr(closure, "attr", getattr(closure, "id", ""))):
            return f"{text}()"
    return ""


def _is_function(program: ParsedProgram, name: str) -> bool:
    for _, node in program.nodes():
        match node:
            case ast.FunctionDef(name=found) if found == name:
                return True
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Lambda()) if found == name:
                return True
    return False


def strike_gradients(program: ParsedProgram, lines: Lines, gone: set[int]) -> Iterator[Edit]:
    """Yield the edits that make gradients zero, and strike out what is made from them by hand."""
    if not lines:
        return
    seen = _sees_gradients(program)
    if seen and not _defines_autograd(program):
        yield from _by_hand(program, gone)
    for cell, line in sorted(lines):
        calls = _calls_at(program, cell, line, {"backward", "grad"}) if cell else []
        if not calls and seen:
            what = "gradients are computed in a call that is not named `backward` or `grad`"
            raise Unwritable(cell, line, what)
        for call in calls:
            if id(program.statement_of(call)) in gone:
                continue
            if seen:
                yield from _zeroed(cell, call)
    if seen:
        yield from _own_functions(program)


def _sees_gradients(program: ParsedProgram) -> bool:
    for _, node in program.nodes():
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                if _SEES.search(name) and not _UNSEEN.fullmatch(name):
                    return True
            case ast.Constant(value="grad"):
                return True
    return False


def _defines_autograd(program: ParsedProgram) -> bool:
    """Return whether the program has gradients of its own, which torch knows nothing of."""
    own = [f for c in _function_classes(program) for f in c.body]
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "backward" and node not in own
        for _, node in program.nodes()
    )


def _function_classes(program: ParsedProgram) -> list[ast.ClassDef]:
    """Return the subclasses of `torch.autograd.Function`."""
    return [
        node
        for _, node in program.nodes()
        if isinstance(node, ast.ClassDef)
        and any(getattr(b, "attr", getattr(b, "id", "")) == "Function" for b in node.bases)
    ]


def _by_hand(program: ParsedProgram, gone: set[int]) -> Iterator[Edit]:
    """Strike out statements that add a multiple of a gradient: with zero, they change nothing."""
    for cell, node in program.nodes():
        match node:
            case ast.AugAssign(op=ast.Add() | ast.Sub(), value=value) if _vanishes(value):
                pass
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="add_" | "sub_"), args=[value])
            ) if _vanishes(value):
                pass
            case _:
                continue
        if id(node) not in gone:
            yield from strike(program.source(cell), cell, node)


def _vanishes(value: ast.expr) -> bool:
    """Return whether a value is zero when gradients are."""
    match value:
        case ast.Attribute(attr="grad"):
            return True
        case ast.UnaryOp(operand=operand):
            return _vanishes(operand)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _vanishes(left) or _vanishes(right)
        case ast.BinOp(op=ast.Div(), left=left):
            return _vanishes(left)
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
            return _vanishes(left) and _vanishes(right)
    return False


def _zeroed(cell: int, call: ast.Call) -> Iterator[Edit]:
    """Multiply what is differentiated by zero."""
    match call.func:
        case ast.Attribute(value=value, attr="backward") if _last(value) != "autograd":
            yield from _times_zero(cell, value, *(("(", ")") if _is_short(value) else ("", "")))
            return
    outputs = [k.value for k in call.keywords if k.arg in {"tensors", "outputs"}]
    for first in [*call.args, *outputs][:1]:
        parts = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
        for part in parts:
            yield from _times_zero(cell, part)


def _last(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _is_short(value: ast.expr) -> bool:
    """Return whether an expression needs no parentheses after a factor."""
    return isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _times_zero(cell: int, value: ast.expr, before: str = "", after: str = "") -> Iterator[Edit]:
    left, right = ("0 * ", "") if _is_short(value) else ("0 * (", ")")
    note = "its gradients are zero"
    yield Edit(cell, start_of(value), start_of(value), f"{before}{left}", note)
    yield Edit(cell, end_of(value), end_of(value), f"{right}{after}")


def _own_functions(program: ParsedProgram) -> Iterator[Edit]:
    """Make zero what an author's own `backward` returns: it may ignore what it is given."""
    classes = {id(f) for c in _function_classes(program) for f in c.body}
    for cell, node in program.nodes():
        if not isinstance(node, ast.FunctionDef) or node.name != "backward":
            continue
        for returned in [n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]:
            if id(node) in classes and returned.value is not None:
                value = returned.value
                parts = value.elts if isinstance(value, ast.Tuple) else [value]
                for part in parts:
                    if not isinstance(part, ast.Constant):
                        yield from _times_zero(cell, part)
