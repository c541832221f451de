"""Measure what a metric gives for simple answers and for other data, when a program has ended.

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
import contextlib
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from site_tools.analysis.answer_sites import Coverage, functions_with
from site_tools.analysis.baseline_names import KINDS, SWAPPED, parse_request
from site_tools.model.faults import MetricFault
from site_tools.worker import seeding
from site_tools.worker.answers import Recorder, Substitute, Visit, grouped, has_one_answer
from site_tools.worker.array_values import learned_values
from site_tools.worker.bound_values import evaluate_text
from site_tools.worker.metrics import TooLong, evaluate
from site_tools.worker.other_data import on_other_data
from site_tools.worker.repeated_metric import RepeatedMetric
from site_tools.worker.rewritten_functions import rewritten_functions
from site_tools.worker.simple_answers import simple_answers
from site_tools.worker.time_limit import quiet_time_limit

ABSENT = MetricFault("absent", "cannot be evaluated with other answers")
"""For a baseline that could not be measured."""

SECONDS = 20.0
"""The time that the baselines of a metric may take, and other data with them."""

_SLOW = MetricFault("slow", f"takes longer than {SECONDS:g} s")
_MEMORY = MetricFault("memory", "needs more memory than the run may use")
_OUT_OF_MEMORY = "can't allocate memory"
"""Part of the message of the RuntimeError that torch raises when it gets no memory."""


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
    known: dict[tuple[tuple[str, ...], str], tuple[Mapping[str, float], MetricFault]] = {}
    for text, asked in parsed.items():
        if asked is None:
            continue
        kind, names, metric = asked
        if (names, metric) not in known:
            value = values.get(metric)
            known[names, metric] = (
                _measured(metric, value, names, cells, namespace)
                if isinstance(value, float)
                else ({}, ABSENT)
            )
        found, fault = known[names, metric]
        values[text] = found.get(kind, fault)
    return json.dumps({"values": values, "texts": shown}, default=asdict)


def _measured(
    metric: str, value: float, names: Sequence[str], cells: Sequence[str], namespace: dict[str, Any]
) -> tuple[Mapping[str, float], MetricFault]:
    """Return the number for each kind of simple answer, and of other data, that has one.

    Also return why the others have none.
    """
    found: dict[str, float] = {}
    faults: list[MetricFault] = []
    with _unnoticed(faults):
        repeated = RepeatedMetric(metric, value, names, cells, namespace)
        with rewritten_functions(repeated.original, repeated.trees):
            for measure in (_baselines, on_other_data):
                try:
                    found |= measure(repeated)
                except Exception as error:  # noqa: BLE001
                    faults.append(_fault_of(error))
    return found, next((fault for fault in faults if fault is not ABSENT), ABSENT)


def _fault_of(error: BaseException) -> MetricFault:
    """Return why a measurement has ended; the exception itself would hold what it has in memory."""
    if isinstance(error, TooLong):
        return _SLOW
    return _MEMORY if _lacks_memory(error) else ABSENT


def _lacks_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or _OUT_OF_MEMORY in str(error)


@contextlib.contextmanager
def _unnoticed(faults: list[MetricFault]) -> Iterator[None]:
    """Let foreign code run for a while, whatever it prints, draws and raises; note why it ended."""
    states = seeding.random_states()
    try:
        with quiet_time_limit(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BaseException as error:  # noqa: BLE001  foreign code may raise anything
        faults.append(_fault_of(error))
    finally:
        seeding.restore(states)


def _baselines(metric: RepeatedMetric) -> Mapping[str, float]:
    """Return the number for each kind of simple answer that has one."""
    for chosen in metric.ways():
        groups = _compared(metric, chosen)
        if groups is not None:
            return _replaced(metric, chosen, groups)
    return {}


def _compared(
    metric: RepeatedMetric, chosen: Sequence[ast.stmt]
) -> Mapping[int, list[Visit]] | None:
    """Return what is compared when these statements are repeated; None if that is of no use."""
    recorder = Recorder(metric.sites, learned_values(metric.namespace, metric.names))
    try:
        value = metric.evaluate(recorder, chosen)
    except Exception as error:
        if _lacks_memory(error):
            raise
        return None  # statements that cannot be repeated may raise anything
    if not metric.is_again(value, chosen):
        return None
    groups = grouped(recorder.visits, metric.sites)
    within = {metric.sites[site].function.rpartition(".")[2] for site in groups} - {""}
    functions = functions_with(metric.original, within)
    coverage = Coverage(metric.learned, set(groups), functions)
    if not groups or not coverage.is_whole(chosen, metric.rewritten):
        return None
    return groups


def _replaced(
    metric: RepeatedMetric, chosen: Sequence[ast.stmt], groups: Mapping[int, list[Visit]]
) -> Mapping[str, float]:
    if not has_one_answer(groups):
        return {}
    found: dict[str, float] = {}
    positions = {site: visits[0].position for site, visits in groups.items()}
    inputs, followed = list(metric.inputs()), list(metric.followed())
    for kind in (*KINDS, SWAPPED):
        answers = {
            site: simple_answers(kind, visits, metric.sites[site], inputs, followed)
            for site, visits in groups.items()
        }
        known = {site: given for site, given in answers.items() if given is not None}
        if len(known) < len(answers):
            continue
        try:
            value = metric.evaluate(Substitute(known, positions), chosen)
        except Exception as error:
            if _lacks_memory(error) and not found:
                raise
            continue
        if value is not None:
            found[kind] = value
    return found
