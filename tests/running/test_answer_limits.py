"""How many cells, values and samples an answer may have: as many as its job asks for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from site_tools.experiment.plan import Job
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.protocol import LONGEST_SHOWN
from site_tools.model.source import Cell, Line, Place
from site_tools.running.answer_schema import (
    LARGEST,
    MOST_VALUES,
    Answer,
    Measured,
    parse_measured,
)
from tests.support.runs import CLAIM

CELL = {"outputs": [], "printed": 0, "size": 0}
RAISED = {"kinds": ["ValueError"], "text": "no"}
SAMPLED = {"place": [1, 0], "updates": [0, 5], "values": [2.0, 1.0]}


def a_job(condition: Condition = PUBLISHED, **changed: Any) -> Job:
    """Return a job of a post with two cells of one line."""
    cells = [
        Cell("code", Place("posts/a.md", i), (Line("a = 1", Place("posts/a.md", i)),))
        for i in (1, 2)
    ]
    post = Post(
        "a", "posts/a.md", "A", "A.", date(2026, 1, 2), (), (), (), (), 1, 1, "cpu", (CLAIM,),
        "", (), draft=False, cells=tuple(cells),
    )  # fmt: skip
    return replace(Job(post, condition, ("loss",), "k", {}, ("random",), "cpu"), **changed)


def answer(**changed: Any) -> dict[str, Any]:
    whole = {"seconds": [1, 2], "values": {"loss": 1.5}, "failure": None, "memory": 7}
    return {**whole, "cells": [CELL, CELL], **changed}


def parse(job: Job, **changed: Any) -> Answer | None:
    return Answer.parse(json.dumps(answer(**changed)).encode(), job)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_failed_run_has_at_most_as_many_cells_as_its_post(count: int) -> None:
    job = a_job()
    given = {"failure": RAISED, "values": {}}
    assert (parse(job, seconds=[1.0] * count, cells=[], **given) is None) == (count > 2)
    assert (parse(job, seconds=[], cells=[CELL] * count, **given) is None) == (count > 2)


@pytest.mark.parametrize("kind", ["published", "seed"])
def test_only_the_published_run_shows_its_cells(kind: str) -> None:
    job = a_job(PUBLISHED if kind == "published" else CLAIM.condition("seed", 1))
    assert (parse(job) is None) == (kind == "seed")
    assert (parse(job, cells=[]) is None) == (kind == "published")


@pytest.mark.parametrize("values", [{}, {"other": 1.0}, {"loss": 1.0, "other": 1.0}])
def test_values_are_those_of_the_metrics(values: dict[str, float]) -> None:
    assert parse(a_job(), values=values) is None


def test_values_have_a_limit() -> None:
    for extra in (0, 1):
        metrics = tuple(f"m{i}" for i in range(MOST_VALUES + extra))
        answered = parse(a_job(metrics=metrics), values=dict.fromkeys(metrics, 1.0))
        assert (answered is None) == bool(extra)


def test_answer_has_a_largest_size() -> None:
    text = json.dumps(answer()).encode()
    assert Answer.parse(text + b" " * 100, a_job()) is not None
    assert Answer.parse(text + b" " * LARGEST, a_job()) is None


def test_answer_of_the_largest_size_is_read() -> None:
    def with_text(length: int) -> bytes:
        printed = {"output_type": "stream", "name": "stdout", "text": "x" * length}
        return json.dumps(answer(cells=[{**CELL, "outputs": [printed]}, CELL])).encode()

    most = LARGEST - len(with_text(0))
    assert Answer.parse(with_text(most), a_job()) is not None
    assert Answer.parse(with_text(most + 1), a_job()) is None


@pytest.mark.parametrize(
    ("cell", "line", "known"),
    [(0, 0, True), (0, 9, True), (2, 1, True), (2, 2, False), (3, 1, False), (-1, 1, False)],
)
def test_named_lines_are_in_the_post_or_in_a_package(cell: int, line: int, known: bool) -> None:  # noqa: FBT001
    unseeded = [["numpy", "x", 1, 1], ["random", "random.seed(1)", cell, line]]
    assert (parse(a_job(), unseeded=unseeded) is not None) == known
    assert (parse(a_job(), unseeded=unseeded[::-1]) is not None) == known


def test_samples_of_a_curve_become_segments() -> None:
    job = a_job(CLAIM.condition("curve"), curves=("loss", "other"))
    answered = parse(
        job,
        cells=[],
        curves={"loss": [SAMPLED], "other": {"kind": "raises", "text": "raises ValueError: x"}},
    )
    assert answered is not None
    sampled = answered.seen["loss"]
    assert not isinstance(sampled, MetricFault)
    (segment,) = sampled
    assert (segment.place, segment.updates, segment.values) == ((1, 0), (0, 5), (2.0, 1.0))
    assert answered.seen["other"] == MetricFault("raises", "raises ValueError: x")
    assert parse(job, cells=[], curves={"loss": [SAMPLED]}) is None


@pytest.mark.parametrize(
    ("updates", "values", "valid"),
    [
        ([3], [1.0], True),
        ([0, 1, 5], [1.0, 1.0, 1.0], True),
        ([], [], False),
        ([1], [], False),
        ([1, 2], [1.0], False),
        ([1, 1], [1.0, 1.0], False),
        ([2, 1], [1.0, 1.0], False),
        ([0, 2, 1], [1.0, 1.0, 1.0], False),
    ],
)
def test_samples_have_a_value_for_each_later_time(
    updates: list[int],
    values: list[float],
    valid: bool,  # noqa: FBT001
) -> None:
    job = a_job(CLAIM.condition("curve"), curves=("loss",))
    sampled = {"place": [1, 0], "updates": updates, "values": values}
    assert (parse(job, cells=[], curves={"loss": [sampled]}) is not None) == valid


@pytest.mark.parametrize(
    "text",
    [
        '{"values": {"loss": {"kind": [], "text": "x"}}, "texts": {"a": "1"}}',
        '{"values": {"loss": {"kind": "unknown", "text": "x"}}, "texts": {"a": "1"}}',
        '{"values": {"loss": NaN}, "texts": {"a": "1"}}',
        '{"values": {"loss": "1"}, "texts": {"a": "1"}}',
        '{"values": {"loss": 1.0, "other": 1.0}, "texts": {"a": "1"}}',
        '{"values": {}, "texts": {"a": "1"}}',
        '{"values": {"loss": 1.0}, "texts": {}}',
        '{"values": {"loss": 1.0}, "texts": {"b": "1"}}',
        '{"values": {"loss": 1.0}, "texts": {"a": 1}}',
        '{"values": {"loss": 1.0}, "texts": {"a": ""}}',
        '{"values": {"loss": 1.0}, "texts": {"a": "two\\nlines"}}',
        '{"values": {"loss": 1.0}, "texts": {"a": "\\u202e1"}}',
        f'{{"values": {{"loss": 1.0}}, "texts": {{"a": "{"1" * (LONGEST_SHOWN + 1)}"}}}}',
        "{}",
        "[]",
        "loss",
    ],
)
def test_parse_measured_rejects_what_is_not_a_measurement(text: str) -> None:
    assert parse_measured(text, ["loss"], ["a"]) is None


def test_parse_measured_reads_numbers_texts_and_faults() -> None:
    fault = '{"kind": "raises", "text": "raises ValueError"}'
    text = f'{{"values": {{"loss": 1.5, "other": {fault}}}, "texts": {{"a": "1.5", "b": {fault}}}}}'
    raised = MetricFault("raises", "raises ValueError")
    expected = Measured({"loss": 1.5, "other": raised}, {"a": "1.5", "b": raised})
    assert parse_measured(text, ["other", "loss"], ["a", "b"]) == expected
