"""Decisions by the time, as notes for a reviewer: a run with learning off takes another time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.finding import Finding
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import called_name

_CLOCKS = re.compile(
    r"time\.(time|time_ns|perf_counter|perf_counter_ns|monotonic|monotonic_ns|process_time|"
    r"process_time_ns|thread_time|thread_time_ns|clock_gettime|clock_gettime_ns|localtime|gmtime|"
    r"strftime|ctime)|(datetime\.)?(datetime|date)\.(now|utcnow|today)|os\.times|timeit\.\w+|"
    r"resource\.getrusage|torch\.cuda\.Event"
)
_CHOOSES = re.compile(r"where|select|choose|piecewise|heaviside|sign|clip|maximum|minimum|min|max")
_ROUNDS = 3
"""Assignments of assignments that are followed."""


def clock_decisions(trees: Sequence[ast.Module], origins: Origins) -> Iterator[Finding]:
    """Yield the conditions, and what else decides, that depend on a clock."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    timed: set[str] = set()
    if not any(_is_clock(node, origins) for node in nodes):
        return
    for _ in range(_ROUNDS):
        for node in nodes:
            timed |= _passed_on(node, timed, origins)
    for node in nodes:
        for deciding in _deciding(node):
            if _is_timed(deciding, timed, origins):
                yield Finding(deciding, "decides by a clock", ast.unparse(deciding))
                break


def _passed_on(node: ast.AST, timed: set[str], origins: Origins) -> set[str]:
    """Return the names that a statement makes from a clock."""
    match node:
        case ast.Assign(targets=targets, value=value) if _is_timed(value, timed, origins):
            return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        case (
            ast.AugAssign(target=ast.Name(id=name), value=value)
            | ast.NamedExpr(target=ast.Name(id=name), value=value)
        ) if _is_timed(value, timed, origins):
            return {name}
        case ast.FunctionDef(name=name, body=body):
            returned = [n.value for s in body for n in ast.walk(s) if isinstance(n, ast.Return)]
            if any(value and _is_timed(value, timed, origins) for value in returned):
                return {name}
    return set()


def _deciding(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Compare() | ast.BoolOp():
            yield node
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield test
        case ast.Match(subject=test) | ast.Subscript(slice=test):
            yield test
        case ast.Call(args=arguments) if _CHOOSES.fullmatch(called_name(node)):
            yield from arguments


def _is_timed(node: ast.AST, timed: set[str], origins: Origins) -> bool:
    """Return whether an expression contains a clock, or a name made from one."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in timed:
            return True
        if _is_clock(part, origins):
            return True
    return False


def _is_clock(node: ast.AST, origins: Origins) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and bool(_CLOCKS.fullmatch(origins.of(node)))
