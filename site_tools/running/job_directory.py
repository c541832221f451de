"""A job ↔ the folder through which its process is told what to do and answers."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from site_tools.experiment.plan import Job
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run
from site_tools.running.answer_schema import LARGEST, Answer, Raised
from site_tools.running.surroundings import (
    Limits,
    begun,
    deaf,
    ended_early,
    misshown,
    not_begun,
    out_of_time,
    raised,
    readable,
    unable,
)
from site_tools.sandbox.removal import remove
from site_tools.worker.code_locations import places_in
from site_tools.worker.job_process import (
    ANSWER,
    DEAF,
    POSITION,
    PRINTED,
    ROOM,
    STACK,
    TROUBLE,
    lay_out,
)
from site_tools.worker.output_limits import tidy

Heard = Callable[[Job, str], None]
"""Is told what a published run prints, as it comes."""

LISTEN_SECONDS = 0.2
"""How often prints are looked for."""

LONGEST_STACK = 2**20
"""Bytes of a stack that are looked at: more than a hundred threads with a hundred frames have."""

LONGEST_LOOK = 2**20
"""Bytes of what is printed that are passed on at a time."""


class Unable(Exception):
    """The machine did not let us run a job: no fault of the post."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"[Errno {error.errno}] {error.strerror}")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended."""

    code: int
    """Its exit code, negative for a signal."""
    in_time: bool = True


def request_of(job: Job, limits: Limits, *, listen: bool) -> dict[str, Any]:
    """Return what a job's process needs to know."""
    condition = job.condition
    return {
        "cells": job.post.sources,
        "kind": condition.kind,
        "trial": condition.trial,
        "freeze": condition.freeze,
        "tally": condition.tally,
        "set": dict(condition.constants),
        "shuffle": condition.shuffle,
        "modules": job.modules,
        "metrics": job.metrics,
        "published": (job.sham.trace.total, job.sham.trace.peaks) if job.sham else None,
        "looks": _looks(job, job.sham) if job.sham and job.looks else None,
        "timeout": limits.timeout,
        "memory": limits.memory,
        "sandbox": limits.sandbox,
        "readable": [str(path) for path in readable()],
        "device": job.device,
        "listen": listen,
    }


def _looks(job: Job, sham: Run) -> dict[str, Any]:
    """Return what to look at during training, and what the sham and the curve tell about when."""
    learning = [update for update in sham.trace.learning if update.how != "set"]
    return {
        "expressions": job.looks,
        "learning": [(update.how, update.cell, update.line) for update in learning],
        "most": sham.trace.most,
        "seconds": sham.total_seconds,
        "taken": _taken(job.curve) if job.curve else None,
    }


def _taken(curve: Run) -> dict[str, Any]:
    """Return for each expression that a run could be looked at for: in which places, and when."""
    return {
        expression: [(stretch.place, stretch.updates) for stretch in look]
        for expression, look in curve.looks.items()
        if not isinstance(look, str)
    }


def run_of(job: Job, folder: Path, ending: Ending, limits: Limits) -> Run:
    """Return what came of a job, from what its process left in the folder."""
    left = _Left.read(folder)
    answer = Answer.parse(left.answer, job)
    if answer is None:
        return replace(begun(job), failure=_unanswered(job.post, left, ending, limits))
    raised_by = answer.failure and _raised(job.post, answer.failure, left, limits)
    return replace(
        begun(job),
        outputs=tidy(answer.shown),
        seconds=tuple(answer.seconds),
        values=answer.values,
        failure=raised_by or misshown(answer.shown),
        trace=answer.trace,
        memory=answer.memory,
        looks=answer.seen,
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """What a process left in its folder. A post may have written all of it."""

    answer: bytes
    stack: str
    """What faulthandler wrote when a fault or the clock ended the process."""
    position: tuple[int, int] | None
    """The cell and line that began last; cell 0 after the last one, None before the first."""
    trouble: Raised | None
    """What kept the process, and not the post, from doing its job."""

    @classmethod
    def read(cls, folder: Path) -> _Left:
        stack = _read(folder / STACK, LONGEST_STACK).decode("utf-8", "replace").rstrip()
        numbers = re.fullmatch(rb" *(\d+) +(\d+)", _read(folder / POSITION, ROOM[POSITION]))
        position = (int(numbers[1]), int(numbers[2])) if numbers else None
        trouble = Raised.parse(_read(folder / TROUBLE, ROOM[TROUBLE]))
        return cls(_read(folder / ANSWER, LARGEST + 1), stack, position, trouble)

    def place(self, post: Post, places: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """Return the first of these places that the post has, or else what began last."""
        cell, line = self.position or (1, 0)
        known = [(c, x) for c, x in [*places, (cell, line)] if post.has_line(c, x)]
        return known[0] if known else (cell if cell <= len(post.code_cells) else 1, 0)


def _read(path: Path, most: int, start: int = 0) -> bytes:
    """Return bytes of a file; none when something else, such as a folder, is in its place."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            file.seek(start)
            return file.read(most)
    except OSError:
        return b""


def _open_at_once(path: str, _flags: int) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def _unanswered(post: Post, left: _Left, ending: Ending, limits: Limits) -> Failure:
    """Return why a process did not answer, at the innermost line of the post that is known."""
    place = left.place(post, places_in(left.stack))
    if left.trouble:
        return unable(place, left.trouble.kinds, left.trouble.text, limits)
    if left.stack.startswith("Timeout") or not ending.in_time:
        return out_of_time(place, limits, left.stack)
    if left.position is None:
        return not_begun(place, ending.code)
    if ending.code == DEAF:
        return deaf(place)
    return ended_early(post, place, ending.code, left.stack)


def _raised(post: Post, error: Raised, left: _Left, limits: Limits) -> Failure:
    what, remedy, stable = raised(error.kinds, error.text, limits)
    place = left.place(post, error.places)
    return Failure(*place, what, remedy, error.detail, repeatable=stable)


@contextmanager
def laid_out(folder: Path, request: dict[str, Any]) -> Iterator[None]:
    """Make a job's folder, and remove it in the end; raises Unable if it cannot be made."""
    try:
        try:
            lay_out(folder, request)
        except OSError as error:
            raise Unable(error) from None
        yield
    finally:
        remove(folder)


@contextmanager
def following(job: Job, folder: Path, heard: Heard | None) -> Iterator[None]:
    """Pass on what a job prints while it runs."""
    if heard is None or job.condition.kind != "published":
        yield
        return
    text = codecs.getincrementaldecoder("utf-8")("replace")
    read = 0

    def look() -> None:
        nonlocal read
        data = _read(folder / PRINTED, LONGEST_LOOK, read)
        read += len(data)
        if data:
            heard(job, text.decode(data))

    async def keep_looking() -> None:
        while True:
            await asyncio.sleep(LISTEN_SECONDS)
            look()

    task = asyncio.create_task(keep_looking())
    try:
        yield
    finally:
        task.cancel()
        look()
