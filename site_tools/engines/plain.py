"""Trials: one plain Python process each, without a notebook, its prints and figures unseen."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from site_tools.child import ANSWER, REQUEST, STACK
from site_tools.engines.surroundings import begun, raised, variables
from site_tools.plan import Job
from site_tools.post import Failure, Run, Trace, Unseeded, Update

GRACE_SECONDS = 2.0
"""How much longer than its time a process may take to say where it was."""

_FRAME = re.compile(r'File "<cell (\d+)>", line (\d+)')
_ENDS_EARLY = "A post must run to its end: no `exit()`, and no more memory than there is."


async def run(job: Job, timeout: float) -> Run:  # noqa: ASYNC109
    """Run a trial in a fresh process, for at most `timeout` seconds."""
    with TemporaryDirectory(prefix="elevenlines-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "work").mkdir()
        request = json.dumps(_request(job, timeout))
        (folder / REQUEST).write_text(request, encoding="utf-8")
        code = await _process(folder, timeout)
        answer = _answer(folder)
        failure = _failure(answer, code, folder, timeout)
    if answer is None:
        return replace(begun(job), failure=failure)
    return replace(
        begun(job),
        seconds=tuple(answer["seconds"]),
        values=answer["values"],
        failure=failure,
        trace=_trace(answer),
    )


def _request(job: Job, timeout: float) -> dict[str, Any]:
    condition = job.condition
    return {
        "cells": [cell.source for cell in job.post.code_cells],
        "kind": condition.kind,
        "trial": condition.trial,
        "freeze": condition.freeze,
        "tally": condition.tally,
        "set": dict(condition.constants),
        "shuffle": condition.shuffle,
        "modules": job.modules,
        "metrics": job.metrics,
        "published": (job.sham.total, job.sham.peaks) if job.sham else None,
        "timeout": timeout,
    }


async def _process(folder: Path, timeout: float) -> int:  # noqa: ASYNC109
    """Run the process to its end; return its exit code, negative for a signal."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "site_tools.child", str(folder)],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder / "work",
        env={**variables(folder), "MPLBACKEND": "agg"},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(timeout + GRACE_SECONDS):
            return await process.wait()
    except TimeoutError:
        return -signal.SIGKILL
    finally:
        with suppress(ProcessLookupError):  # and what it started
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _answer(folder: Path) -> dict[str, Any] | None:
    """Return what the process answered, or None when it ended too early to."""
    try:
        answer: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answer


def _failure(
    answer: dict[str, Any] | None,
    code: int,
    folder: Path,
    timeout: float,
) -> Failure | None:
    if answer is not None:
        return _raised(answer["failure"]) if answer["failure"] else None
    stack = (folder / STACK).read_text(encoding="utf-8") if (folder / STACK).exists() else ""
    frame = _FRAME.search(stack)  # the innermost comes first
    cell, line = map(int, frame.groups()) if frame else (0, 0)
    if stack.startswith("Timeout") or code == -signal.SIGKILL:
        what = f"still running after {timeout:g} s."
        remedy = "Make it faster, or allow more with `--timeout SECONDS`."
        return Failure(cell, line, what, remedy, stack, repeatable=False)
    how = f"ended the process with exit code {code}"
    if code < 0:
        how = f"was killed by {signal.Signals(-code).name}"
    return Failure(cell, line, f"it {how}.", _ENDS_EARLY, stack, repeatable=False)


def _raised(failure: dict[str, Any]) -> Failure:
    kinds = failure["kinds"]
    what, remedy, stable = raised(kinds[0], failure["text"])
    return Failure(failure["cell"], failure["line"], what, remedy, repeatable=stable)


def _trace(answer: dict[str, Any]) -> Trace:
    return Trace(
        updates=tuple(Update(**update) for update in answer["updates"]),
        total=answer["total"],
        peaks=tuple(answer["peaks"]),
        stopped=answer["stopped"],
        unseeded=tuple(Unseeded(*unseeded) for unseeded in answer["unseeded"]),
    )
