"""The one number that a program gives to a name at top level: what another value can replace."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from site_tools.analysis.live_statements import live_statements
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Position, end_of, start_of
from site_tools.analysis.targets import pairs

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class AssignedNumber:
    """A number in the text of a program."""

    cell: int
    """The code cell, counted from 1."""
    start: Position
    end: Position
    value: int | float


@dataclass(frozen=True, slots=True)
class NotSettable:
    """Why a name has no number that another one could replace."""

    why: str
    """A clause about the name, such as `which the program never reads`."""
    remedy: str
    lines: tuple[tuple[int, int], ...] = ()
    """The cells and lines that the clause is about; their numbers take the place of `{}` in it."""
    is_unknown: bool = False
    """Whether the program does not have the name."""


def number_assigned(
    program: ParsedProgram, name: str, metrics: Collection[str]
) -> AssignedNumber | NotSettable:
    """Return the number that a program gives to a name, or why it cannot be another one."""
    found = [
        (cell, node)
        for cell, tree in enumerate(program.trees, start=1)
        for node in _bindings(tree, name, in_module=True)
    ]
    if not found:
        why = "which no statement assigns at top level"
        return NotSettable(why, _ASSIGN.format(name), is_unknown=True)
    if len(found) > 1:
        places = tuple(dict.fromkeys((cell, node.lineno) for cell, node in found))
        remedy = f"Give one number a name of its own, such as `first_{name} = 0.1`, and vary that."
        return NotSettable("which gets a value on {}", remedy, places)
    ((cell, node),) = found
    number = _number(program, cell, node, name)
    if isinstance(number, NotSettable):
        return number
    if not _is_read(program, name):
        return NotSettable("which the program never reads", "Use it in the program.")
    live = live_statements(program.trees, metrics)
    if id(program.statement_of(node)) not in live:
        return NotSettable(
            "on which no metric depends", "Vary what the number of the first claim depends on."
        )
    return number


_ASSIGN = "Name a constant such as `{} = 0.1`, outside of functions."


def _number(
    program: ParsedProgram, cell: int, node: ast.stmt | ast.expr, name: str
) -> AssignedNumber | NotSettable:
    statement = program.statement_of(node)
    source, value = program.source(cell), None
    match statement:
        case ast.Assign(targets=[target], value=whole):
            own = (part for one, part in pairs(target, whole) if one is node)
            value = next(own, None)
        case ast.AnnAssign(value=whole):
            value = whole
    place = ((cell, statement.lineno),)
    known = _literal(value)
    if value is None or known is None:
        text = f"`{' '.join(source.text(start_of(value), end_of(value)).split())}`" if value else ""
        gives = f"gives {text}, not a plain number" if text else "gives no number of its own"
        return NotSettable(f"to which {{}} {gives}", _ASSIGN.format(name), place)
    return AssignedNumber(cell, start_of(value), end_of(value), known)


def _literal(value: ast.expr | None) -> int | float | None:
    """Return the number that is written, with its sign; None for anything else."""
    match value:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return None if isinstance(number, bool) else -number
    return None


def _is_read(program: ParsedProgram, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for _, node in program.nodes()
    )


def _bindings(node: ast.AST, name: str, *, in_module: bool) -> Iterator[ast.stmt | ast.expr]:
    """Yield the nodes that give a value to a name of the module, or take it away."""
    match node:
        case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own):
            if own == name and in_module:
                yield node
        case ast.Name(id=own, ctx=ast.Store() | ast.Del()) if own == name and in_module:
            yield node
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            bound = {(one.asname or one.name).partition(".")[0] for one in names}
            if name in bound and in_module:
                yield node
    if isinstance(node, _Function | ast.ClassDef):
        outer = (n.names for n in ast.walk(node) if isinstance(n, ast.Global))
        in_module = any(name in names for names in outer)
    elif isinstance(node, _COMPREHENSION):
        in_module = False
    for child in ast.iter_child_nodes(node):
        yield from _bindings(child, name, in_module=in_module)
