"""Whether the names that a claim lists are what learns.

What learns is kept from step to step and used to answer. A residual is recomputed in each step, a
schedule changes the steps and not the answers, and a count of right answers answers nothing. Works
on syntax trees alone.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from site_tools.analysis.changes import Found, constants, find
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.update_shapes import COPIES, adds
from site_tools.analysis.updates import follows, updates_in
from site_tools.analysis.value_kinds import contents


@dataclass(frozen=True, slots=True)
class Listed:
    """The names that a claim lists, and the expression that it measures."""

    metric: str
    freeze: Collection[str]
    tally: Collection[str] = ()


def computed_anew(trees: Sequence[ast.Module], name: str) -> Found | None:
    """Return the statement that recomputes a listed name in each step, or None.

    None when any of its updates changes what an earlier step left: then it is carried.
    """
    updates = [one for one, _ in updates_in(trees, [name])]
    fresh = [one for one in updates if is_fresh(one, trees)]
    return fresh[0] if fresh and len(fresh) == len(updates) else None


def is_fresh(one: Found, trees: Sequence[ast.Module]) -> bool:
    """Return whether a statement replaces a name that nothing has read since the step began."""
    if one.how != "assign" or one.from_itself or one.tests or not one.loops:
        return False
    if not isinstance(one.target, ast.Name):
        return False  # a part of something, or what a function works on
    name = one.target.id
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    for loop in [node for node in nodes if id(node) in one.loops]:
        before = [
            part
            for statement in loop.body  # type: ignore[attr-defined]
            for part in ast.walk(statement)
            if _position(part) < _position(one.node) or part is one.value
        ]
        if any(_reads(part, name) for part in before):
            return False
        called = {called_name(n) for n in _calls([*before, one.value])} & set(functions)
        if any(_reads(part, name) for other in called for part in _outer(functions[other], name)):
            return False
    return True


def only_selects(trees: Sequence[ast.Module], name: str) -> Found | None:
    """Return the statement that only leaves parts of a listed thing out, or reorders it, or None.

    None when any of its updates makes something new.
    """
    updates = [one for one, _ in updates_in(trees, [name])]
    return updates[0] if updates and all(_selects(one, name) for one in updates) else None


_SELECTS = {"delete", "compress", "take", "extract", "sorted", "filter", "sort", "pop", "remove"}
"""Functions and methods whose results are parts of what they are given."""


def _selects(one: Found, name: str) -> bool:
    match one.value:
        case ast.Subscript(value=ast.Name(id=own), slice=index) if one.how == "assign":
            return own == name and isinstance(one.target, ast.Name) and _is_selection(index)
        case ast.ListComp(elt=ast.Name(id=each), generators=[loop]):
            walks = isinstance(loop.target, ast.Name) and loop.target.id == each
            return walks and isinstance(loop.iter, ast.Name) and loop.iter.id == name
        case ast.Call(func=function, args=arguments) if called_name(one.value) in _SELECTS:
            owner = [function.value] if isinstance(function, ast.Attribute) else []
            return any(isinstance(n, ast.Name) and n.id == name for n in [*owner, *arguments])
    return False


def _is_selection(index: ast.expr) -> bool:
    """Return whether an index keeps several parts: a mask, an order or a slice, not a number."""
    return not isinstance(index, ast.Constant)


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _calls(nodes: Sequence[ast.AST]) -> Iterator[ast.Call]:
    for node in nodes:
        yield from (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _outer(function: ast.FunctionDef, name: str) -> list[ast.AST]:
    """Return the nodes of a function's body; none when this is a name of its own."""
    own = local_names(function)
    return [] if name in own else [n for part in function.body for n in ast.walk(part)]


def local_names(function: ast.FunctionDef) -> set[str]:
    """Return the parameters of a function, and the names that it binds for itself."""
    nodes = list(ast.walk(function))
    own = {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    shared = [n for n in nodes if isinstance(n, ast.Global | ast.Nonlocal)]
    return own.difference(*(node.names for node in shared))


def answers(trees: Sequence[ast.Module], listed: Listed) -> bool:
    """Return whether the metric is made with the names that `freeze` lists.

    The names must be among what the answer is made from, when all that learns stays as it is: a
    rate or a momentum only decides how other names change.
    """
    frozen = updates_in(trees, listed.freeze)
    found = find(trees)
    names, literals = {name for one, _ in frozen for name in one.names}, constants(found)
    learned = [
        one.target
        for one in found
        if one.repeats and one.feeds_back and adds(one)
        if not follows(one, names, literals)
    ]
    struck = [*learned, *(one.target for one, _ in frozen)]
    flow = Flow(trees, without=struck, mutable=False, branches=True)
    used = flow.closure(flow.words(_expression(listed.metric)))
    own = {name for one, _ in frozen for name in (*one.names, *words(one.target))}
    return bool(own & used)


def is_part_of_the_answer(trees: Sequence[ast.Module], name: str, metric: str) -> bool:
    """Return whether the metric is made with a constant by another way than through what learns.

    A threshold or a scale is, and a number of epochs is for what counts them; a rate is not. What
    functions and classes make of their arguments is left out: they may train.
    """
    found = find(trees)
    made: dict[str, list[ast.AST]] = {}
    for one in found:
        learns = one.repeats and one.feeds_back and adds(one)
        if isinstance(one.target, ast.Name) and not (one.function or learns):
            made.setdefault(one.target.id, []).append(one.value)
    loops = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.For)]
    for loop in loops:
        for counted in _counters(found) & _added(loop):
            made.setdefault(counted, []).append(loop.iter)
    waiting, seen = [*_outside_calls(_expression(metric))], set()
    while waiting:
        word = waiting.pop()
        if word not in seen:
            seen.add(word)
            waiting += [part for value in made.get(word, ()) for part in _outside_calls(value)]
    return name in seen


