"""A job ↔ the folder through which its process is told what to do and answers."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from site_tools.child import ANSWER, POSITION, PRINTED, STACK
from site_tools.engines.surroundings import (
    Limits,
    begun,
    ended_early,
    misshown,
    out_of_time,
    raised,
    readable,
)
from site_tools.frames import IN_A_STACK
from site_tools.outputs import Shown, tidy
from site_tools.plan import Job
from site_tools.post import Failure, Post, Run, Trace, Unseeded, Update

Heard = Callable[[Job, str], None]
"""Is told what a published run prints, as it comes."""

LISTEN_SECONDS = 0.2
"""How often prints are looked for."""


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
        "published": (job.sham.total, job.sham.peaks) if job.sham else None,
        "timeout": limits.timeout,
        "memory": limits.memory,
        "sandbox": limits.sandbox,
        "readable": [str(path) for path in readable()],
        "device": job.device,
        "listen": listen,
    }


def run_of(job: Job, folder: Path, ending: Ending, limits: Limits) -> Run:
    """Return what came of a job, from what its process left in the folder."""
    answer = _answer(folder)
    if answer is None:
        return replace(begun(job), failure=_unanswered(job.post, folder, ending, limits))
    shown = [Shown(cell["shown"], cell["printed"]) for cell in answer.get("outputs", ())]
    failure = _raised(answer["failure"], limits) if answer["failure"] else misshown(shown)
    return replace(
        begun(job),
        outputs=tidy(shown),
        seconds=tuple(answer["seconds"]),
        values=answer["values"],
        failure=failure,
        trace=_trace(answer) if "updates" in answer else Trace(),
        memory=answer["memory"],
    )


def _answer(folder: Path) -> dict[str, Any] | None:
    """Return what the process answered, or None when it ended too early to."""
    try:
        answer: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answer


def _unanswered(post: Post, folder: Path, ending: Ending, limits: Limits) -> Failure:
    """Return why a process did not answer, at the innermost line of the post that is known."""
    stack = _read(folder / STACK)
    places = [*IN_A_STACK.findall(stack), tuple(_read(folder / POSITION).split()), ("1", "0")]
    cell, line = map(int, next(place for place in places if place))  # the innermost comes first
    if stack.startswith("Timeout") or not ending.in_time:
        return out_of_time(cell, line, limits, stack)
    how = f"ended the process with exit code {ending.code}"
    if ending.code < 0:
        how = f"was killed by {signal.Signals(-ending.code).name}"
    return ended_early(post, cell, line, how, stack)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it is not there, or the post, whose it is, has forbidden to read it
        return ""


def _raised(failure: Mapping[str, Any], limits: Limits) -> Failure:
    what, remedy, stable = raised(failure["kinds"], failure["text"], limits)
    detail = failure["detail"]
    return Failure(failure["cell"], failure["line"], what, remedy, detail, repeatable=stable)


def _trace(answer: Mapping[str, Any]) -> Trace:
    return Trace(
        updates=tuple(Update(**update) for update in answer["updates"]),
        total=answer["total"],
        peaks=tuple(answer["peaks"]),
        stopped=answer["stopped"],
        unseeded=tuple(Unseeded(*unseeded) for unseeded in answer["unseeded"]),
    )


@contextmanager
def following(job: Job, folder: Path, heard: Heard | None) -> Iterator[None]:
    """Pass on what a job prints while it runs."""
    if heard is None or job.condition.kind != "published":
        yield
        return
    read = 0

    def look() -> None:
        nonlocal read
        text = _read(folder / PRINTED)
        if len(text) > read:
            heard(job, text[read:])
        read = len(text)

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
