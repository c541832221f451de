"""Exceptions and exit codes of a post's process → a Failure with its message and remedy."""

from __future__ import annotations

import errno
import math
import re
import signal
from collections.abc import Sequence

from site_tools.experiment.plan import Job
from site_tools.model.post import Post
from site_tools.model.protocol import EXIT_TOO_MANY_PROCESSES, EXIT_TOO_MUCH_MEMORY
from site_tools.model.run import Failure
from site_tools.model.source import RAISES
from site_tools.running import gpu_failures
from site_tools.running.limits import Limits
from site_tools.sandbox.confinement import LARGEST_FILE, MOST_OPEN_FILES
from site_tools.sandbox.watch import MOST_PROCESSES
from site_tools.worker.output_limits import CellOutputs, unfit

Location = tuple[int, int]
"""A cell and a line of a post; see Failure."""


def _names_below(kind: type[BaseException]) -> set[str]:
    """Return the names of an exception class and of all its subclasses."""
    return {kind.__name__}.union(*map(_names_below, kind.__subclasses__()))


PASSING_ERRORS = {"MemoryError", "URLError", "HTTPError"}.union(
    *map(_names_below, [ImportError, OSError])
)
"""Exceptions that may depend on the state of the machine, so they are never stored."""

_WORKING_FOLDER = (
    "A post may write only in its working folder, not to its data files, and cannot read yours."
)

_NO_NETWORK = "A post runs without a network: generate the data, or load it from a package."

_UNCONNECTED = {"URLError", "gaierror", "RequestException", "ConnectError", "ClientConnectionError"}
"""What urllib, socket, requests, httpx and aiohttp raise."""

_NO_GPU = (
    'This run has no GPU: choose with `device = "cuda" if torch.cuda.is_available() else '
    '"cpu"`; `device: gpu` in the front matter asks for one.'
)

_FEWER_PROCESSES = "Start fewer processes and threads at once."

_SYSTEM_ERRORS = {
    errno.EACCES: _WORKING_FOLDER,
    errno.EROFS: _WORKING_FOLDER,
    errno.EPERM: "A post may not access processes or files outside its working folder.",
    errno.EFBIG: f"A post may write files of up to {LARGEST_FILE // 10**9} GB.",
    errno.ENOSPC: "Write less, or free some space.",
    errno.EMFILE: f"A process may have {MOST_OPEN_FILES:,} files open: close those it has read.",
    errno.ENETUNREACH: _NO_NETWORK,
    errno.EAFNOSUPPORT: _NO_NETWORK,
    errno.EAGAIN: _FEWER_PROCESSES,
    errno.ENOSYS: "A post may not make this system call. To share memory between processes, use "
    "`multiprocessing.shared_memory`; for a file in memory, `io.BytesIO` or `tempfile`.",
}
"""Remedies by error number."""

_ERRNO = re.compile(r"\[Errno (\d+)\]")

_BY_TEXT = {
    "asyncio.run() cannot be called": "A notebook already runs an event loop: write `await` "
    "instead.",
    "can't start new thread": _FEWER_PROCESSES,  # `threading`, at the limit of processes
    **dict.fromkeys(gpu_failures.WITHOUT_GPU, _NO_GPU),
}
"""Remedies by a part of the message of a RuntimeError, or of torch's AssertionError."""

_TORCH_OUT_OF_MEMORY = "can't allocate memory"
"""Part of the message of the RuntimeError that torch raises when it gets no memory."""

_NO_EXIT = "A post must run to its end: remove the exit call."


def errno_of(kinds: Sequence[str], text: str) -> int | None:
    """Return the error number of an OSError, None for any other exception.

    A process answers with the names of an exception's classes and its text only.
    """
    match = _ERRNO.search(text) if "OSError" in kinds else None
    return int(match[1]) if match else None


def raised(
    location: Location, kinds: Sequence[str], text: str, limits: Limits, detail: str = ""
) -> Failure:
    """Return the failure of a post that raised an exception.

    `kinds` are the names of its class and of those above it.
    """
    if "MemoryError" in kinds or _TORCH_OUT_OF_MEMORY in text:
        return out_of_memory(location, limits, detail)
    if limits.gpu and (known := gpu_failures.explained(text)):
        return Failure(*location, known.what, known.remedy, detail, known.repeatable)
    what, remedy = _explained(kinds, text)
    return Failure(*location, what, remedy, detail, PASSING_ERRORS.isdisjoint(kinds))


def out_of_memory(location: Location, limits: Limits, detail: str = "") -> Failure:
    """Return the failure of a post whose processes need more memory than they may use."""
    what = f"the post needs more memory than the {limits.gigabytes} that a run may use here."
    more = max(8, math.ceil(2 * limits.memory / 1e9))
    remedy = f"Reduce its memory use, or allow more with `memory: {more} GB` in the front matter."
    return Failure(*location, what, remedy, detail, repeatable=False, limit="memory")


