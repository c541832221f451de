"""What of a program could be its metric, found without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.analysis.syntax import parse
from site_tools.conversion import measures
from site_tools.posts.dependencies import imported_modules
from site_tools.proving.target import Target

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def without_metric(target: Target) -> str:
    """Return what to say to who named no metric: what the program leaves behind, and what not."""
    sources = [cell.source for cell in target.cells]
    modules = {module for source in sources for module in imported_modules(parse(source))}
    found = measures.metrics(
        [_top_level(source) for source in sources], is_torch="torch" in modules
    )
    lines = [
        f"{target.name}: name the number that shows whether it learned, and a goal for it:",
        *[f'  --metric "{one}" --goal "{measures.goal_for(one)}"' for one in found],
    ]
    if not found:
        lines = [
            f"{target.name}: binds no name at top level that looks like a loss or a score.",
            '  Any expression in its names is a metric: --metric "float(loss)" --goal "< 0.1"',
        ]
    for function in list(_scoring(sources))[:3]:
        call = f"{target.shown}:{function}"
        lines.append(f"  `{function}` has one inside. If it returned it: elevenlines prove {call}")
    return "\n".join(lines)


def _top_level(source: str) -> str:
    """Return a cell without the bodies of its functions and classes, whose names do not stay."""
    tree = parse(source)
    body = [node for node in tree.body if not isinstance(node, _DEFINITIONS)]
    return ast.unparse(ast.Module(body, []))


def _scoring(sources: list[str]) -> Iterator[str]:
    """Yield the functions without required arguments that bind a loss or a score."""
    for source in sources:
        for node in parse(source).body:
            if not isinstance(node, ast.FunctionDef) or len(node.args.args) > len(
                node.args.defaults
            ):
                continue
            if measures.metrics([ast.unparse(node)], is_torch=False):
                yield node.name
