"""The job directory as the parent sees it: writes the request, reads what the worker has files.

A post can write to every file that its worker has open, so everything read here is untrusted.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.protocol import (
    ANSWER_FILE,
    EXIT_WITHOUT_REPORT,
    OWN_FOLDER,
    POSITION_FILE,
    PRINTED_FILE,
    REQUEST_FILE,
    RESERVED_BYTES,
    STACK_FILE,
    TEMPORARY_FOLDER,
    WORK_FOLDER,
    WORKER_ERROR_FILE,
    Confinement,
    JobRequest,
    SampledSegment,
    SamplingRequest,
    UpdateCounts,
)
from site_tools.model.run import Failure, Run
from site_tools.model.source import DataFile
from site_tools.running.answer_schema import LARGEST, Answer, Raised
from site_tools.running.environment import new_run, readable
from site_tools.running.failures import (
    answer_lost,
    exited,
    exited_before_start,
    not_raised,
    not_run,
    raised,
    timed_out,
    unfit_output,
)
from site_tools.running.limits import Limits
from site_tools.sandbox import untrusted_file
from site_tools.sandbox.removal import remove
from site_tools.worker.code_locations import places_in
from site_tools.worker.output_limits import trim

PrintListener = Callable[[Job, str], None]
"""Called with what a published run prints, while it runs."""

TIMEOUT_STACK = "Timeout ("
"""How faulthandler begins the stack of a process that exceeded its time: `Timeout (0:01:00)!`."""

LISTEN_SECONDS = 0.2
"""Interval at which printed text is read."""

LONGEST_STACK = 2**20
"""Bytes of a stack that are read: more than a hundred threads with a hundred frames have."""

LONGEST_READ = 2**20
"""Bytes of printed text that are passed on at a time."""


class MachineError(Exception):
    """The machine could not run a job: not the fault of the post."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"[Errno {error.errno}] {error.strerror}")


@dataclass(frozen=True, slots=True)
class ProcessExit:
    """How a process ended."""

    code: int
    """Its exit code, negative for a signal."""
    in_time: bool = True
    """False when the parent killed it at the time limit."""


def request_of(job: Job, limits: Limits, *, listen: bool) -> JobRequest:
    """Return what the worker needs to do a job."""
    sham = job.sham
    return JobRequest(
        cells=job.cells or job.post.sources,
        condition=job.condition,
        modules=job.modules,
        metrics=job.metrics,
        timeout=limits.timeout,
        confinement=Confinement(
            layers=limits.sandbox,
            readable=[*map(str, readable()), *(d.linked for d in job.post.data if d.linked)],
            memory=limits.memory,
            device=job.device,
            skipped=1 if job.condition.kind == "sham" else 0,
            gpu=limits.gpu,
        ),
        published=UpdateCounts(sham.trace.total, sham.trace.peaks) if sham else None,
        sampling=_sampling(job, sham) if sham and job.curves else None,
        texts=job.texts,
        raising=job.post.raising,
        listen=listen,
        launch=job.post.launch,
    )


def _sampling(job: Job, sham: Run) -> SamplingRequest:
    learning = [update for update in sham.trace.learning if update.how != "set"]
    return SamplingRequest(
        expressions=job.curves,
        learning=[(update.how, update.cell, update.line) for update in learning],
        most=sham.trace.most,
        seconds=sham.total_seconds,
        taken=_taken(job.curve) if job.curve else None,
    )


def _taken(run: Run) -> dict[str, list[SampledSegment]]:
    """Return where a curve was sampled, for each expression that has samples."""
    return {
        expression: [SampledSegment(segment.place, segment.updates) for segment in curve]
        for expression, curve in run.curves.items()
        if not isinstance(curve, MetricFault)
    }


def run_of(job: Job, folder: Path, process_exit: ProcessExit, limits: Limits) -> Run:
    """Return the run of a job, from the files in its directory."""
    files = _Files.read(folder)
    answer = Answer.parse(files.answer, job)
    if answer is None:
        return replace(new_run(job), failure=_unanswered(job.post, files, process_exit, limits))
    raised_by = answer.failure and _raised(job.post, answer.failure, files, limits)
    raised_by = raised_by or not_raised(job, answer.shown)
    return replace(
        new_run(job),
        outputs=trim(answer.shown),
        seconds=tuple(answer.seconds),
        values=answer.values,
        failure=raised_by or (None if job.post.launch else unfit_output(answer.shown)),
        trace=answer.trace,
        memory=answer.memory,
        curves=answer.seen,
        gpu=answer.gpu,
        texts=answer.texts,
    )


