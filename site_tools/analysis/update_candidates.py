"""Which statements look most like updates of a network, and which names a claim could list.

What is switched off is for the author to say. Lists of names are tried before one is proposed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache

from site_tools.analysis.changes import Found, find
from site_tools.analysis.compiled import compiled_functions
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.listed_names import (
    Listed,
    answers,
    computed_anew,
    is_fresh,
    is_read_to_answer,
    local_names,
)
from site_tools.analysis.syntax import called_name, parse_program, words
from site_tools.analysis.targets import names_of
from site_tools.analysis.unlisted_names import others_that_learn
from site_tools.analysis.update_shapes import COPIES
from site_tools.analysis.updates import Site, numbered

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

MOST_LISTS = 4
"""How many lists are tried: each is a run of the program."""

_WEIGHT = re.compile(r"w|b\d*$|syn|theta|param|bias|kernel|emb|data$", re.IGNORECASE)


def proposals(cells: Sequence[str]) -> list[Site]:
    """Return the statements that look most like updates, in the order of the program."""
    likely = _likely(parse_program(cells))
    return numbered([(one, names_of(one.target)[0]) for one in likely], cells)


def _likely(trees: Sequence[ast.Module]) -> list[Found]:
    compiled = {id(n) for function in compiled_functions(trees) for n in ast.walk(function)}
    found = [one for one in find(trees) if id(one.node) not in compiled]
    passing = {name for one in found if _restarts(one) for name in names_of(one.target)}
    chosen = []
    for one in found:
        names = names_of(one.target)
        learns = one.repeats and one.from_itself and one.feeds_back and _is_plain(one)
        if learns and names and (one.held or names[0] not in passing):
            chosen.append((_points(one, names[0]), one))
    best = max((points for points, _ in chosen), default=0)
    least = max(1, best - _BEHIND)
    return [one for points, one in chosen if points >= least]


@cache
def lists_to_try(cells: tuple[str, ...], metric: str) -> list[tuple[str, ...]]:
    """Return the lists for `freeze` that could switch learning off, the shortest first.

    Before them come the things that an update changes by another name, as in `for p in [w, b]`, and
    before those the attribute that it changes of each of them, as in `p.data -= …`.

    Each is closed: nothing that the metric depends on would go on to learn. At most MOST_LISTS.
    """
    trees = parse_program(cells)
    likely = _likely(trees)
    owned = [one for one in likely if isinstance(one.target, ast.Attribute)]
    names = dict.fromkeys(names_of(one.target)[0] for one in likely if not one.held)
    names |= dict.fromkeys(names_of(one.target)[0] for one in owned)
    carried = [name for name in names if computed_anew(trees, name) is None]
    best = [one.names[0] for one in find(trees) if one.feeds_back and one.keeps_the_best]
    held = [one.held for one in likely if one.held]
    starts = [
        listed
        for listed in dict.fromkeys([*held, *((name,) for name in carried or best)])
        if answers(trees, Listed(metric, listed))
    ]
    found = {tuple(sorted(_closed(trees, start, metric))) for start in starts}
    own = {(names_of(one.target)[0],) for one in owned if one.held}
    whole = {tuple(sorted(listed)) for listed in held}
    lists = sorted(found, key=lambda each: (each not in own, each not in whole, len(each), each))
    turns = tuple(sorted(_in_turns(trees, metric)))
    last = [turns] if turns and turns not in lists else []
    return [*lists[: MOST_LISTS - len(last)], *last]


def _in_turns(trees: Sequence[ast.Module], metric: str) -> set[str]:
    """Return the names whose new value depends on their old one through other names, in each round.

    k-means and EM learn so: `nearest` is computed from `centres`, and the next `centres` from the
    points that are nearest. A name that is replaced before it is read carries nothing from one
    round to the next, and is left out.
    """
    assigned = [one for one in find(trees) if one.loops and one.how == "assign"]
    passing = {name for one in assigned if is_fresh(one, trees) for name in names_of(one.target)}
    again = {name: local_names(function) for name, function in _called_again(trees).items()}
    turns = {
        names_of(one.target)[0]
        for one in assigned
        if one.feeds_back and not one.from_itself and not isinstance(one.value, COPIES)
        if isinstance(one.target, ast.Name | ast.Subscript) and names_of(one.target)
        if names_of(one.target)[-1] not in again.get(one.function, ())
    }
    return {one for one in turns - passing if answers(trees, Listed(metric, (one,)))}


def _called_again(trees: Sequence[ast.Module]) -> dict[str, ast.FunctionDef]:
    """Return the functions that a loop calls, or one of them: their own names start again."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    waiting: list[ast.AST] = [n for n in nodes if isinstance(n, ast.For | ast.While)]
    found: dict[str, ast.FunctionDef] = {}
    while waiting:
        calls = [part for part in ast.walk(waiting.pop()) if isinstance(part, ast.Call)]
        fresh = {called_name(call) for call in calls} & set(functions) - set(found)
        found |= {name: functions[name] for name in fresh}
        waiting += [functions[name] for name in fresh]
    return found


@cache
def tallies_to_try(cells: tuple[str, ...], metric: str) -> list[str]:
    """Return the names that count what the answer is made from, for `tally`."""
    trees = parse_program(cells)
    counted = dict.fromkeys(
        one.names[0]
        for one in find(trees)
        if one.names and one.loops and one.from_itself and not one.feeds_back
    )
    flow = Flow(trees)
    own = [name for name in counted if not flow.is_module(name)]  # `np.add.at(…)` counts in another
    return [name for name in own if is_read_to_answer(trees, name, metric)][:MOST_LISTS]


def _closed(trees: Sequence[ast.Module], start: tuple[str, ...], metric: str) -> set[str]:
    """Return names with all that would go on to learn without them, and nothing else."""

    def others(names: set[str]) -> set[str]:
        found = others_that_learn(trees, Listed(metric, sorted(names)))
        return {one.names[0] for one in found} - names

    names = set(start)
    while fresh := others(names):
        names |= fresh
    for name in sorted(names - set(start)):
        rest = names - {name}
        if not others(rest) and answers(trees, Listed(metric, sorted(rest))):
            names = rest
    return names


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
