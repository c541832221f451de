"""Where what a claim lists starts: the values that its first updates find.

What learns comes to its goal from any start. What is recalled, smoothed or passed on is not
learned: it starts as data, and elsewhere it ends elsewhere. Works on syntax trees alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from site_tools.analysis.changes import Found, constants, find, is_builder
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.syntax import called_name, imported_names
from site_tools.analysis.targets import word_of
from site_tools.analysis.training import training_places
from site_tools.analysis.updates import updates_in
from site_tools.analysis.value_kinds import BRINGS, contents

_FRESH = re.compile(f"{BRINGS.pattern}|zeros|ones|full|empty|eye|identity|arange|linspace")
"""Functions whose results are drawn, or written in the code."""


@dataclass(frozen=True, slots=True)
class Starts:
    """The places at which listed names get a value that no update has made."""

    plain: list[Found]
    """Statements at top level outside of loops, before the first that trains."""
    repeated: list[Found]
    """Statements in a loop or a function that also has updates of that name, and run often."""
    arguments: list[ast.expr]
    """What is given to functions that update their parameter of that name."""


def starts_of(trees: Sequence[ast.Module], freeze: Collection[str]) -> Starts:
    """Return where the listed names start."""
    updates = [one for one, _ in updates_in(trees, freeze)]
    ids = {id(one.node) for one in updates}
    flow = Flow(trees, mutable=False)
    names = set(freeze)
    others = [
        one
        for one in find(trees)
        if one.how == "assign" and names & set(one.names) and id(one.node) not in ids
        if not flow.closure(flow.words(one.value)) & names
    ]
    first = min(training_places(trees, ids), default=(0, 0))
    early = [one for one in others if (one.cell, one.node.lineno) < first]
    return Starts(
        [one for one in early if not (one.loops or one.function)],
        [one for one in others if any(_begins(one, update) for update in updates)],
        list(_arguments(trees, updates, names, flow)),
    )


def start_as_data(trees: Sequence[ast.Module], freeze: Collection[str]) -> bool:
    """Return whether a listed name starts as data: not drawn, and not written in the code."""
    starts = starts_of(trees, freeze)
    values = [one.value for one in [*starts.plain, *starts.repeated]] + starts.arguments
    read = {name for value in values for name in contents(value, but=_FRESH)}
    imported = {name for name, _ in imported_names([n for tree in trees for n in ast.walk(tree)])}
    return not read <= imported | constants(find(trees))


def _begins(start: Found, update: Found) -> bool:
    """Return whether an update changes what a statement around it, or before it, has bound."""
    if word_of(start.target) != word_of(update.target) or start.function != update.function:
        return False
    if not (start.loops or start.function) or is_builder(start.function):
        return False
    return update.loops[: len(start.loops)] == start.loops


def _arguments(
    trees: Sequence[ast.Module], updates: Sequence[Found], names: set[str], flow: Flow
) -> Iterator[ast.expr]:
    """Yield what the calls of a program give to parameters that are updated."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    changed = {(one.function, one.target.id) for one in updates if isinstance(one.target, ast.Name)}
    positions = {
        (node.name, argument.arg): position
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        for position, argument in enumerate([*node.args.posonlyargs, *node.args.args])
        if (node.name, argument.arg) in changed
    }
    for call in [node for node in nodes if isinstance(node, ast.Call)]:
        for (function, parameter), position in positions.items():
            if called_name(call) != function:
                continue
            given = [k.value for k in call.keywords if k.arg == parameter]
            given += call.args[position : position + 1]
            yield from (g for g in given if not flow.closure(flow.words(g)) & names)
