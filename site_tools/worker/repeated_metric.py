"""Compute a metric again in the final namespace of a program, with the program's own statements.

If the metric is a name, the statements that computed it are repeated, the nearest first. They are
rewritten, so that an observer sees what is compared in them.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import itertools
import math
import sys
import types
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from site_tools.analysis.answer_sites import (
    OBSERVER,
    Rewriter,
    Steps,
    added_to,
    assigned_names,
    bound_names,
    collected,
)
from site_tools.analysis.learned_names import Learned, trained_names
from site_tools.analysis.syntax import parse
from site_tools.analysis.training import Definition, trains, with_callers
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import sites, updates_in
from site_tools.worker import seeding
from site_tools.worker.answers import Observer
from site_tools.worker.array_values import shape_of
from site_tools.worker.metrics import number_of

MOST_STEPS = 12
"""Statements that are repeated to compute a metric again: more are not about the metric."""

TOLERANCE = 0.1
"""By which part a repeated metric may differ from the published one. The weights may have moved by
one step since then; a wrong slice of the program gives something else altogether."""


class RepeatedMetric:
    """A metric, with the program that computes it."""

    def __init__(
        self,
        metric: str,
        value: float,
        names: Sequence[str],
        cells: Sequence[str],
        namespace: dict[str, Any],
    ) -> None:
        self.value, self.namespace = value, namespace
        trees = [parse(cell) for cell in cells]
        self.expression = ast.parse(metric, mode="eval").body
        asked = ast.Module([ast.Expr(self.expression)], [])
        for number, node in enumerate(n for tree in [*trees, asked] for n in ast.walk(tree)):
            node.__dict__["number"] = number
        self.listed = tuple(names)
        listed = {name for one, _ in updates_in(trees, names, names) for name in one.names}
        likely = {site.name for site in proposals(cells)}
        self.names = {*names, *listed, *likely, *trained_names(trees)}
        self.learned = Learned([*trees, asked], self.names)
        training = _Training(trees, {(s.cell, s.line) for s in sites(cells, self.names)})
        self.steps = Steps(trees, training.trains)
        rewriter = Rewriter(self.learned)
        self.trees = [rewriter.visit(copy.deepcopy(tree)) for tree in trees]
        self.rewritten = rewriter.visit(copy.deepcopy(self.expression))
        self.sites = rewriter.sites
        self.statements = {
            node.__dict__["number"]: node
            for tree in self.trees
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt)
        }
        self.original = trees

    def ways(self) -> Iterator[list[ast.stmt]]:
        """Yield the statements to repeat before the metric is evaluated: none, then more and more.

        The nearest to the end of the program come first. A list is in the order of the program.
        """
        chosen: list[ast.stmt] = []
        behind = self.steps.behind(self.expression, kept=self.names)
        yield chosen
        for following in itertools.islice(behind, MOST_STEPS):
            chosen = [self.statements[following.__dict__["number"]], *chosen]
            yield chosen

    def is_again(self, value: float | None, chosen: Sequence[ast.stmt]) -> bool:
        """Return whether a value is the published one, when these statements were repeated."""
        tolerance = TOLERANCE if chosen else 1e-9
        return value is not None and math.isclose(
            value, self.value, rel_tol=tolerance, abs_tol=1e-12
        )

    def inputs(self) -> Iterator[Any]:
        """Yield the arrays and lists at top level that do not depend on what is learned."""
        for name, value in sorted(self.namespace.items()):
            known = name[:1] != "_" and name not in {"In", "Out"}
            holds = shape_of(value) or (type(value) in {list, tuple} and value)
            if known and holds and not self.learned.depends(ast.Name(name, ast.Load())):
                yield value

    def followed(self) -> Iterator[Any]:
        """Yield the sequences that a loop goes through while it collects answers in a list.

        Each answer was made when the values before it were known.
        """
        nodes = [node for tree in self.original for node in ast.walk(tree)]
        for loop in (node for node in nodes if isinstance(node, ast.For)):
            if any(_is_append(node) for node in ast.walk(loop)):
                for node in ast.walk(loop.iter):
                    value = self.namespace.get(node.id) if isinstance(node, ast.Name) else None
                    if len(shape_of(value) or ()) == 1 or type(value) is list:
                        yield value

    def evaluate(self, observer: Observer, chosen: Sequence[ast.stmt]) -> float | None:
        """Return the number when these statements are repeated; the observer sees comparisons.

        Raises ValueError when they add to a name whose first value they do not compute.
        """
        if unknown := added_to(chosen):
            raise ValueError(unknown)
        scope = dict(self.namespace)
        for name in {name for statement in chosen for name in bound_names(statement)}:
            if name in scope:
                scope[name] = _copied(scope[name])
        states = seeding.random_states()
        setattr(builtins, OBSERVER, observer)
        try:
            module = ast.fix_missing_locations(ast.Module(list(chosen), []))
            stored = [one for step in chosen for one in collected(step)]
            sizes = {name: _size(scope.get(name)) for name, _ in stored}
            with _without_gradients():
                exec(compile(module, "<steps>", "exec", dont_inherit=True), scope)  # noqa: S102
            fresh = {name for step in chosen for name in assigned_names(step)}
            for name, read in stored:
                if name in fresh:
                    continue  # all of its values were computed again
                if not all(isinstance(s, _SINGLE) for s in chosen if name in bound_names(s)):
                    raise ValueError(name)  # its earlier values are missing
                scope[name] = _like_one_run(
                    scope[name],
                    eval(_compiled(read), scope),  # noqa: S307  a name and an index of the post
                    sizes[name],
                    everywhere=observer.everywhere,
                )
            value = number_of(eval(_compiled(self.rewritten), scope))  # noqa: S307  the author's own
        finally:
            delattr(builtins, OBSERVER)
            seeding.restore(states)
        return value if isinstance(value, float) else None


def _is_append(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "append"


_SINGLE = ast.Expr | ast.Assign
"""Statements that store one value."""


def _compiled(expression: ast.expr) -> types.CodeType:
    tree = ast.fix_missing_locations(ast.Expression(expression))
    return compile(tree, "<metric>", "eval", dont_inherit=True)


def _without_gradients() -> contextlib.AbstractContextManager[Any]:
    """Return what the `with torch.no_grad()` around a repeated statement does."""
    torch = sys.modules.get("torch")
    return torch.no_grad() if torch is not None else contextlib.nullcontext()


def _size(value: Any) -> int:
    return len(value) if type(value) in {list, dict} else 0


def _like_one_run(value: Any, new: Any, size: int, *, everywhere: bool) -> Any:
    """Return a list or a dictionary in which one value was stored again, as long as before.

    With `everywhere`, all of its values are that one: a mean over the last steps, or a difference
    of two entries, would otherwise mix a simple answer with the trained network.
    """
    if type(value) is list:
        kept = [*value[: size - 1], new] if len(value) > size else value
        return [new] * len(kept) if everywhere else kept
    if type(value) is dict and everywhere:
        return dict.fromkeys(value, new)
    if everywhere and hasattr(value, "shape"):
        value[...] = new
    return value


def _copied(value: Any) -> Any:
    """Return a copy of a list, a dictionary or an array, and of the lists in it."""
    if isinstance(value, list):
        return [_copied(part) if isinstance(part, list | dict) else part for part in value]
    if isinstance(value, dict):
        return {k: _copied(v) if isinstance(v, list | dict) else v for k, v in value.items()}
    return value.copy() if type(value).__module__ == "numpy" and hasattr(value, "copy") else value


_TRAINS = {"step", "backward", "grad", "fit", "partial_fit", "minimize"}
"""Functions and methods that train."""


class _Training:
    """Which code of a program trains."""

    def __init__(self, trees: Sequence[ast.Module], updates: Collection[tuple[int, int]]) -> None:
        self.updates: set[int] = set()
        cells: defaultdict[int, set[int]] = defaultdict(set)
        for cell, line in updates:
            cells[cell].add(line)
        functions: list[Definition] = []
        for cell, tree in enumerate(trees, start=1):
            for node in ast.walk(tree):
                if isinstance(node, ast.stmt) and node.lineno in cells[cell]:
                    simple = not isinstance(node, ast.For | ast.While | ast.If | ast.With)
                    self.updates |= {id(node)} if simple else set()
                if isinstance(node, Definition):
                    functions.append(node)
        self.functions = with_callers(functions, _TRAINS, self.updates)

    def trains(self, node: ast.AST) -> bool:
        """Return whether a piece of code contains an update, or calls a function that does."""
        return trains(node, self.updates, self.functions)
