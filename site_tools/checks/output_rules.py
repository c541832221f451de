"""Rule for output: what a program prints must reach its reader, its last lines above all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.checks.called_names import CalledNames
from site_tools.checks.process_rules import Finding

_STREAMS = ("sys.stdout", "sys.stderr")


def replaced_streams(tree: ast.Module) -> Iterator[Finding]:
    """Yield where standard output or standard error is replaced, or closed, and never restored."""
    names = CalledNames(tree)
    assigned: dict[str, list[ast.Assign]] = {stream: [] for stream in _STREAMS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if names.of(target) in _STREAMS:
                    assigned[names.of(target)].append(node)
        if isinstance(node, ast.Call) and names.of(node) in {f"{name}.close" for name in _STREAMS}:
            what = f"`{ast.unparse(node)}` ends all output, also that of the last cell."
            yield node.lineno, what, "Remove it."
    for stream, nodes in assigned.items():
        if len(nodes) == 1 and not _leads_back(nodes[0].value, stream, names):
            what = f"`{stream}` is replaced and never restored, so a reader sees no more output."
            remedy = f"Use `with contextlib.redirect_{stream.removeprefix('sys.')}(…):`."
            yield nodes[0].lineno, what, remedy


def _leads_back(value: ast.expr, stream: str, names: CalledNames) -> bool:
    """Return whether a new stream may pass on what it gets to the old one."""
    parts = [node for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute)]
    original = f"sys.__{stream.removeprefix('sys.')}__"
    return any(names.of(part).startswith((stream, original)) for part in parts)
