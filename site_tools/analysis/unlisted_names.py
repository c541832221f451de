"""What may go on to learn while the names that a claim lists are frozen."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from site_tools.analysis.changes import Found, constants, feeds_back, find
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.listed_names import Listed
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.targets import names_of
from site_tools.analysis.training import training_loops
from site_tools.analysis.update_shapes import adds, adds_by_call, takes_out
from site_tools.analysis.updates import follows, moves_on, updates_in


def others_that_learn(trees: Sequence[ast.Module], listed: Listed) -> list[Found]:
    """Return the statements that may still teach the answer while the listed names are frozen.

    They add to a name that is not listed, in a way that depends on what it holds, and the metric
    depends on it. Left out are names that are reset within the training, such as the state of a
    recurrent network, and what only counts, follows a schedule, or averages what is listed. Without
    listed names, torch's gradients are zero, and so is what is made from them.
    """
    found = find(trees)
    frozen = [one for one, _ in updates_in(trees, listed.freeze, listed.tally)]
    struck = [one.target for one in frozen]
    flow = Flow(trees, without=struck, mutable=False)
    used = flow.closure(flow.words(ast.parse(listed.metric, mode="eval").body))
    frozen_names = {name for one in frozen for name in one.names}
    reset = _resets(found, frozen_names)
    ids, literals = set(map(id, struck)), constants(found)
    trains = {id(loop) for loop in training_loops(trees, {id(one.node) for one in frozen})}
    unused = _only_in(trees, {id(one.node) for one in frozen})
    is_torch = not (listed.freeze or listed.tally)  # then gradients are zero
    return [
        one
        for one in found
        if id(one.target) not in ids
        and one.repeats
        and one.function not in unused
        and not _builds(one)
        and (adds(one) or adds_by_call(one, trees))
        and not follows(one, frozen_names, literals)
        and not frozen_names & set(names_of(one.target))
        and not _is_reset(one, reset)
        and used & set(names_of(one.target))
        and (feeds_back(one, flow) or _goes_on(one))
        and not set(words(one.value)) - set(names_of(one.target)) <= literals
        and (one.function or trains.intersection(one.loops))
        and not (is_torch and "grad" in words(one.value) | flow.closure(flow.words(one.value)))
    ]


def _builds(one: Found) -> bool:
    """Return whether a constructor puts one part after the other into a list, such as layers."""
    sides = [one.value.left, one.value.right] if isinstance(one.value, ast.BinOp) else [one.value]
    return one.function == "__init__" and any(isinstance(side, ast.List) for side in sides)


def _goes_on(one: Found) -> bool:
    """Return whether a statement adds to its target whatever that holds, in a program that learns.

    A frozen residual does not stop the weights: they go on in the direction of the last one.
    """
    return one.feeds_back and one.how == "augment" and moves_on(one)


def _resets(found: Sequence[Found], frozen: set[str]) -> set[str]:
    """Return the names that a loop or a function resets, while it leaves the frozen ones.

    The state of a recurrent network and the sum in a forward pass start again and again while the
    weights stay.
    """
    restarts = [
        one for one in found if one.how == "assign" and not (one.from_itself or takes_out(one))
    ]
    places: list[tuple[Found, set[object]]] = [
        (one, set(one.loops or filter(None, [one.function]))) for one in restarts
    ]
    again = {
        place for one, inside in places if frozen & set(names_of(one.target)) for place in inside
    }
    return {
        name
        for one, inside in places
        if inside and not again & inside
        if one.loops or (isinstance(one.target, ast.Name) and one.target.id not in one.outer)
        for name in names_of(one.target)
    }


def _is_reset(one: Found, reset: set[str]) -> bool:
    """Return whether a statement changes something that is created in each round or call."""
    own = set(names_of(one.target))
    others = set(one.names) - own
    return bool(reset & own) or (bool(others) and others <= reset)


def _only_in(trees: Sequence[ast.Module], statements: set[int]) -> set[str]:
    """Return the program's functions that are called in these statements only.

    While updates are frozen, an optimizer that only they call keeps its averages as they are.
    """
    nodes = [node for tree in trees for node in ast.walk(tree)]
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    struck = [part for node in nodes if id(node) in statements for part in ast.walk(node)]
    within = {id(part) for part in struck}
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    inside = {called_name(call) for call in calls if id(call) in within}
    outside = {called_name(call) for call in calls if id(call) not in within}
    return (inside - outside) & defined
