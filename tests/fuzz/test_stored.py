"""Whatever is in the files that this project has written itself: it counts, or it is absent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_tools.evidence.judge import judge
from site_tools.experiment.plan import Job, experiments_for
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED
from site_tools.model.faults import MetricFault
from site_tools.model.protocol import ANSWER_FILE, POSITION_FILE, STACK_FILE, WORKER_ERROR_FILE
from site_tools.model.run import Failure, Run, Segment, Trace, Unseeded, Update
from site_tools.project import Project, read_posts
from site_tools.running.answer_schema import parse_measured, parse_outputs
from site_tools.running.job_directory import ProcessExit, run_of
from site_tools.running.limits import Limits
from tests.fuzz.outputs import ANY_OUTPUTS
from tests.fuzz.properties import CASES, answer, examples, in_time, kept
from tests.fuzz.values import JSON, changed, damaged
from tests.support.posts import write, write_learning
from tests.support.projects import make_project

pytestmark = pytest.mark.slow

KEY = "ab" + "0" * 62
RUN = Run(
    outputs=(({"output_type": "stream", "name": "stdout", "text": "a"},), ()),
    values={"a": 0.5, "b": MetricFault("raises", "no")},
    seconds=(1.0, 0.5),
    python="3.11.7",
    versions={"numpy": "2"},
    device="cpu",
    on=date(2026, 1, 2),
    failure=Failure(1, 2, "ValueError: no"),
    trace=Trace((Update("freeze", 1, 2, "w -= g", 10, "w"),), 10, (10,), (10,), (0.5,), (0.25,),
                ("y",), unseeded=(Unseeded("random", "random.seed(1)", 1, 1),)),
    memory=1,
    curves={"a": (Segment((1, 0), (0, 1), (1.0, 0.5)),), "b": MetricFault("slow", "")},
)  # fmt: skip
STORED = json.loads(json.dumps(asdict(RUN), default=date.isoformat))


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8")


def any_bytes(valid: Any) -> st.SearchStrategy[bytes]:
    """Return files near to a valid one, and any others."""
    return changed(valid).map(as_json) | damaged(as_json(valid)) | JSON.map(as_json)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("stored") / "project")
    write(folder, "other", "print(1)\na = 1")
    write_learning(folder, "learns")
    answer(folder, "build")
    return folder


@pytest.fixture(scope="module")
def jobs(project: Path) -> list[Job]:
    ours = Project(project)
    return [job for e in experiments_for(read_posts(ours).posts, ours.pins) for job in e.jobs]


def load(folder: Path, body: bytes) -> None:
    """Load a stored run, whose checksum is right, and use what is found."""
    store = Store(folder)
    path = folder / KEY[:2] / f"{KEY[2:]}.run"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
    with in_time():
        run = store.load(KEY)
    if run is not None:
        store.save(KEY, run)
        assert store.load(KEY) == run


def answered(folder: Path, job: Job, files: dict[str, bytes], code: int) -> None:
    """Make a run of what a worker has left, store it and judge it."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with in_time():
        run = run_of(job, folder, ProcessExit(code), Limits(timeout=1, memory=1, sandbox=()))
    Store(folder / "store").save(KEY, run)
    assert Store(folder / "store").load(KEY) == run
    if run.failure:
        job.post.place_in_code(run.failure.cell, run.failure.line)
    elif job.condition == PUBLISHED:
        judge(job.post, {PUBLISHED: run})


@examples(150)
@given(body=any_bytes(STORED))
def test_run(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    with kept("runs/found.json", body):
        load(tmp_path_factory.getbasetemp() / "runs", body)


LOOK = [{"place": [1, 0], "updates": [0, 1], "values": [1.0, 0.5]}]
ANSWER = {
    "seconds": [0.5],
    "values": {"a": 1.5, "b": 0.1},
    "failure": None,
    "memory": 1000,
    "cells": [{"outputs": [], "printed": 2, "size": 100}],
    "updates": [{"how": "freeze", "cell": 1, "line": 4, "text": "w += 1", "count": 3}],
    "total": 3, "peaks": [3], "rounds": [3], "start": [0.5], "learned": [0.5], "mixed": [],
    "unseeded": [["random", "random.seed(1)", 1, 1]],
    "curves": {"a": LOOK},
}  # fmt: skip
RAISED = {"kinds": ["ValueError", "Exception"], "text": "no", "detail": "", "places": [[1, 1]]}


@examples(150)
@given(data=st.data(), code=st.sampled_from([0, 1, -9, -11, 77]))
def test_answer(
    tmp_path_factory: pytest.TempPathFactory, jobs: list[Job], data: st.DataObject, code: int
) -> None:
    job = data.draw(st.sampled_from(jobs), label="job")
    valid: dict[str, Any] = {**ANSWER, "values": dict.fromkeys(job.metrics, 1.5)}
    valid["curves"] = dict.fromkeys(job.curves, LOOK)
    valid["cells"] = [{"outputs": data.draw(ANY_OUTPUTS), "printed": 2, "size": 100}]
    if job.condition != PUBLISHED:
        valid["cells"] = []
    if data.draw(st.booleans()):
        valid["failure"] = data.draw(changed(RAISED))
    files = {
        ANSWER_FILE: data.draw(any_bytes(valid) | st.just(as_json(valid)), label="answer"),
        WORKER_ERROR_FILE: data.draw(any_bytes(RAISED) | st.just(b" " * 99)),
        POSITION_FILE: data.draw(st.just(b"        1         1") | damaged(b"        1         1")),
        STACK_FILE: data.draw(damaged(b'Timeout (0:01)!\n  File "<cell 1>", line 1 in f\n' * 9)),
    }
    folder = tmp_path_factory.getbasetemp() / "answer"
    folder.mkdir(exist_ok=True)
    with kept("answers/found.json", files[ANSWER_FILE]):
        answered(folder, job, files, code)


MEASURED = {"values": {"a": 0.5}, "texts": {"b": "0.50"}}


@examples(100)
@given(outputs=st.lists(ANY_OUTPUTS, max_size=3) | JSON, text=any_bytes(MEASURED))
def test_answer_of_a_kernel(outputs: Any, text: bytes) -> None:
    parsed = parse_outputs(outputs)
    assert parsed is None or repr(parse_outputs(parsed)) == repr(parsed)  # NaN is not itself
    measured = parse_measured(text.decode("utf-8", "replace"), ["a"], ["b"])
    assert measured is None or (set(measured.values), set(measured.texts)) == ({"a"}, {"b"})


FILES: dict[str, Any] = {
    "site.json": {"sources": "0" * 64, "left": "0" * 64, "posts": 2},
    "verified.json": {"other": "0" * 64},
    "history.json": {"other": {"published": [0.5, 1000.0]}},
}
ANY_FILE = st.sampled_from(sorted(FILES)).flatmap(
    lambda name: st.tuples(st.just(name), any_bytes(FILES[name]))
)


@examples(12)
@given(file=ANY_FILE)
def test_note_of_this_project(project: Path, file: tuple[str, bytes]) -> None:
    with kept(f"notes/{file[0]}", file[1]):
        note(project, *file)


def note(project: Path, name: str, data: bytes) -> None:
    (project / ".elevenlines" / name).write_bytes(data)
    command = "gc" if name == "site.json" else "run"
    said = answer(project, command)
    assert "Traceback" not in said
    assert (project / "site" / "index.html").is_file()


@pytest.mark.parametrize("case", sorted(CASES.glob("runs/*")), ids=lambda case: case.name)
def test_case(tmp_path: Path, case: Path) -> None:
    load(tmp_path, case.read_bytes())
