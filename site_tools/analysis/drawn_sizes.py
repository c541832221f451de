"""Which numbers of a program only say how many examples one of its own functions draws.

Other examples of the same kind are a matter of chance, as another start is: each seed trial of a
claim has others as well.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from site_tools.analysis.changed_starts import is_draw, sizes_of
from site_tools.analysis.parsed_program import Function, ParsedProgram
from site_tools.analysis.source_edits import Position, start_of
from site_tools.analysis.syntax import arguments_given, called_name

_OF_A_SHAPE = {"arange", "empty", "ones", "zeros"}
"""Calls whose arguments say how large an array is."""

_BELOW = {"integers", "randint"}
"""Calls that draw whole numbers below another one; a tuple, or what follows two, says how many."""


def drawn_sizes(program: ParsedProgram) -> set[tuple[int, Position]]:
    """Return the cells and the places of the constants that are such numbers."""
    known = [node for _, node in program.nodes() if isinstance(node, Function)]
    times = Counter(function.name for function in known)
    functions = {one.name: one for one in known if times[one.name] == 1}
    return {
        (cell, start_of(given))
        for cell, node in program.nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if (function := functions.get(node.func.id)) is not None
        for name, given in arguments_given(node, _parameters(function))
        if isinstance(given, ast.Constant) and _is_a_size(name, function)
    }


def _parameters(function: Function) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args)]


def _is_a_size(name: str, function: Function) -> bool:
    """Return whether a function only draws by a parameter, and makes arrays of as many rows."""
    inside = list(ast.walk(function))
    uses = {id(node) for node in inside if isinstance(node, ast.Name) and node.id == name}
    calls = [node for node in inside if isinstance(node, ast.Call)]
    drawn = {id(part) for call in calls if _draws(call) for part in _in_sizes(call)}
    sizes = {id(part) for call in calls for part in _in_sizes(call)}
    return bool(uses & drawn) and uses <= sizes


def _draws(call: ast.Call) -> bool:
    return is_draw(call) or called_name(call) in _BELOW


def _in_sizes(call: ast.Call) -> Iterator[ast.AST]:
    """Yield the nodes of the arguments that say how many numbers a call draws or makes."""
    sizes = list(sizes_of(call))
    if called_name(call) in _OF_A_SHAPE:
        sizes += call.args
    elif called_name(call) in _BELOW:
        sizes += [one for one in call.args[:2] if isinstance(one, ast.Tuple)] + call.args[2:]
    for size in sizes:
        yield from ast.walk(size)