def _added(loop: ast.For) -> set[str]:
    """Return the names that a loop adds to."""
    parts = [part for part in ast.walk(loop) if isinstance(part, ast.AugAssign)]
    return {part.target.id for part in parts if isinstance(part.target, ast.Name)}


def _outside_calls(value: ast.AST) -> set[str]:
    """Return the names in a value, without those that are given to a function or a class."""
    match value:
        case ast.Call(func=ast.Name(id=called)) if called not in {"range", "int", "float", "abs"}:
            return set()
        case ast.Name(id=name):
            return {name}
    return set().union(*map(_outside_calls, ast.iter_child_nodes(value)))


def is_read_to_answer(trees: Sequence[ast.Module], name: str, metric: str) -> bool:
    """Return whether a tally is read to answer, not only to count or to report.

    It, or what is made from it alone, must be combined with data outside of its own updates or in
    the metric: `counts[word]`, `W @ pattern`. `hits / len(y)` combines it with a size, and
    `outputs == y` compares it with what it may be a copy of.
    """
    found = find(trees)
    changes = [one for one in found if name in one.names]
    if all(map(_takes_over, [one for one in changes if one.repeats])):
        return False
    own = {id(one.node) for one in changes}
    own |= {id(one.node) for one in found if one.repeats and one.feeds_back and adds(one)}
    statements = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    places = [
        part
        for statement in statements
        if id(statement) not in own
        for part in ast.iter_child_nodes(statement)
        if isinstance(part, ast.expr) and not _reports(part)
    ]
    flow = Flow(trees)
    modules = {word for place in places for word in words(place) if flow.is_module(word)}
    numbers = constants(found) | _counters(found) | _positions(trees) | modules
    derived = {name}
    while True:
        others = {
            one.names[0]
            for one in found
            if one.names and one.how == "assign" and contents(one.value) & derived
            if contents(one.value) <= derived | numbers
        }
        if others <= derived:
            break
        derived |= others
    numbers |= derived
    return any(_combines(place, derived, numbers) for place in places) or _combines(
        _expression(metric), derived, numbers, but=ast.Sub
    )


def _takes_over(one: Found) -> bool:
    """Return whether a statement replaces its target, or copies data: nothing is counted."""
    is_whole = isinstance(one.target, ast.Name) and not one.from_itself
    return one.how == "assign" and (is_whole or isinstance(one.value, COPIES))


def _counters(found: Sequence[Found]) -> set[str]:
    """Return the names that a loop adds to, whatever they hold; `seen[word] += 1` adds to seen."""
    return {
        one.names[0]
        for one in found
        if one.loops and one.names and one.from_itself and not one.feeds_back
        if isinstance(one.target, ast.Name | ast.Subscript) and one.how != "call"
    }


def _positions(trees: Sequence[ast.Module]) -> set[str]:
    """Return the variables of loops that only count."""
    loops = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.For)]
    counted = [
        loop.target
        for loop in loops
        if isinstance(loop.iter, ast.Call) and called_name(loop.iter) in {"range", "count"}
    ]
    return set().union(*map(words, counted))


def _combines(
    place: ast.AST, derived: set[str], numbers: set[str], *, but: type[ast.operator] | None = None
) -> bool:
    """Return whether an expression reads one of these names together with data.

    With `but`, an operation of that kind does not count.
    """
    return any(
        contents(node) & derived and contents(node) - numbers
        for node in ast.walk(place)
        if isinstance(node, ast.BinOp | ast.Subscript) or _calls_with(node)
        if but is None or not isinstance(getattr(node, "op", None), but)
    )


def _calls_with(node: ast.AST) -> bool:
    """Return whether a node is a call of a function of several things: `np.dot(W, x)`."""
    return isinstance(node, ast.Call) and len(node.args) + isinstance(node.func, ast.Attribute) > 1


def _reports(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in {"print", "display"}


def _expression(metric: str) -> ast.expr:
    return ast.parse(metric, mode="eval").body
