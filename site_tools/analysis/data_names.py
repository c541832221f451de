"""Which names of a program hold the data that its updates are made from.

What learns is made from data: with other data it must end elsewhere. Works on syntax trees alone.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from site_tools.analysis.dataflow import Flow
from site_tools.analysis.syntax import called_name
from site_tools.analysis.updates import Found, find, updates_in


def data_names(
    trees: Sequence[ast.Module], freeze: Collection[str], tally: Collection[str] = ()
) -> list[str]:
    """Return the names bound once at top level that the updates depend on, but for what learns.

    Without listed names, the updates are those of torch: what `backward` starts from.
    """
    found = find(trees)
    updates = [one for one, _ in updates_in(trees, freeze, tally)]
    flow = Flow(trees, without=[one.target for one in updates], mutable=False)
    sources = list(_sources(updates) if updates else _losses(trees))
    used = flow.closure(set().union(*map(flow.words, sources)))
    learned = _learned(found, updates)
    bound = [
        one.target.id
        for one in found
        if one.how == "assign" and isinstance(one.target, ast.Name)
        if not (one.loops or one.function)
    ]
    return [name for name in dict.fromkeys(bound) if name in used - learned]


def _sources(updates: Sequence[Found]) -> Iterator[ast.expr]:
    for one in updates:
        yield from (one.value, *one.tests)


def _losses(trees: Sequence[ast.Module]) -> Iterator[ast.expr]:
    """Yield what gradients are computed of."""
    for node in [node for tree in trees for node in ast.walk(tree)]:
        match node:
            case ast.Call(func=ast.Attribute(value=owner), args=given) if called_name(node) in {
                "backward",
                "grad",
            }:
                yield from (owner, *given)


def _learned(found: Sequence[Found], updates: Sequence[Found]) -> set[str]:
    """Return the names of what learns, also of the lists that loops walk over to change it."""
    names = {name for one in updates for name in one.names}
    marked = [one for one in found if _is_parameter(one.target)]
    names |= {name for one in marked for name in one.names}
    lists = [one for one in found if one.how == "assign" and names & set(one.names)]
    return names | {
        part.id
        for one in lists
        if isinstance(one.value, ast.List | ast.Tuple)
        for part in one.value.elts
        if isinstance(part, ast.Name)
    }


def _is_parameter(target: ast.expr) -> bool:
    """Return whether a target marks or changes a tensor as torch's parameters are."""
    return isinstance(target, ast.Attribute) and target.attr in {"data", "grad", "requires_grad"}
