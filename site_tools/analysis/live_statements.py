"""Which statements of a program can change a metric, by the names that they read and bind.

A statement that is not among them, such as one that prints or keeps a loss for a figure, changes no
number of a claim. What the names do not decide counts as live.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_tools.analysis.name_origins import closed
from site_tools.analysis.syntax import imported_names, parse, uses, words
from site_tools.analysis.targets import flat

_SHOWS = ("matplotlib", "IPython")
"""Modules whose functions change no number."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def live_statements(trees: Sequence[ast.Module], metrics: Collection[str]) -> set[int]:
    """Return the identities of the statements that some metric may depend on."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = dict(imported_names(nodes))
    shows = {name for name, full in imported.items() if full.startswith(_SHOWS)} | {"print"}
    known = _Known(frozenset(imported), frozenset(shows), _made_from(nodes))
    effects = [effect for tree in trees for effect in _effects(tree.body, frozenset(), known)]
    wanted = {name for text in metrics for _, name in uses(parse(f"({text})"))}
    live: set[int] = set()
    before = -1
    while len(live) > before:
        before = len(live)
        for node, binds, reads in effects:
            if id(node) not in live and binds & wanted:
                live.add(id(node))
                wanted |= reads
    return live


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the names of a program."""

    modules: frozenset[str]
    shows: frozenset[str]
    """Those of them whose functions only show something."""
    made_from: Mapping[str, set[str]]
    """What each name was made from: an optimizer from the weights that it changes."""


def _made_from(nodes: Sequence[ast.AST]) -> dict[str, set[str]]:
    """Return for each name all that it was made from, directly or not."""
    made: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for part in (part for target in node.targets for part in flat(target)):
                for name in words(part):
                    made.setdefault(name, set()).update(words(node.value))
    return closed(made)


_Effect = tuple[ast.stmt, frozenset[str], frozenset[str]]
"""A statement, the names that it may change, and those that it is decided by."""


def _effects(
    body: Sequence[ast.stmt], around: frozenset[str], known: _Known, owner: str = ""
) -> Iterator[_Effect]:
    """Yield the statements of a body; `around` are the names that decide whether they run.

    In a function or a class, each also counts as a change of its `owner`.
    """
    for node in body:
        reads = around | _names(_head(node))
        if _root(node) not in known.shows:
            yield node, _changed(node, known) | ({owner} - {""}), reads
        inner = _owner(node) or owner
        for part in _BODIES:
            for block in getattr(node, part, []):
                own = [block] if isinstance(block, ast.stmt) else block.body
                yield from _effects(own, reads, known, inner)


def _owner(node: ast.stmt) -> str:
    return node.name if isinstance(node, _Definition) else ""


def _head(node: ast.stmt) -> list[ast.AST]:
    """Return the parts of a statement that are not statements themselves."""
    return [
        part
        for part in ast.iter_child_nodes(node)
        if not isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case)
    ]


def _names(parts: Sequence[ast.AST]) -> frozenset[str]:
    return frozenset(name for part in parts for _, name in uses(part))


def _root(node: ast.stmt) -> str:
    """Return the name that the call of a statement begins with: `plt` of `plt.gca().plot()`."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return ""
    root: ast.AST = node.value.func
    while isinstance(root, ast.Attribute | ast.Call | ast.Subscript):
        root = root.func if isinstance(root, ast.Call) else root.value
    return root.id if isinstance(root, ast.Name) else ""


def _changed(node: ast.stmt, known: _Known) -> frozenset[str]:
    """Return the names that a statement binds or may change.

    A function may change all that it gets, a method its owner and what that was made from.
    """
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner))) if (
            _root(node) not in known.modules
        ):
            owners = _names([owner])
            return owners.union(*(known.made_from.get(name, ()) for name in owners))
        case ast.Expr(value=value):
            return _names([value])
        case ast.Assign(targets=targets):
            return _names(targets) | _called(node.value)
        case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor():
            return _names([node.target])
        case ast.Import() | ast.ImportFrom():
            return frozenset(name for name, _ in imported_names([node]))
    return frozenset([_owner(node)]) if _owner(node) else _names(_head(node))


def _called(value: ast.AST) -> frozenset[str]:
    """Return the names whose methods an expression calls: `loss = net.step(x)` may change net."""
    owners = [
        call.func.value
        for call in ast.walk(value)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    ]
    return _names(owners)
