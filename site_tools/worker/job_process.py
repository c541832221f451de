"""The process of one job: it is told what to do by a file, and answers with a file.

The engine has made a folder with a request in it, and started or forked this process. Everything
that belongs to the job lies in that folder, and goes when the folder goes.
"""

from __future__ import annotations

import faulthandler
import json
import os
import re
import resource
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from site_tools.sandbox import confinement, supervision
from site_tools.worker.code_locations import Failed, Mark, describe
from site_tools.worker.output_capture import Listen

REQUEST, ANSWER = "request.json", "answer.json"
"""Files in a job's folder: what to do, and what came of it."""

STACK, POSITION = "stack.txt", "position.txt"
"""Files that tell, of a process that did not answer, where it was: the stack of one that was
ended by a fault or by the clock, and the cell and line that had begun last."""

TROUBLE = "trouble.json"
"""What kept this process, and not the post, from doing its job."""

PRINTED = "printed.txt"
"""What the published run prints, as it comes, if somebody listens."""

OWN, WORK, TEMPORARY = "own", "own/work", "own/tmp"
"""Folders in a job's folder: what belongs to the post, where it runs, and where its temporary files
go. It can move files from one to the other."""

ROOM = {TROUBLE: 4096, STACK: 4096, POSITION: 19}
"""Bytes that are set aside for what must be told also when the disk is full."""

DEAF = 113
"""The exit code of a process that cannot even tell its trouble: the post closed all files."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def lay_out(folder: Path, request: dict[str, Any]) -> None:
    """Make a job's folder."""
    for path in (folder, *(folder / name for name in (OWN, WORK, TEMPORARY))):
        path.mkdir(mode=0o700)
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    for name, size in ROOM.items():
        (folder / name).write_bytes(b" " * size)


def requested(folder: Path) -> dict[str, Any]:
    """Return what the process of a job's folder shall do."""
    request: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    return request


def main(folder: Path) -> None:
    """Do the job that a folder describes, in this process, and end it."""
    process: int | None = None
    code = 0
    trouble = os.open(folder / TROUBLE, os.O_WRONLY)
    try:
        request = requested(folder)
        settle(folder)
        files = _open(folder, request)
        _confine(folder, request)  # from here on, this is another process
        process = os.getpid()
        _answer(request, files)
    except BaseException as error:  # noqa: BLE001  what a post raises is caught where it runs
        code = DEAF
        supervision.take_reserve()
        with suppress(OSError, MemoryError):
            if process in {None, os.getpid()}:
                os.pwrite(trouble, json.dumps(_told(error)).encode("ascii"), 0)
    os._exit(code)  # a thread that the post left behind must not hold us


def _told(error: BaseException) -> Failed:
    description = describe(error)
    return {name: description[name] for name in ("kinds", "text")}


@dataclass(frozen=True, slots=True)
class _Files:
    """What is open before the post runs: once confined, it can neither open nor remove these."""

    told: BinaryIO
    stack: BinaryIO
    printed: BinaryIO
    position: int
    silent: frozenset[int]
    """Of the standard descriptors, those that lead nowhere."""


def _open(folder: Path, request: dict[str, Any]) -> _Files:
    shown = {1: "stdout", 2: "stderr"} if request["kind"] == "published" else {}
    for descriptor, name in shown.items():
        redirect(descriptor, folder / name)
    return _Files(
        told=(folder / ANSWER).open("wb"),
        stack=(folder / STACK).open("r+b", buffering=0),
        printed=(folder / PRINTED).open("wb", buffering=0),
        position=os.open(folder / POSITION, os.O_WRONLY),
        silent=frozenset({0, 1, 2}.difference(shown)),
    )


def _confine(folder: Path, request: dict[str, Any]) -> None:
    try:
        confinement.enter([folder / OWN], request)
    except OSError as error:
        what = f"the process could not be confined: {error.strerror or error}"
        raise OSError(what) from error


def _answer(request: dict[str, Any], files: _Files) -> None:
    """Run the job in this process, which is confined, and write the answer."""
    for descriptor in files.silent:
        redirect(descriptor, os.devnull)  # the confined one: what is open can be altered
    supervision.adopt_orphans()
    stack, told, printed, position = files.stack, files.told, files.printed, files.position
    faulthandler.enable(stack)
    faulthandler.dump_traceback_later(request["timeout"], exit=True, file=stack)

    def listen(text: str) -> None:
        with suppress(OSError):  # whoever listens, it makes no difference to the post
            printed.write(text.encode("utf-8", "replace"))

    process = os.getpid()
    answer = _run(
        request,
        mark=lambda cell, line: os.pwrite(position, b"%9d %9d" % (cell, line), 0),
        listen=listen if request["listen"] else lambda _text: None,
    )
    if os.getpid() == process:  # and not a fork that the post has let go on
        text = json.dumps({**answer, "memory": _peak()}, ensure_ascii=False)
        with told:
            told.write(_SURROGATE.sub("\ufffd", text).encode("utf-8"))


def redirect(descriptor: int, path: Path | str) -> None:
    """Let what is written past Python go to a file."""
    written = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    os.dup2(written, descriptor)
    os.close(written)


def settle(folder: Path) -> None:
    """Make a job's folder the home of this process: where it works, and keeps what it keeps."""
    os.chdir(folder / WORK)
    temporary = str(folder / TEMPORARY)
    os.environ.update(TMPDIR=temporary, HOME=temporary, IPYTHONDIR=temporary)
    tempfile.tempdir = None
    _borrow_fonts(folder / TEMPORARY / "matplotlib")
    if sys.path[:1] != [""]:
        sys.path.insert(0, "")


def _borrow_fonts(folder: Path) -> None:
    """Give matplotlib a folder that it can write to, with the list of fonts that there is."""
    lists = Path(os.environ["MPLCONFIGDIR"]).glob("fontlist*.json")
    os.environ["MPLCONFIGDIR"] = str(folder)
    if "matplotlib" not in sys.modules:
        folder.mkdir()
        for path in lists:
            (folder / path.name).symlink_to(path)


def _run(request: dict[str, Any], mark: Mark, listen: Listen) -> dict[str, Any]:
    if request["kind"] == "published":
        from site_tools.worker.notebook_run import run_published  # noqa: PLC0415  brings IPython

        return run_published(request, mark, listen)
    from site_tools.worker.trial import run_trial  # noqa: PLC0415

    return run_trial(request, mark)


def _peak() -> int:
    """Return the most memory that this process, or one that it started, has used; in bytes."""
    used = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return max(used) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    confinement.start_over(requested(Path(sys.argv[1]))["sandbox"])
    supervision.end_with_parent(os.getppid())
    main(Path(sys.argv[1]))
