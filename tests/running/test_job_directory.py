"""What is said of a run, from the files that its process left: no process is started here."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from site_tools.experiment.plan import Job
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.protocol import (
    ANSWER_FILE,
    EXIT_WITHOUT_REPORT,
    POSITION_FILE,
    PRINTED_FILE,
    STACK_FILE,
    WORKER_ERROR_FILE,
    SampledSegment,
    UpdateCounts,
)
from site_tools.model.run import Failure, Run, Trace, Update
from site_tools.model.source import Cell, Line, Place
from site_tools.running.job_directory import (
    MachineError,
    ProcessExit,
    following,
    job_directory,
    request_of,
    run_of,
)
from site_tools.running.limits import Limits
from site_tools.worker.output_limits import SHOWN_LIMIT
from tests.support.runs import CLAIM, a_run, segment

LIMITS = Limits(timeout=2.5, memory=3_000_000_000, sandbox=())
KILLED = ProcessExit(-signal.SIGKILL)
DONE = ProcessExit(0)


def a_post(*, claims: bool = True) -> Post:
    """Return a post with a cell of two lines and one of three."""
    cells = [
        Cell(
            "code", Place("posts/a.md", 1), tuple(Line("a = 1", Place("posts/a.md", i)) for i in n)
        )
        for n in (range(1, 3), range(5, 8))
    ]
    return Post(
        "a", "posts/a.md", "A", "A.", date(2026, 1, 2), (), (), (), (), 1, 1, "cpu",
        (CLAIM,) if claims else (), "", (), draft=False, cells=tuple(cells),
    )  # fmt: skip


def a_job(condition: Condition = PUBLISHED, **changed: Any) -> Job:
    job = Job(a_post(), condition, ("loss",), "k", {"numpy": "2.4.6"}, ("random",), "cpu")
    return replace(job, **changed)


def answer(**changed: Any) -> bytes:
    cell = {"outputs": [], "printed": 0, "size": 0}
    whole = {
        "seconds": [0.5, 0.25],
        "values": {"loss": 1.5},
        "failure": None,
        "memory": 7,
        "cells": [cell, cell],
    }
    return json.dumps({**whole, **changed}).encode("utf-8")


def fail(
    folder: Path, files: dict[str, bytes], ending: ProcessExit = KILLED, job: Job | None = None
) -> Failure:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    run = run_of(job or a_job(), folder, ending, LIMITS)
    assert run.failure is not None
    return run.failure


def place(failure: Failure) -> tuple[int, int]:
    return failure.cell, failure.line


def at(cell: int, line: int) -> dict[str, bytes]:
    return {POSITION_FILE: b"%9d %9d" % (cell, line)}


def test_answer_becomes_a_run(tmp_path: Path) -> None:
    (tmp_path / ANSWER_FILE).write_bytes(answer())
    run = run_of(a_job(), tmp_path, DONE, LIMITS)
    assert (run.failure, run.seconds, run.values, run.memory) == (
        None,
        (0.5, 0.25),
        {"loss": 1.5},
        7,
    )
    assert (run.versions, run.device, len(run.outputs)) == ({"numpy": "2.4.6"}, "cpu", 2)


def test_nothing_left_is_no_fault_of_the_post(tmp_path: Path) -> None:
    failure = fail(tmp_path, {})
    assert place(failure) == (1, 0)
    assert "before the first line" in failure.what
    assert "SIGKILL" in failure.what
    assert not failure.repeatable


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (at(1, 2), (1, 2)),
        (at(2, 3), (2, 3)),
        (at(0, 0), (0, 0)),
        (at(2, 4), (2, 0)),
        (at(3, 1), (1, 0)),
        (at(999_999_999, 1), (1, 0)),
    ],
)
def test_position_that_began_last_is_where_a_killed_run_failed(
    tmp_path: Path, position: dict[str, bytes], expected: tuple[int, int]
) -> None:
    failure = fail(tmp_path, position)
    assert place(failure) == expected
    assert "before the first line" not in failure.what
    assert not failure.repeatable


@pytest.mark.parametrize("data", [b" " * 19, b"x", b"-1 2", b"1", b"1 2 3"])
def test_position_that_is_none_is_not_believed(tmp_path: Path, data: bytes) -> None:
    assert place(fail(tmp_path, {POSITION_FILE: data})) == (1, 0)


def test_stack_has_the_innermost_line_of_the_post(tmp_path: Path) -> None:
    stack = b'Fatal Python error\n  File "<cell 9>", line 1 in f\n  File "<cell 2>", line 3 in g\n'
    stack += b'  File "<cell 1>", line 1 in <module>\n'
    failure = fail(
        tmp_path, {**at(1, 1), STACK_FILE: stack + b" " * 100}, ProcessExit(-signal.SIGSEGV)
    )
    assert place(failure) == (2, 3)
    assert failure.detail == stack.decode().rstrip()
    assert "SIGSEGV" in failure.what
    assert "compiled code" in failure.remedy


def test_stack_without_lines_of_the_post_leaves_the_position(tmp_path: Path) -> None:
    stack = b'Fatal Python error\n  File "<cell 2>", line 4 in f\n'
    assert place(fail(tmp_path, {**at(1, 2), STACK_FILE: stack})) == (1, 2)


@pytest.mark.parametrize(
    ("files", "ending"),
    [
        ({STACK_FILE: b'Timeout (0:00:02)!\n  File "<cell 2>", line 1 in f\n'}, ProcessExit(1)),
        (at(2, 1), ProcessExit(-signal.SIGKILL, in_time=False)),
    ],
)
def test_run_that_the_clock_ended(
    tmp_path: Path, files: dict[str, bytes], ending: ProcessExit
) -> None:
    failure = fail(tmp_path, files, ending)
    assert place(failure) == (2, 1)
    assert "2.5 s" in failure.what
    assert "`timeout: 5`" in failure.remedy
    assert not failure.repeatable


@pytest.mark.parametrize(
    ("code", "words", "remedy"),
    [
        (0, "exit code 0", "exit"),
        (3, "exit code 3", "exit"),
        (-signal.SIGKILL, "SIGKILL", "memory"),
        (-signal.SIGABRT, "SIGABRT", "compiled code"),
        (-1000, "signal 1000", "compiled code"),
        (EXIT_WITHOUT_REPORT, "closed files", "Close only"),
    ],
)
def test_exit_code_decides_what_is_said(tmp_path: Path, code: int, words: str, remedy: str) -> None:
    failure = fail(tmp_path, at(1, 1), ProcessExit(code))
    assert words in failure.what
    assert remedy in failure.remedy
    assert not failure.repeatable


def test_end_after_the_last_cell_is_the_metrics(tmp_path: Path) -> None:
    assert "cell" in fail(tmp_path, at(1, 1)).what
    assert "metric" in fail(tmp_path, at(0, 0)).what
    unclaimed = a_job(post=a_post(claims=False))
    failure = fail(tmp_path, at(0, 0), job=unclaimed)
    assert "metric" not in failure.what
    assert "cell" not in failure.what


def trouble(text: str, *kinds: str) -> dict[str, bytes]:
    return {
        WORKER_ERROR_FILE: json.dumps({"kinds": kinds, "text": text}).encode("ascii") + b" " * 50
    }


@pytest.mark.parametrize(
    ("kinds", "text", "words", "remedy"),
    [
        (("OSError",), "[Errno 28] No space left", "[Errno 28]", "TMPDIR"),
        (("OSError",), "[Errno 5] Input/output error", "[Errno 5]", ""),
        (("MemoryError",), "", "3.0 GB", "memory: 8 GB"),
        (("KeyError", "LookupError"), "'a'", "KeyError: 'a'", "report"),
    ],
)
def test_trouble_of_the_process_is_not_the_posts(
    tmp_path: Path, kinds: tuple[str, ...], text: str, words: str, remedy: str
) -> None:
    failure = fail(
        tmp_path, {**at(2, 2), **trouble(text, *kinds)}, ProcessExit(EXIT_WITHOUT_REPORT)
    )
    assert place(failure) == (2, 2)
    assert words in failure.what
    assert remedy in failure.remedy
    assert ("TMPDIR" in failure.remedy) == ("28" in text)
    assert not failure.repeatable


def raised(folder: Path, text: str, *kinds: str, places: Any = ((2, 2),)) -> Failure:
    error = {"kinds": kinds, "text": text, "detail": "a traceback", "places": places}
    return fail(folder, {ANSWER_FILE: answer(failure=error, values={})}, DONE)


@pytest.mark.parametrize(
    ("kinds", "text", "words", "remedy", "repeatable"),
    [
        (("ValueError", "Exception"), "no", "ValueError: no", "", True),
        (("ValueError", "Exception"), "", "ValueError.", "", True),
        (("EOFError", "Exception"), "x", "input", "answer", True),
        (("StdinNotImplementedError",), "x", "input", "answer", True),
        (("FileNotFoundError", "OSError"), "[Errno 2] no: 'a'", "Errno 2", "empty folder", False),
        (("PermissionError", "OSError"), "[Errno 13] no", "Errno 13", "may write", False),
        (("OSError",), "[Errno 30] no", "Errno 30", "may write", False),
        (("PermissionError", "OSError"), "[Errno 1] no", "Errno 1", "outside", False),
        (("OSError",), "[Errno 28] no", "Errno 28", "space", False),
        (("OSError",), "[Errno 101] no", "Errno 101", "network", False),
        (("BlockingIOError", "OSError"), "[Errno 11] no", "Errno 11", "processes", False),
        (("gaierror", "OSError"), "[Errno -3] no", "Errno -3", "network", False),
        (("URLError", "OSError"), "<urlopen error>", "urlopen", "network", False),
        (("ConnectionError", "RequestException", "OSError"), "Max", "Max", "network", False),
        (("RuntimeError",), "asyncio.run() cannot be called from", "asyncio", "await", True),
        (("SystemExit",), "3", "(SystemExit 3)", "", True),
        (("SystemExit",), "", "(SystemExit)", "", True),
        (("MemoryError",), "", "3.0 GB", "memory: 8 GB", False),
        (("RuntimeError",), "can't allocate memory: 9", "3.0 GB", "memory: 8 GB", False),
        (("ModuleNotFoundError", "ImportError"), "No module", "No module", "", False),
    ],
)
def test_exception_of_the_post(  # noqa: PLR0913, PLR0917
    tmp_path: Path,
    kinds: tuple[str, ...],
    text: str,
    words: str,
    remedy: str,
    repeatable: bool,  # noqa: FBT001
) -> None:
    failure = raised(tmp_path, text, *kinds)
    assert words in failure.what
    assert remedy in failure.remedy
    assert failure.repeatable == repeatable
    assert failure.detail == "a traceback"
    if not remedy and kinds != ("SystemExit",):
        assert failure.remedy == ""


def test_number_in_another_error_is_no_system_error(tmp_path: Path) -> None:
    assert raised(tmp_path, "[Errno 13] no", "ValueError").remedy == ""
    assert raised(tmp_path, f"[Errno {errno.EIO}] no", "OSError").remedy == ""


def test_exception_is_placed_at_the_first_line_that_the_post_has(tmp_path: Path) -> None:
    assert place(raised(tmp_path, "", "ValueError", places=[(7, 1), (1, 3), (1, 2)])) == (1, 2)
    assert place(raised(tmp_path, "", "ValueError", places=[])) == (1, 0)


def test_answer_to_another_job_is_none(tmp_path: Path) -> None:
    failure = fail(tmp_path, {**at(1, 1), ANSWER_FILE: answer(values={"other": 1.0})}, DONE)
    assert "exit code 0" in failure.what


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_answer_that_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    if kind == "link":
        (tmp_path / "elsewhere").write_bytes(answer())
        (tmp_path / ANSWER_FILE).symlink_to("elsewhere")
    elif kind == "pipe":
        os.mkfifo(tmp_path / ANSWER_FILE)
    else:
        (tmp_path / ANSWER_FILE).mkdir()
    assert run_of(a_job(), tmp_path, DONE, LIMITS).failure is not None


def test_output_that_no_page_can_carry_is_a_failure(tmp_path: Path) -> None:
    cells = [{"outputs": [], "printed": 0, "size": SHOWN_LIMIT + i} for i in (0, 1)]
    failure = fail(tmp_path, {ANSWER_FILE: answer(cells=cells)}, DONE)
    assert place(failure) == (2, 0)
    assert failure.repeatable


def test_failure_of_the_code_comes_before_that_of_its_output(tmp_path: Path) -> None:
    cells = [{"outputs": [], "printed": 0, "size": SHOWN_LIMIT + 1}]
    error = {"kinds": ["ValueError"], "text": "no", "places": [(2, 1)]}
    files = {ANSWER_FILE: answer(cells=cells, failure=error, values={})}
    assert place(fail(tmp_path, files, DONE)) == (2, 1)


def a_sham() -> Run:
    updates = (
        Update("freeze", 1, 2, "w -= g", 30, "w"),
        Update("set", 1, 1, "lr = 0", 1, "lr"),
        Update("freeze", 1, 1, "v -= g", 0, "v"),
    )
    return a_run(0.1, Trace(updates, total=31, peaks=(10, 20), rounds=(10, 40)))


def test_request_of_a_published_run_knows_no_sham() -> None:
    request = request_of(a_job(), LIMITS, listen=True)
    assert (request.condition, request.timeout) == (PUBLISHED, 2.5)
    assert request.confinement.memory == 3e9
    assert (request.published, request.sampling, request.listen) == (None, None, True)
    assert request.cells == ["a = 1\na = 1", "a = 1\na = 1\na = 1"]


def test_request_of_a_control_has_the_counts_of_its_sham() -> None:
    job = a_job(CLAIM.condition("control", 2), sham=a_sham())
    request = request_of(job, LIMITS, listen=False)
    assert request.published == UpdateCounts(31, (10, 20))
    assert (request.condition.trial, request.sampling) == (2, None)


def test_request_of_a_curve_has_the_places_that_learn() -> None:
    job = a_job(CLAIM.condition("curve"), sham=a_sham(), curves=("loss",))
    sampling = request_of(job, LIMITS, listen=False).sampling
    assert sampling is not None
    assert sampling.expressions == ("loss",)
    assert list(sampling.learning) == [("freeze", 1, 2)]
    assert (sampling.most, sampling.seconds, sampling.taken) == (30, 0.1, None)


def test_request_of_a_flat_line_has_the_places_of_the_curve() -> None:
    curve = replace(
        a_run(0.1),
        curves={"loss": (segment([3.0, 2.0]),), "other": MetricFault("raises", "raises")},
    )
    job = a_job(CLAIM.condition("flat"), sham=a_sham(), curve=curve, curves=("loss",))
    sampling = request_of(job, LIMITS, listen=False).sampling
    assert sampling is not None
    assert sampling.taken == {"loss": [SampledSegment((1, 0), (0, 10))]}


def test_directory_of_a_job_is_removed_in_the_end(tmp_path: Path) -> None:
    with job_directory(tmp_path / "job", request_of(a_job(), LIMITS, listen=False)):
        assert (tmp_path / "job" / POSITION_FILE).is_file()
    assert list(tmp_path.iterdir()) == []


def test_directory_that_cannot_be_made_is_no_fault_of_the_post(tmp_path: Path) -> None:
    request = request_of(a_job(), LIMITS, listen=False)
    with (
        pytest.raises(MachineError, match="Errno 2"),
        job_directory(tmp_path / "no" / "job", request),
    ):
        pass


@pytest.mark.parametrize("kind", ["published", "sham"])
def test_prints_of_the_published_run_are_passed_on(tmp_path: Path, kind: str) -> None:
    printed: list[str] = []

    async def run() -> None:
        condition = PUBLISHED if kind == "published" else CLAIM.condition("sham")
        with following(a_job(condition), tmp_path, lambda _, text: printed.append(text)):
            (tmp_path / PRINTED_FILE).write_bytes("schön".encode())
        with following(a_job(), tmp_path, None):
            pass

    asyncio.run(run())
    assert printed == (["schön"] if kind == "published" else [])
