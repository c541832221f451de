"""The process of one job: reads its request from the job directory, and writes its answer there.

The parent has created the directory, and has started or forked this process. Everything that
belongs to the job is in that directory, and is removed with it. The order matters: all files are
opened before the process confines itself, and it confines itself before the first line of the post.
"""

from __future__ import annotations

import faulthandler
import os
import re
import resource
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from site_tools.model.protocol import (
    ANSWER_FILE,
    EXIT_WITHOUT_REPORT,
    OWN_FOLDER,
    POSITION_FILE,
    PRINTED_FILE,
    REQUEST_FILE,
    STACK_FILE,
    TEMPORARY_FOLDER,
    WORK_FOLDER,
    WORKER_ERROR_FILE,
    Confinement,
    JobAnswer,
    JobRequest,
    RaisedException,
)
from site_tools.sandbox import confinement, supervision
from site_tools.worker import gpu
from site_tools.worker.code_locations import Mark, describe
from site_tools.worker.output_capture import Listen

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_request(folder: Path) -> JobRequest:
    """Return the request in a job directory."""
    return JobRequest.from_json((folder / REQUEST_FILE).read_text(encoding="utf-8"))


def main(folder: Path) -> None:
    """Do the job of a directory in this process, and exit.

    An error that is not the post's goes to `WORKER_ERROR_FILE`. That file is opened first and
    written by `pwrite` into reserved bytes, which works without memory or disk space.
    """
    process: int | None = None
    code = 0
    error_file = os.open(folder / WORKER_ERROR_FILE, os.O_WRONLY)
    try:
        request = read_request(folder)
        enter_directory(folder)
        files = _open_files(folder, request)
        _confine(folder, request.confinement)  # may return in a child of this process
        process = os.getpid()
        _answer(request, files)
    except BaseException as error:  # noqa: BLE001  exceptions of the post are caught where it runs
        code = EXIT_WITHOUT_REPORT
        supervision.release_memory_reserve()
        with suppress(OSError, MemoryError):
            if process in {None, os.getpid()}:  # else a fork that the post made
                os.pwrite(error_file, _without_traceback(error).encode("ascii"), 0)
    os._exit(code)  # does not wait for threads that the post has left running


def _without_traceback(error: BaseException) -> str:
    described = describe(error)
    return RaisedException(described.kinds, described.text).to_json()


@dataclass(frozen=True, slots=True)
class _Files:
    """Files that are opened before the post runs: once confined, it cannot open or remove them."""

    answer: BinaryIO
    stack: BinaryIO
    printed: BinaryIO
    position: int
    """A file descriptor."""
    unused: frozenset[int]
    """The standard descriptors that are not captured."""


def _open_files(folder: Path, request: JobRequest) -> _Files:
    captured = {1: "stdout", 2: "stderr"} if request.condition.kind == "published" else {}
    for descriptor, name in captured.items():
        redirect(descriptor, folder / name)
    return _Files(
        answer=(folder / ANSWER_FILE).open("wb"),
        stack=(folder / STACK_FILE).open("r+b", buffering=0),
        printed=(folder / PRINTED_FILE).open("wb", buffering=0),
        position=os.open(folder / POSITION_FILE, os.O_WRONLY),
        unused=frozenset({0, 1, 2}.difference(captured)),
    )


def _confine(folder: Path, request: Confinement) -> None:
    try:
        confinement.enter([folder / OWN_FOLDER], request)
    except OSError as error:
        what = f"the process could not be confined: {error.strerror or error}"
        raise OSError(what) from error


def _answer(request: JobRequest, files: _Files) -> None:
    """Run the job in this process, which is confined, and write the answer."""
    for descriptor in files.unused:
        # Opened only now: through a descriptor from before, the post could change /dev/null itself.
        redirect(descriptor, os.devnull)
    supervision.adopt_orphans()
    faulthandler.enable(files.stack)
    faulthandler.dump_traceback_later(request.timeout, exit=True, file=files.stack)

    def listen(text: str) -> None:
        with suppress(OSError):  # a listener must make no difference to the post
            files.printed.write(text.encode("utf-8", "replace"))

    uses_gpu = request.confinement.device == "gpu"
    if uses_gpu:
        gpu.prepare(request.confinement.gpu)
    process = os.getpid()
    answer = _run(
        request,
        mark=lambda cell, line: os.pwrite(files.position, b"%9d %9d" % (cell, line), 0),
        listen=listen if request.listen else lambda _text: None,
    )
    if os.getpid() == process:  # else a fork that the post made and did not end
        described = gpu.describe() if uses_gpu else None
        text = replace(answer, memory=_peak_memory(), gpu=described).to_json()
        with files.answer:
            files.answer.write(_SURROGATE.sub("\ufffd", text).encode("utf-8"))


def redirect(descriptor: int, path: Path | str) -> None:
    """Redirect a file descriptor to a file, for output that does not come through Python."""
    opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    os.dup2(opened, descriptor)
    os.close(opened)


def enter_directory(folder: Path) -> None:
    """Make a job directory the home, the temporary and the working directory of this process."""
    os.chdir(folder / WORK_FOLDER)
    temporary = str(folder / TEMPORARY_FOLDER)
    os.environ.update(TMPDIR=temporary, HOME=temporary, IPYTHONDIR=temporary)
    tempfile.tempdir = None
    _link_font_lists(folder / TEMPORARY_FOLDER / "matplotlib")
    if sys.path[:1] != [""]:
        sys.path.insert(0, "")


def _link_font_lists(folder: Path) -> None:
    """Give matplotlib a writable folder with links to the existing lists of fonts."""
    lists = Path(os.environ["MPLCONFIGDIR"]).glob("fontlist*.json")
    os.environ["MPLCONFIGDIR"] = str(folder)
    if "matplotlib" not in sys.modules:
        folder.mkdir()
        for path in lists:
            (folder / path.name).symlink_to(path)


def _run(request: JobRequest, mark: Mark, listen: Listen) -> JobAnswer:
    if request.condition.kind == "published":
        from site_tools.worker.notebook_run import run_published  # noqa: PLC0415  imports IPython

        return run_published(request, mark, listen)
    from site_tools.worker.trial import run_trial  # noqa: PLC0415

    return run_trial(request, mark)


def _peak_memory() -> int:
    """Return the peak memory of this process or of one that it started, in bytes."""
    used = [
        resource.getrusage(which).ru_maxrss
        for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return max(used) * (1 if sys.platform == "darwin" else 1024)  # macOS counts bytes, Linux KiB


if __name__ == "__main__":
    confinement.start_over(read_request(Path(sys.argv[1])).confinement.layers)
    supervision.end_with_parent(os.getppid())
    main(Path(sys.argv[1]))
