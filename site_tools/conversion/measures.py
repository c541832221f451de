"""What a program's last numbers are called, and what it seems to learn: a proposal for a claim."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from site_tools.analysis.syntax import parse
from site_tools.analysis.update_candidates import proposals

MOST = 5
"""How many names are proposed."""

_MEASURE = re.compile(
    r"(^|_)(loss|losses|acc|accuracy|error|err|mse|mae|rmse|score|perplexity|cost|nll|r2)(_|s?$|\d)",
    re.IGNORECASE,
)
_LIST = re.compile(r"(losses|errors|accs|scores|costs|history|curve)$", re.IGNORECASE)
_HIGH = re.compile(r"acc|score|r2|hit|won|win|right|correct|recall|reward|agree", re.IGNORECASE)


def metrics(cells: Sequence[str], *, is_torch: bool) -> list[str]:
    """Return expressions that may say how well the program learned, the likeliest first.

    Where no name says so, they are what a program prints last that seems to learn.
    """
    nodes = [node for cell in cells for node in ast.walk(parse(cell))]
    names = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    found = dict.fromkeys(name for name in reversed(names) if _MEASURE.search(name))
    if not found and (is_torch or learned(cells)):
        found = dict.fromkeys(name for name in _printed_last(cells) if name in names)
    return [_expression(name, is_torch=is_torch) for name in list(found)[:MOST]]


def _printed_last(cells: Sequence[str]) -> list[str]:
    """Return the names in the last statement at top level, if that prints."""
    statements = [statement for cell in cells for statement in parse(cell).body]
    match statements[-1:]:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=given))]:
            parts = [part for argument in given for part in ast.walk(argument)]
            return [part.id for part in parts if isinstance(part, ast.Name)]
    return []


def _expression(name: str, *, is_torch: bool) -> str:
    if _LIST.search(name):
        return f"{name}[-1]"
    return f"float({name})" if is_torch else name


def goal_for(metric: str) -> str:
    """Return a goal in the right direction, with a number that is only an example."""
    return "> 0.9" if _HIGH.search(metric) else "< 0.1"


def learned(cells: Sequence[str]) -> list[str]:
    """Return the names that the program seems to learn by hand-written updates."""
    return sorted({site.name for site in proposals(cells)})