def _explained(kinds: Sequence[str], text: str) -> tuple[str, str]:
    """Return the message for an exception, and its remedy; empty when none is known."""
    kind = kinds[0]
    if kind == "SystemExit":
        what = f"the post exits (SystemExit {text}).".replace(" )", ")")
        return what, "Remove the exit call."
    if kind in {"StdinNotImplementedError", "EOFError"}:
        return (
            "the post asks for input, and it gets none.",
            "Write the answer into the code.",
        )
    return (f"{kind}: {text}" if text else f"{kind}."), _remedy(kinds, text)


def _remedy(kinds: Sequence[str], text: str) -> str:
    if not _UNCONNECTED.isdisjoint(kinds):
        return _NO_NETWORK
    for part, remedy in _BY_TEXT.items():
        if part in text:
            return remedy
    number = errno_of(kinds, text)
    if number in _SYSTEM_ERRORS:
        return _SYSTEM_ERRORS[number]
    if "FileNotFoundError" in kinds:
        return "A post runs in an empty folder, so that its download runs anywhere."
    return ""


def timed_out(location: Location, limits: Limits, detail: str) -> Failure:
    """Return the failure of a run that exceeded its time limit."""
    what = f"still running after {limits.timeout:g} s, the limit of one run."
    more = f"{2 * limits.timeout:g}"
    form = (
        f"`--timeout {more}`" if limits.is_asked_for else f"`timeout: {more}` in the front matter"
    )
    remedy = f"Make it faster, or allow more: {form}."
    if limits.gpu:
        remedy += " A GPU works on while the program goes on: an earlier line may be the slow one."
    return Failure(*location, what, remedy, detail, repeatable=False, limit="time")


def exited(
    post: Post, location: Location, code: int | None, limits: Limits, detail: str = ""
) -> Failure:
    """Return the failure of a process that ended without an answer, with this exit code."""
    if code == EXIT_TOO_MUCH_MEMORY:
        return out_of_memory(location, limits, detail)
    if code == EXIT_TOO_MANY_PROCESSES:
        what = f"the post has more than {MOST_PROCESSES} processes and threads at once."
        return Failure(*location, what, _FEWER_PROCESSES, detail, repeatable=False)
    thing = "this cell" if location[0] else "the metric" if post.claims else "the post"
    how, remedy = _ended(code)
    return Failure(*location, f"{thing} {how}.", remedy, detail, repeatable=False)


def exited_before_start(location: Location, code: int) -> Failure:
    """Return the failure of a process that ended before the first line of the post."""
    how, _ = _ended(code)
    what = f"not caused by the post: its process {how} before the first line."
    return Failure(*location, what, "The machine may have run out of memory.", repeatable=False)


def _ended(code: int | None) -> tuple[str, str]:
    """Return how a process ended, and the remedy."""
    if code is None:
        return "ended the process", _NO_EXIT
    if code >= 0:
        return f"ended the process with exit code {code}", _NO_EXIT
    names = {known.value: known.name for known in signal.Signals}
    remedy = "This is a crash in compiled code: check the values that this line passes to it."
    if -code == signal.SIGKILL:
        remedy = "Unless the post did this itself, the machine ran out of memory."
    return f"was killed by {names.get(-code, f'signal {-code}')}", remedy


def answer_lost(location: Location) -> Failure:
    """Return the failure of a post that closed the files through which its process answers."""
    what = "the post closed files that it did not open, so its result was lost."
    return Failure(*location, what, "Close only files that the post opened.", repeatable=False)


def not_run(location: Location, kinds: Sequence[str], text: str, limits: Limits) -> Failure:
    """Return the failure of a run that the machine, or a bug of ours, kept from ending."""
    if "MemoryError" in kinds or (limits.gpu and gpu_failures.explained(text)):
        return raised(location, kinds, text, limits)
    if "OSError" in kinds:
        what = f"not caused by the post: it could not be run here: {text}."
        remedy = "Fix this and run again."
        if errno_of(kinds, text) == errno.ENOSPC:
            remedy = "Free some space, or set TMPDIR to a folder that has some."
    else:
        what = f"not caused by the post, but by a bug in elevenlines: {kinds[0]}: {text}."
        remedy = "Please report it."
    return Failure(*location, what, remedy, repeatable=False)


def not_raised(job: Job, cells: Sequence[CellOutputs]) -> Failure | None:
    """Return the failure of a published run in which a cell that is meant to raise did not."""
    if job.condition.kind != "published":
        return None
    for number in job.post.raising:
        outputs = cells[number - 1].outputs if number <= len(cells) else ()
        if not any(output["output_type"] == "error" for output in outputs):
            what = f"this cell is meant to raise (`{RAISES}`), and it does not."
            return Failure(number, 0, what, "Remove the tag, or make it raise again.")
    return None


def unfit_output(cells: Sequence[CellOutputs]) -> Failure | None:
    """Return the failure of a post whose output a page cannot carry, or None."""
    return next((Failure(cell, 0, what, remedy) for cell, what, remedy in unfit(cells)), None)
