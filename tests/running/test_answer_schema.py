"""Valid answers of a worker are parsed, all others are rejected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from site_tools.experiment.plan import Job, experiments_for
from site_tools.project import Project, read_posts
from site_tools.running.answer_schema import (
    LARGEST,
    MOST_STRUCTURE,
    Answer,
    Raised,
    parse_outputs,
)
from tests.support.posts import write_learning

SHOWN = {"output_type": "display_data", "data": {"text/plain": "1"}, "metadata": {}}
PRINTED = {"output_type": "stream", "name": "stdout", "text": "1\n"}


@pytest.fixture
def jobs(project: Path) -> list[Job]:
    """The jobs of a post with one cell of four lines and one metric; the published run first."""
    write_learning(project, "post")
    ours = Project(project)
    (experiment,) = experiments_for(read_posts(ours).posts, ours.pins)
    return [job for job in experiment.jobs if not job.curves]


def published(job: Job, **changed: Any) -> dict[str, Any]:
    answer = {
        "seconds": [0.5],
        "values": dict.fromkeys(job.metrics, 1.5),
        "failure": None,
        "memory": 1000,
        "cells": [{"outputs": [SHOWN, PRINTED], "printed": 2, "size": 100}],
    }
    return {**answer, **changed}


def sham(job: Job, **changed: Any) -> dict[str, Any]:
    answer = {
        **published(job, cells=[]),
        "updates": [{"how": "freeze", "cell": 1, "line": 4, "text": "w += 1", "count": 3}],
        "total": 3,
        "peaks": [3],
        "stopped": False,
        "unseeded": [["random", "random.seed(1)", 1, 1]],
    }
    return {**answer, **changed}


def parse(answer: object, job: Job) -> Answer | None:
    return Answer.parse(json.dumps(answer).encode("utf-8"), job)


def test_answer_accepts_valid_answers(jobs: list[Job]) -> None:
    answer = parse(published(jobs[0]), jobs[0])
    assert answer is not None
    (shown,) = answer.shown
    assert list(shown.outputs) == [SHOWN, PRINTED]
    answer = parse(sham(jobs[1]), jobs[1])
    assert answer is not None
    assert answer.trace.updates[0].line == 4
    assert answer.trace.unseeded[0].remedy == "random.seed(1)"
    raised = {"kinds": ["ValueError", "object"], "text": "no", "places": [[9, 9], [1, 1]]}
    assert parse(published(jobs[0], failure=raised, seconds=[], cells=[], values={}), jobs[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"seconds": []},
        {"seconds": [0.1, 0.1]},
        {"seconds": [-1]},
        {"seconds": "0"},
        {"seconds": [1e400]},
        {"seconds": [float("nan")]},
        {"values": {}},
        {"values": {"a": 1.0}},
        {"memory": -1},
        {"memory": 10**400},
        {"cells": []},
        {"cells": [{"outputs": [], "printed": 0}]},
        {"cells": [{"outputs": [{**SHOWN, "data": "1"}], "printed": 0, "size": 0}]},
        {"cells": [{"outputs": [{**PRINTED, "text": None}], "printed": 0, "size": 0}]},
        {"cells": [{"outputs": [{**PRINTED, "text": "\udce9"}], "printed": 0, "size": 0}]},
        {"cells": [{"outputs": [{"output_type": "error"}], "printed": 0, "size": 0}]},
        {"failure": {"kinds": [], "text": ""}},
        {"failure": {"kinds": ["x" * 1000], "text": ""}},
        {"failure": "no"},
    ],
)
def test_answer_rejects_invalid_published_run(jobs: list[Job], changed: dict[str, Any]) -> None:
    assert parse(published(jobs[0], **changed), jobs[0]) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"updates": [{"how": "freeze", "cell": 1, "line": 500, "text": "", "count": 3}]},
        {"updates": [{"how": "freeze", "cell": 2, "line": 1, "text": "", "count": 3}]},
        {"updates": [{"how": "freeze", "cell": -1, "line": 1, "text": "", "count": 3}]},
        {"updates": [{"how": "magic", "cell": 1, "line": 1, "text": "", "count": 3}]},
        {"updates": [{}]},
        {"unseeded": [["random", "random.seed(1)", 7, 1]]},
        {"unseeded": [["random"]]},
        {"cells": [{"outputs": [], "printed": 0, "size": 0}]},
        {"total": -1},
        {"peaks": [1.5]},
    ],
)
def test_answer_rejects_invalid_trial(jobs: list[Job], changed: dict[str, Any]) -> None:
    assert parse(sham(jobs[1], **changed), jobs[1]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"seconds": [0',
        bytes(1000),
        b" " * (LARGEST + 1),
        b'{"cells": [' + b"{}," * MOST_STRUCTURE,
        b'"' + b'\\"' * 1_000_000,
    ],
    ids=lambda data: repr(data[:16]),
)
def test_answer_rejects_other_bytes(jobs: list[Job], data: bytes) -> None:
    assert Answer.parse(data, jobs[0]) is None
    assert Raised.parse(data[:4096]) is None


ODD_OUTPUTS: list[Any] = [
    *(None, 1, "x", [], {}, {**PRINTED, "text": 1}, {**PRINTED, "name": "x"}),
    *({**PRINTED, "text": b"x"}, {**SHOWN, "data": []}, {**SHOWN, "data": None}),
    *({**SHOWN, "metadata": 3}, {**SHOWN, "output_type": "error"}, {**PRINTED, "text": "\ud800"}),
    *({**SHOWN, "data": {"text/plain": object()}}, {**PRINTED, "text": "x" * (LARGEST + 1)}),
    {**SHOWN, "data": {"application/json": [[]] * 10**6}},
]


@pytest.mark.parametrize("output", ODD_OUTPUTS, ids=lambda output: repr(output)[:40])
def test_outputs_of_a_kernel_are_validated(output: Any) -> None:
    assert parse_outputs([[PRINTED, SHOWN], []]) == [[PRINTED, SHOWN], []]
    assert parse_outputs([[PRINTED], [output]]) is None
