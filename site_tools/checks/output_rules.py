"""Rule for output: what a program prints must reach its reader, its last lines above all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.checks.program_names import Finding, Program

_STREAMS = ("sys.stdout", "sys.stderr")


def replaced_streams(program: Program) -> Iterator[Finding]:
    """Yield where standard output or standard error is replaced or closed, and never restored."""
    assigned = list(_assignments(program))
    for stream in _STREAMS:
        values = [value for name, value in assigned if name == stream]
        if len(values) == 1 and not _leads_back(values[0], program):
            what = f"`{stream}` is replaced and never restored, so a reader sees no more output."
            remedy = f"Use `with contextlib.redirect_{stream.removeprefix('sys.')}(…):`."
            yield values[0].lineno, what, remedy
        for node in program.nodes if not values else []:
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{stream}.close":
                what = f"`{stream}.close()` ends all output, also that of the last cell."
                yield node.lineno, what, "Remove it."


def _assignments(program: Program) -> Iterator[tuple[str, ast.expr]]:
    """Yield the name of each attribute that is assigned, and its value."""
    for node in program.nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
                yield from ((program.name_of(part), node.value) for part in parts)


def _leads_back(value: ast.expr, program: Program) -> bool:
    """Return whether a new stream may pass on what it gets to one of the old ones."""
    parts = (node for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute))
    originals = (*_STREAMS, "sys.__stdout__", "sys.__stderr__")
    return any(program.name_of(part).startswith(originals) for part in parts)
