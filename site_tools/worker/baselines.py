"""Measure what a metric gives for simple answers, in the final namespace of a program.

The metric is evaluated once more, with the program's own functions, while every comparison of the
network's answers with the right ones is recorded. Then it is evaluated with simple answers in
their place. If the metric is a name, the statements that computed it are repeated, the nearest
first, until a comparison is found and the number is the same. Nothing is measured, and nothing is
said, where

- no comparison is found: the answers are compared inside a package, or in a function that trains;
- the number is not found again;
- the metric also depends on something else that was learned, such as another network.

This is the last that a process does with a program: training may have to be avoided, not undone.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import gc
import io
import json
import math
import sys
import types
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from site_tools.analysis.answer_sites import (
    OBSERVER,
    Coverage,
    Rewriter,
    Steps,
    assigned_names,
    bound_names,
    collected,
    functions_with,
)
from site_tools.analysis.baseline_names import KINDS, parse_request
from site_tools.analysis.learned_names import Learned, trained_names
from site_tools.analysis.syntax import parse
from site_tools.analysis.training import Definition, trains, with_callers
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import sites
from site_tools.model.faults import MetricFault
from site_tools.worker import seeding
from site_tools.worker.answers import Recorder, Substitute, Visit, grouped, has_one_answer
from site_tools.worker.array_values import learned_values, shape_of
from site_tools.worker.bound_values import evaluate_text
from site_tools.worker.curve_sampler import time_limit
from site_tools.worker.metrics import TooLong, evaluate, number_of
from site_tools.worker.simple_answers import simple_answers

ABSENT = MetricFault("absent", "cannot be evaluated with other answers")
"""For a baseline that could not be measured."""

MOST_STEPS = 12
"""Statements that are repeated to compute a metric again: more are not about the metric."""

SECONDS = 20.0
"""The time that the baselines of a metric may take."""

TOLERANCE = 0.1
"""By which part a repeated metric may differ from the published one. The weights may have moved by
one step since then; a wrong slice of the program gives something else altogether."""


def measure_all(
    requests: Sequence[str], texts: Sequence[str], namespace: dict[str, Any], cells: Sequence[str]
) -> str:
    """Evaluate metrics, then the expressions of the prose, then the requests of baselines.

    Return a JSON object with `values`, as `measure` returns them, and `texts`.
    """
    parsed = {text: parse_request(text) for text in requests}
    values: dict[str, float | MetricFault] = {
        text: evaluate(text, namespace) for text, asked in parsed.items() if asked is None
    }
    shown = {text: evaluate_text(text, namespace) for text in texts}
    known: dict[tuple[tuple[str, ...], str], Mapping[str, float]] = {}
    for text, asked in parsed.items():
        if asked is None:
            continue
        kind, names, metric = asked
        if (names, metric) not in known:
            value = values.get(metric)
            known[names, metric] = (
                _baselines(metric, value, names, cells, namespace)
                if isinstance(value, float)
                else {}
            )
        values[text] = known[names, metric].get(kind, ABSENT)
    return json.dumps({"values": values, "texts": shown}, default=asdict)


def _baselines(
    metric: str, value: float, names: Sequence[str], cells: Sequence[str], namespace: dict[str, Any]
) -> Mapping[str, float]:
    """Return the number for each kind of simple answer that has one."""
    found: dict[str, float] = {}
    states = seeding.random_states()
    quiet = io.StringIO()
    try:
        with (
            time_limit(SECONDS),
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            found.update(_Metric(metric, value, names, cells, namespace).baselines())
    except TooLong:
        return {}
    except BaseException:  # noqa: BLE001  foreign code may raise anything
        return {}
    finally:
        seeding.restore(states)
    return found


class _Metric:
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
        self.names = {*names, *trained_names(trees), *[site.name for site in proposals(cells)]}
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

    def baselines(self) -> Mapping[str, float]:
        """Return the number for each kind of simple answer that has one."""
        chosen: list[ast.stmt] = []
        behind = self.steps.behind(self.expression, kept=self.names)
        with _rewritten_functions(self.original, self.trees):
            for depth in range(MOST_STEPS + 1):
                groups = self._compared(chosen, exact=depth == 0)
                if groups is not None:
                    return self._replaced(chosen, groups)
                following = next(behind, None)
                if following is None:
                    return {}
                chosen.insert(0, self.statements[following.__dict__["number"]])
        return {}

    def _compared(
        self, chosen: Sequence[ast.stmt], *, exact: bool
    ) -> Mapping[int, list[Visit]] | None:
        """Return what is compared when these statements are repeated; None if that is of no use."""
        recorder = Recorder(self.sites, learned_values(self.namespace, self.names))
        try:
            value = self._evaluate(recorder, chosen)
        except Exception:  # noqa: BLE001  statements that cannot be repeated may raise anything
            return None
        tolerance = 1e-9 if exact else TOLERANCE
        if value is None or not math.isclose(value, self.value, rel_tol=tolerance, abs_tol=1e-12):
            return None
        groups = grouped(recorder.visits, self.sites)
        within = {self.sites[site].function.rpartition(".")[2] for site in groups} - {""}
        functions = functions_with(self.original, within)
        coverage = Coverage(self.learned, set(groups), functions)
        if not groups or not coverage.is_whole(chosen, self.rewritten):
            return None
        return groups

    def _replaced(
        self, chosen: Sequence[ast.stmt], groups: Mapping[int, list[Visit]]
    ) -> Mapping[str, float]:
        if not has_one_answer(groups):
            return {}
        found = {}
        positions = {site: visits[0].position for site, visits in groups.items()}
        inputs = list(self._inputs())
        for kind in KINDS:
            answers = {
                site: simple_answers(kind, visits, self.sites[site], inputs)
                for site, visits in groups.items()
            }
            known = {site: given for site, given in answers.items() if given is not None}
            if len(known) < len(answers):
                continue
            with contextlib.suppress(Exception):
                value = self._evaluate(Substitute(known, positions), chosen)
                if value is not None:
                    found[kind] = value
        return found

    def _inputs(self) -> Iterator[Any]:
        """Yield the arrays and lists at top level that do not depend on what is learned."""
        for name, value in sorted(self.namespace.items()):
            known = name[:1] != "_" and name not in {"In", "Out"}
            holds = shape_of(value) or (type(value) in {list, tuple} and value)
            if known and holds and not self.learned.depends(ast.Name(name, ast.Load())):
                yield value

    def _evaluate(self, observer: object, chosen: Sequence[ast.stmt]) -> float | None:
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
                    everywhere=isinstance(observer, Substitute),
                )
            value = number_of(eval(_compiled(self.rewritten), scope))  # noqa: S307  the author's own
        finally:
            delattr(builtins, OBSERVER)
            seeding.restore(states)
        return value if isinstance(value, float) else None


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


@contextlib.contextmanager
def _rewritten_functions(
    original: Sequence[ast.Module], rewritten: Sequence[ast.Module]
) -> Iterator[None]:
    """Let the program's functions run their rewritten code for a while."""
    codes: dict[types.CodeType, types.CodeType] = {}
    flags = 0
    for one, other in zip(original, rewritten, strict=True):
        ast.fix_missing_locations(other)
        with contextlib.suppress(SyntaxError, ValueError):
            plain = compile(one, "<cell>", "exec", flags | _AWAIT, dont_inherit=True)
            new = compile(other, "<cell>", "exec", flags | _AWAIT, dont_inherit=True)
            flags |= plain.co_flags & _FUTURE
            codes.update(_pairs(plain, new))
    functions = [f for f in gc.get_objects() if type(f) is types.FunctionType]
    functions = [function for function in functions if function.__code__ in codes]
    before = [function.__code__ for function in functions]
    try:
        for function in functions:
            with contextlib.suppress(ValueError):
                function.__code__ = codes[function.__code__]
        yield
    finally:
        for function, code in zip(functions, before, strict=True):
            function.__code__ = code


_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

_FUTURE = 0x1000000
"""The flag of `from __future__ import annotations`, which later cells of a notebook inherit."""


def _pairs(
    one: types.CodeType, other: types.CodeType
) -> Iterator[tuple[types.CodeType, types.CodeType]]:
    inner = [const for const in one.co_consts if isinstance(const, types.CodeType)]
    new = [const for const in other.co_consts if isinstance(const, types.CodeType)]
    if len(inner) == len(new):
        for pair in zip(inner, new, strict=True):
            yield pair
            yield from _pairs(*pair)
