"""Measure a metric on other data, with what the program has learned from its own.

A number that stays as good says nothing about answers: it may show how sure they are, or how far
the weights have moved. And a table that holds an answer for each example uses no input at all.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from site_tools.analysis.answer_sites import AnswerSite
from site_tools.analysis.baseline_names import (
    MIXED_DATA,
    MIXED_INPUTS,
    SHIFTED_DATA,
    STORED,
)
from site_tools.analysis.data_names import Data
from site_tools.analysis.metric_inputs import MetricInputs, is_taken_singly
from site_tools.analysis.targets import names_of
from site_tools.worker.answers import Observer
from site_tools.worker.array_values import fits, flat_list, size_of
from site_tools.worker.mixed_data import changed, mixed, shifted
from site_tools.worker.repeated_metric import RepeatedMetric

LEAST_STORED = 20
"""From this many answers on, a thing that holds them all is a table; fewer may be parameters."""

TRACE = 1e-3
"""Answers that change by less than this part of the largest do not depend on their inputs."""

TIMES = 3
"""How often inputs are mixed: once, few answers might be right by chance."""

_WAYS: Mapping[str, Callable[[Any, int], Any]] = {MIXED_DATA: mixed, SHIFTED_DATA: shifted}


def on_other_data(metric: RepeatedMetric) -> Mapping[str, float]:
    """Return the number on other data, and the number of answers that use no input.

    Nothing where the metric cannot be computed again from what is learned and from data alone.
    """
    data = Data(metric.original, metric.listed, metric.listed, [ast.unparse(metric.expression)])
    inputs = MetricInputs(metric.original, metric.learned, data)
    for chosen in metric.ways():
        if inputs.are_all(chosen, metric.expression):
            value, own = None, _Answers(metric.sites, everywhere=False)
            with contextlib.suppress(Exception):
                value = metric.evaluate(own, chosen)
            if metric.is_again(value, chosen):
                read = inputs.read_by(chosen, metric.expression)
                return _elsewhere(metric, chosen, data, own, read)
    return {}


def _elsewhere(
    metric: RepeatedMetric,
    chosen: Sequence[ast.stmt],
    data: Data,
    own: _Answers,
    read: Collection[str],
) -> Mapping[str, float]:
    found: dict[str, float] = {}
    names = [name for name in data.measured if not metric.learned.depends(_name(name))]
    for kind, change in _WAYS.items():
        seen = _Answers(metric.sites, everywhere=True)
        with changed(metric.namespace, names, change):
            value = metric.evaluate(seen, chosen)
        if value is not None:
            found[kind] = value
        if kind == MIXED_DATA and _alike(own.answers, seen.answers) and own.right != seen.right:
            count = sum(map(len, own.answers))
            if count >= LEAST_STORED and _is_table(metric, data, count):
                found[STORED] = float(count)
    if sum(map(len, own.answers)) >= LEAST_STORED:
        with contextlib.suppress(Exception):
            found |= _on_mixed_inputs(metric, chosen, data, own, read)
    return found


def _on_mixed_inputs(
    metric: RepeatedMetric,
    chosen: Sequence[ast.stmt],
    data: Data,
    own: _Answers,
    read: Collection[str],
) -> Mapping[str, float]:
    """Return the number when only the inputs are mixed: of some times, the one furthest away.

    The right answers stay, so what is made from the inputs is wrong then. Nothing is measured where
    the inputs are also the right answers, as in an autoencoder, or are made from them. Inputs are
    among the names that the metric has `read`: only the updates may know which ratings are known.
    """
    measured = {name for name in data.measured if not metric.learned.depends(_name(name))}
    right = set()
    for name in measured:
        value, seen = _mixing(metric, chosen, [name], mixed)
        if value is not None and seen.right != own.right:
            right.add(name)
            if not _alike(own.answers, seen.answers):
                return {}
    inputs = [
        name for name in data.read_by(own.reads) if name in (measured - right).intersection(read)
    ]
    if not right or any(right.intersection(data.behind(name)) for name in inputs):
        return {}
    found = []
    for time in range(TIMES):
        value, seen = _mixing(metric, chosen, inputs, partial(_mixed_again, time=time))
        if value is None or seen.right != own.right:
            return {}
        found.append(value)
    return {MIXED_INPUTS: max(found, key=lambda value: abs(value - metric.value))}


def _mixing(
    metric: RepeatedMetric,
    chosen: Sequence[ast.stmt],
    names: Sequence[str],
    change: Callable[[Any, int], Any],
) -> tuple[float | None, _Answers]:
    """Return the number and the answers when names hold other data; None when none has changed.

    The steps that give them their values are left out.
    """
    seen = _Answers(metric.sites, everywhere=True)
    chosen = [step for step in chosen if not _makes_only(step, names)]
    with changed(metric.namespace, names, change) as others:
        return (metric.evaluate(seen, chosen) if others else None), seen


def _makes_only(step: ast.stmt, names: Sequence[str]) -> bool:
    """Return whether a statement gives these names a value, and no other name."""
    if not isinstance(step, ast.Assign):
        return False
    return {name for target in step.targets for name in names_of(target)} <= set(names)


def _mixed_again(value: Any, seed: int, time: int) -> Any:
    return mixed(value, seed + time)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _is_table(metric: RepeatedMetric, data: Data, count: int) -> bool:
    """Return whether the updates use the right answers one by one, each for an answer of its own.

    In `w += (x @ true - x @ w) * x` every number of `true` decides about every weight.
    """
    names = [name for name in data.direct if name in data.measured]
    right = [name for name in names if _count(metric.namespace.get(name)) == count]
    return bool(right) and all(is_taken_singly(metric.original, name) for name in right)


def _alike(answers: Sequence[Sequence[Any]], others: Sequence[Sequence[Any]]) -> bool:
    """Return whether answers stay as they are, but for a trace of their inputs."""
    if list(map(len, answers)) != list(map(len, others)):
        return False
    flat, far = ([value for answer in part for value in answer] for part in (answers, others))
    if not all(isinstance(value, int | float) for value in [*flat, *far]):
        return flat == far
    most = TRACE * max(map(abs, flat), default=0)
    return all(abs(one - other) <= most for one, other in zip(flat, far, strict=True))


def _count(value: Any) -> int:
    return size_of(value) if fits(value, value) else 0


class _Answers(Observer):
    """Records the answers that are compared, also those that are learned themselves."""

    def __init__(self, sites: Sequence[AnswerSite], *, everywhere: bool) -> None:
        self.sites, self.everywhere = sites, everywhere
        self.right: list[list[Any]] = []
        self.reads: set[str] = set()
        """The names in what the answers are computed by."""
        self.answers: list[list[Any]] = []

    def see(self, number: int, mark: int, values: list[Any], function: Any) -> list[Any]:  # noqa: ARG002
        """Record each value that depends on learning, with one that does not."""
        sides = self.sites[number].sides
        for one, right in zip(sides, values, strict=True):
            for other, answer in zip(sides, values, strict=True):
                if other.depends and not (one.depends or one.constant) and fits(right, answer):
                    self.reads |= other.reads
                    self.right.append(flat_list(right))
                    self.answers.append(flat_list(answer))
        return values
