"""Which statements look most like updates of a network, by their own words.

Only for messages: what is switched off is for the author to say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from site_tools.analysis.syntax import called_name, parse, words
from site_tools.analysis.updates import Found, Site, find, names_of, numbered

_RATE = re.compile(
    r"(^|_)(lr|eta|alpha|rate|step_size|learning)(_|$|\d)|^(lr|eta|alpha)", re.IGNORECASE
)
_SLOPE = re.compile(
    r"grad|delta|slope|^d_?[A-Za-z]\w{0,8}$|^g_?[A-Za-z]?\d*$|velocity|momentum|^m_?hat|update",
    re.IGNORECASE,
)
_TALLY = re.compile(r"loss|err|total|sum|count|correct|hits|acc|score|seen|epoch|step|right|mean")
_BEHIND = 4
"""By how many points a proposal may be less likely than the best."""

_WEIGHT = re.compile(r"w|b\d*$|syn|theta|param|bias|kernel|emb|data$", re.IGNORECASE)


def proposals(cells: Sequence[str]) -> list[Site]:
    """Return the statements that look most like updates, in the order of the program."""
    found = find([parse(cell) for cell in cells])
    passing = {name for one in found if _restarts(one) for name in names_of(one.target)}
    chosen = []
    for one in found:
        names = names_of(one.target)
        learns = one.repeats and one.from_itself and one.feeds_back and _is_plain(one)
        if learns and names and names[0] not in passing:
            chosen.append((_points(one, names[0]), one, names[0]))
    best = max((points for points, _, _ in chosen), default=0)
    least = max(1, best - _BEHIND)
    return numbered([(one, name) for points, one, name in chosen if points >= least], cells)


def _restarts(one: Found) -> bool:
    """Return whether a statement resets what a loop then adds up: `grad = zeros(3)`."""
    return bool(one.loops) and one.how == "assign" and not one.from_itself


def _is_plain(one: Found) -> bool:
    """Return whether a statement says itself that it changes its target."""
    call = one.value
    if one.how != "call" or not isinstance(call, ast.Call):
        return True
    name = called_name(call)
    return name.endswith("_") or any(keyword.arg == "out" for keyword in call.keywords)


def _points(one: Found, name: str) -> int:
    """Return how much a statement looks like `weights -= rate * gradient`."""
    used = words(one.value)
    points = 3 * any(map(_RATE.search, used)) + 3 * any(map(_SLOPE.search, used))
    points += isinstance(one.node, ast.AugAssign) and isinstance(one.node.op, ast.Sub)
    points += any(isinstance(node, ast.MatMult) for node in ast.walk(one.value))
    return points + 1 + bool(_WEIGHT.match(name)) - 5 * bool(_TALLY.search(name))
