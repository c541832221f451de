"""The process of one job: it is told what to do by a file, and answers with a file.

The engine has made a folder with a request in it, and started or forked this process. Everything
that belongs to the job lies in that folder, and goes when the folder goes.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn, TextIO

from site_tools import processes, sandbox
from site_tools.capture import Listen
from site_tools.frames import Mark

REQUEST, ANSWER = "request.json", "answer.json"
"""Files in a job's folder: what to do, and what came of it."""

STACK, POSITION = "stack.txt", "position.txt"
"""Files that tell, of a process that did not answer, where it was: the stack of one that was
ended by a fault or by the clock, and the cell and line that had begun last."""

PRINTED = "printed.txt"
"""What the published run prints, as it comes, if somebody listens."""

OWN, WORK, TEMPORARY = "own", "own/work", "own/tmp"
"""Folders in a job's folder: what belongs to the post, where it runs, and where its temporary files
go. It can move files from one to the other."""


def lay_out(folder: Path, request: dict[str, Any]) -> None:
    """Make a job's folder."""
    for path in (folder, *(folder / name for name in (OWN, WORK, TEMPORARY))):
        path.mkdir(mode=0o700)
    (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")


def requested(folder: Path) -> dict[str, Any]:
    """Return what the process of a job's folder shall do."""
    request: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    return request


def main(folder: Path) -> None:
    """Do the job that a folder describes, in this process, and end it."""
    request = requested(folder)
    settle(folder)
    # What is opened now stays open: a confined post can neither open nor remove these files.
    shown = {1: "stdout", 2: "stderr"} if request["kind"] == "published" else {}
    for descriptor, name in shown.items():
        redirect(descriptor, folder / name)
    position = os.open(folder / POSITION, os.O_CREAT | os.O_WRONLY, 0o600)
    told, stack, printed = (
        (folder / name).open("w", encoding="utf-8", buffering=1)
        for name in (ANSWER, STACK, PRINTED)
    )
    _confine(folder, request, told)
    for descriptor in {0, 1, 2}.difference(shown):
        redirect(descriptor, os.devnull)  # the one inside: what is open can be altered
    processes.adopt_orphans()
    faulthandler.enable(stack)
    faulthandler.dump_traceback_later(request["timeout"], exit=True, file=stack)
    process = os.getpid()
    answer = _run(
        request,
        mark=lambda cell, line: os.pwrite(position, b"%9d %9d" % (cell, line), 0),
        listen=printed.write if request["listen"] else lambda _text: 0,
    )
    if os.getpid() == process:  # and not a fork that the post has let go on
        _end(told, answer)
    os._exit(0)


def _confine(folder: Path, request: dict[str, Any], told: TextIO) -> None:
    """Confine this process, or end it: then it runs nothing."""
    try:
        sandbox.enter([folder / OWN], request)
    except OSError as error:
        text = f"the process could not be confined: {error.strerror or error}"
        failure = {"cell": 1, "line": 0, "kinds": ["OSError"], "text": text, "detail": ""}
        _end(told, {"seconds": (), "values": {}, "failure": failure})


def _end(told: TextIO, answer: dict[str, Any]) -> NoReturn:
    """Answer, and end the process."""
    told.write(json.dumps({**answer, "memory": _peak()}))
    told.flush()
    os._exit(0)  # a thread that the post left behind must not hold us


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
    sandbox.start_over(requested(Path(sys.argv[1]))["sandbox"])
    processes.end_with_parent(os.getppid())
    main(Path(sys.argv[1]))
