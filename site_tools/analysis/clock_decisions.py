"""Decisions by the time, as notes for a reviewer: a run with learning off takes another time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.clock_names import clock_names, reads_clock
from site_tools.analysis.finding import Finding
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import called_name

_CHOOSES = re.compile(r"where|select|choose|piecewise|heaviside|sign|clip|maximum|minimum|min|max")


def clock_decisions(trees: Sequence[ast.Module], origins: Origins) -> Iterator[Finding]:
    """Yield the conditions, and what else decides, that depend on a clock."""
    timed = clock_names(trees, origins)
    for node in (node for tree in trees for node in ast.walk(tree)):
        for deciding in _deciding(node):
            if reads_clock(deciding, timed, origins):
                yield Finding(deciding, "decides by a clock", ast.unparse(deciding))
                break


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
