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
from pathlib import Path
from typing import Any

from site_tools import processes, sandbox
from site_tools.capture import Listen
from site_tools.frames import Failed, Mark, describe

REQUEST, ANSWER = "request.json", "answer.json"
"""Files in a job's folder: what to do, and what came of it."""

STACK, POSITION = "stack.txt", "position.txt"
"""Files that tell, of a process that did not answer, where it was: the stack of one that was
ended by a fault or by the clock, and the cell and line that had begun last."""

TROUBLE = "trouble.json"
"""What kept this process, and not the post, from doing its job."""

PRINTED = "printed.txt"
"""What the published run prints, as it comes, if somebody listens."""

WORK, TEMPORARY = "work", "tmp"
"""Folders in a job's folder: where a post runs, and where its temporary files go."""

ROOM = {TROUBLE: 4096, STACK: 4096, POSITION: 19}
"""Bytes that are set aside for what must be told also when the disk is full."""

DEAF = 113
"""The exit code of a process that cannot even tell its trouble: the post closed all files."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def lay_out(folder: Path, request: dict[str, Any]) -> None:
    """Make a job's folder."""
    for path in (folder, folder / WORK, folder / TEMPORARY):
        path.mkdir(mode=0o700)
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
    for name, size in ROOM.items():
        (folder / name).write_bytes(b" " * size)


def main(folder: Path) -> None:
    """Do the job that a folder describes, in this process, and end it."""
    process, code = os.getpid(), 0
    trouble = os.open(folder / TROUBLE, os.O_WRONLY)
    try:
        _answer(folder)
    except BaseException as error:  # noqa: BLE001  what a post raises is caught where it runs
        code = DEAF
        with suppress(OSError):
            if os.getpid() == process:
                os.pwrite(trouble, json.dumps(_told(error)).encode("ascii"), 0)
    os._exit(code)  # a thread that the post left behind must not hold us


def _told(error: BaseException) -> Failed:
    description = describe(error)
    return {name: description[name] for name in ("kinds", "text")}


def _answer(folder: Path) -> None:
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    processes.adopt_orphans()
    settle(folder)
    # What is opened now stays open: a confined post can neither open nor remove these files.
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        _redirect(descriptor, folder / name if request["kind"] == "published" else os.devnull)
    position = os.open(folder / POSITION, os.O_WRONLY)
    stack = (folder / STACK).open("r+b", buffering=0)
    told, printed = (folder / ANSWER).open("wb"), (folder / PRINTED).open("wb", buffering=0)
    sandbox.enter([folder / WORK, folder / TEMPORARY], request)
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


def _redirect(descriptor: int, path: Path | str) -> None:
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
    if sys.path[:1] != [""]:
        sys.path.insert(0, "")


def _run(request: dict[str, Any], mark: Mark, listen: Listen) -> dict[str, Any]:
    if request["kind"] == "published":
        from site_tools.shell import run_published  # noqa: PLC0415  brings IPython

        return run_published(request, mark, listen)
    from site_tools.trial import run_trial  # noqa: PLC0415

    return run_trial(request, mark)


def _peak() -> int:
    """Return the most memory that this process, or one that it started, has used; in bytes."""
    used = [
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return max(used) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    processes.end_with_parent(os.getppid())
    main(Path(sys.argv[1]))