@dataclass(frozen=True, slots=True)
class _Files:
    """What a worker has left in its directory; the post may have written any of it."""

    answer: bytes
    stack: str
    """What faulthandler wrote when a crash or the time limit ended the process."""
    position: tuple[int, int] | None
    """The cell and line that began last; cell 0 after the last one, None before the first."""
    worker_error: Raised | None
    """An exception of the worker itself, not of the post."""

    @classmethod
    def read(cls, folder: Path) -> _Files:
        stack = (
            untrusted_file.read(folder / STACK_FILE, LONGEST_STACK)
            .decode("utf-8", "replace")
            .rstrip()
        )
        numbers = re.fullmatch(
            rb" *(\d+) +(\d+)",
            untrusted_file.read(folder / POSITION_FILE, RESERVED_BYTES[POSITION_FILE]),
        )
        position = (int(numbers[1]), int(numbers[2])) if numbers else None
        error = Raised.parse(
            untrusted_file.read(folder / WORKER_ERROR_FILE, RESERVED_BYTES[WORKER_ERROR_FILE])
        )
        return cls(untrusted_file.read(folder / ANSWER_FILE, LARGEST + 1), stack, position, error)

    def place(self, post: Post, places: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """Return the first of these places that is in the post, or else the one that began last."""
        cell, line = self.position or (1, 0)
        known = [(c, x) for c, x in [*places, (cell, line)] if post.has_line(c, x)]
        return known[0] if known else (cell if cell <= len(post.code_cells) else 1, 0)


def _unanswered(post: Post, files: _Files, process_exit: ProcessExit, limits: Limits) -> Failure:
    """Return why a worker did not answer, at the innermost line of the post that is known."""
    place = files.place(post, places_in(files.stack))
    if files.worker_error:
        return not_run(place, files.worker_error.kinds, files.worker_error.text, limits)
    if files.stack.startswith(TIMEOUT_STACK) or not process_exit.in_time:
        return timed_out(place, limits, files.stack)
    if files.position is None:
        return exited_before_start(place, process_exit.code)
    if process_exit.code == EXIT_WITHOUT_REPORT:
        return answer_lost(place)
    return exited(post, place, process_exit.code, limits, files.stack)


def _raised(post: Post, error: Raised, files: _Files, limits: Limits) -> Failure:
    place = files.place(post, error.places)
    return raised(place, error.kinds, error.text, limits, error.detail)


@contextmanager
def job_directory(
    folder: Path, request: JobRequest, data: Iterable[DataFile] = ()
) -> Iterator[None]:
    """Create a job directory, and remove it in the end; raises MachineError if it cannot.

    `data` are files for its working directory, which are read-only there.
    """
    try:
        try:
            _create(folder, request)
            for file in data:
                _place(file, folder / WORK_FOLDER)
        except OSError as error:
            raise MachineError(error) from None
        yield
    finally:
        remove(folder)


def _create(folder: Path, request: JobRequest) -> None:
    for path in (folder, *(folder / name for name in (OWN_FOLDER, WORK_FOLDER, TEMPORARY_FOLDER))):
        path.mkdir(mode=0o700)
    (folder / REQUEST_FILE).write_text(request.to_json(), encoding="utf-8")
    for name, size in RESERVED_BYTES.items():
        (folder / name).write_bytes(b" " * size)


def _place(file: DataFile, folder: Path) -> None:
    path = folder / file.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if file.linked:
        path.symlink_to(file.linked)
        return
    path.write_bytes(file.content)
    path.chmod(0o644 if file.writable else 0o444)


@contextmanager
def following(job: Job, folder: Path, on_print: PrintListener | None) -> Iterator[None]:
    """Pass on what a published run prints while it runs."""
    if on_print is None or job.condition.kind != "published":
        yield
        return
    text = codecs.getincrementaldecoder("utf-8")("replace")
    read = 0

    def pass_on() -> None:
        nonlocal read
        data = untrusted_file.read(folder / PRINTED_FILE, LONGEST_READ, read)
        read += len(data)
        if data:
            on_print(job, text.decode(data))

    async def poll() -> None:
        while True:
            await asyncio.sleep(LISTEN_SECONDS)
            pass_on()

    task = asyncio.create_task(poll())
    try:
        yield
    finally:
        task.cancel()
        pass_on()
