"""Which names of a program are made from a clock: they differ from run to run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.origins import Origins

_CLOCKS = re.compile(
    r"time\.(time|time_ns|perf_counter|perf_counter_ns|monotonic|monotonic_ns|process_time|"
    r"process_time_ns|thread_time|thread_time_ns|clock_gettime|clock_gettime_ns|localtime|gmtime|"
    r"strftime|ctime)|(datetime\.)?(datetime|date)\.(now|utcnow|today)|os\.times|timeit\.\w+|"
    r"resource\.getrusage|torch\.cuda\.Event"
)
_FILLS = {"append", "add", "extend", "insert", "update", "setdefault"}
"""Methods that put what they are given into the value that they belong to."""
_ROUNDS = 3
"""Assignments of assignments that are followed."""


def clock_names(trees: Sequence[ast.Module], origins: Origins) -> frozenset[str]:
    """Return the names that hold times, and the functions that return one."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if not any(_is_clock(node, origins) for node in nodes):
        return frozenset()
    timed: set[str] = set()
    for _ in range(_ROUNDS):
        for node in nodes:
            timed.update(_passed_on(node, timed, origins))
    return frozenset(timed)


def reads_clock(node: ast.AST, timed: frozenset[str] | set[str], origins: Origins) -> bool:
    """Return whether code contains a clock, or a name made from one."""
    return any(
        (isinstance(part, ast.Name) and part.id in timed) or _is_clock(part, origins)
        for part in ast.walk(node)
    )


def _passed_on(node: ast.AST, timed: set[str], origins: Origins) -> Iterator[str]:
    """Yield the names that a statement makes from a clock."""
    match node:
        case ast.Assign(targets=targets, value=value) if reads_clock(value, timed, origins):
            for target in targets:
                yield from _bound(target)
        case (
            ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value)
        ) if reads_clock(value, timed, origins):
            yield from _bound(target)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args):
            if method in _FILLS and any(reads_clock(one, timed, origins) for one in args):
                yield name
        case ast.FunctionDef(name=name, body=body):
            returned = [n.value for s in body for n in ast.walk(s) if isinstance(n, ast.Return)]
            if any(value and reads_clock(value, timed, origins) for value in returned):
                yield name


def _bound(target: ast.expr) -> Iterator[str]:
    """Yield the names that a target binds or changes; of `times[i]` only `times`."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _bound(part)
        case ast.Subscript(value=value) | ast.Attribute(value=value) | ast.Starred(value=value):
            yield from _bound(value)


def _is_clock(node: ast.AST, origins: Origins) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and bool(_CLOCKS.fullmatch(origins.of(node)))
