"""A warm process: it imports what posts need, computes nothing, and forks a child for each job.

The engine starts it with a file that tells the stages: for each one end of a socket, and the
packages to import. A stage serves its jobs from its own process, which was forked from the stage
before, so posts that need only numpy run while torch is still being imported.

    engine → stage   {"run": folder}    fork a child for the job in this folder
                     {"kill": folder}   its time is up
                     {"stop": ""}
    stage → engine   {"warm": ""}       all imports are done
                     {"began": folder}
                     {"ended": folder, "code": …}   the child and all that it left are gone
                     {"unsafe": ""}     an import started a thread: nothing is forked from here

A stage that is stopped kills its children. When the engine is gone, however it went, the stage
also deletes the engine's folder.

Every child is a fork of a process with one thread, no seed drawn and no GPU touched. A confined
child has a child of its own, in which the post runs; it ends as that one does.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from site_tools.sandbox import confinement, supervision
from site_tools.sandbox.removal import remove
from site_tools.worker import job_process, preloads

LONGEST_MESSAGE = 65_536
"""Bytes of a message: it names a folder, and what a job needs lies in the folder."""

TOLD = "zygote.json"
"""The file in the zygote's folder that tells the stages."""


def serve(stages: Sequence[tuple[int, Sequence[str]]], workshop: Path) -> None:
    """Serve the first stage from this process, and each further one from a fork of the one before.

    A stage is the descriptor of its socket, and the packages to import.
    """
    (descriptor, packages), *further = stages
    preloads.load(packages)
    next_stage = os.fork() if further else None
    if next_stage == 0:
        os.close(descriptor)
        serve(further, workshop)
        return
    for other, _ in further:
        os.close(other)
    stage = _Stage(socket.socket(fileno=descriptor), workshop)
    stage.serve({next_stage} if next_stage else set())


class _Stage:
    """The loop of one warm process."""

    def __init__(self, engine: socket.socket, workshop: Path) -> None:
        self.engine, self.workshop = engine, workshop
        self.jobs: dict[int, str] = {}
        """The running children and their folders."""
        self.kin: set[int] = set()
        """The next stage."""
        self.ended, wake = os.pipe()
        for descriptor in (self.ended, wake):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self.wake = wake

    def serve(self, kin: set[int]) -> None:
        """Fork, watch and bury children until the engine is gone."""
        self.kin = kin
        supervision.adopt_orphans()
        gc.freeze()  # else a child's first collection would copy the memory of all imports
        if supervision.threads() > 1:
            self._say(unsafe="")
            return
        self._say(warm="")
        while True:
            waited: list[Any] = [self.engine, self.ended]
            readable, _, _ = select.select(waited, [], [])
            if self.ended in readable:
                os.read(self.ended, 4096)
                self._bury()
            if self.engine in readable:
                message = json.loads(receive(self.engine) or '{"lost": ""}')
                if "stop" in message or "lost" in message:
                    break
                self._obey(message)
        supervision.sweep(self.kin)
        if "lost" in message:
            remove(self.workshop)

    def _obey(self, message: dict[str, str]) -> None:
        if "run" in message:
            self._fork(message["run"])
        for pid, folder in self.jobs.items():
            if folder == message.get("kill"):
                supervision.kill(pid)

    def _fork(self, folder: str) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(Path(folder), parent)
        self.jobs[pid] = folder
        self._say(began=folder)

    def _become_child(self, folder: Path, parent: int) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for descriptor in (self.ended, self.wake):
                os.close(descriptor)
            self.engine.close()
            os.setsid()
            supervision.end_with_parent(parent)
            _draw_other_numbers()
            gc.enable()
            job_process.main(folder)
        finally:
            os._exit(1)

    def _bury(self) -> None:
        """Tell the engine of each child that has ended, once nothing of it is left."""
        for pid in list(_ended()):
            folder = self.jobs.pop(pid, None)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # while the number is still its own
            try:
                _, status = os.waitpid(pid, 0)
            except ChildProcessError:  # an orphan that was swept with the one before it
                continue
            self.kin.discard(pid)
            supervision.sweep({*self.jobs, *self.kin})
            if folder is not None:
                self._say(ended=folder, code=os.waitstatus_to_exitcode(status))

    def _say(self, **message: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the engine is gone: recv tells
            self.engine.send(json.dumps(message).encode("utf-8"))


def receive(engine: socket.socket) -> bytes:
    """Return the engine's next message, nothing when it is gone.

    An engine that left without reading ours resets the connection, and Linux tells us that before
    it gives us the engine's last words.
    """
    with suppress(ConnectionResetError):
        return engine.recv(LONGEST_MESSAGE)
    return engine.recv(LONGEST_MESSAGE)


def _ended() -> Iterator[int]:
    """Yield children that have ended, without waiting for them."""
    for pid in supervision.children():
        with suppress(ChildProcessError):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                yield pid


def _draw_other_numbers() -> None:
    """Seed the generators of this process anew, which all children of a fork share."""
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()


def main() -> None:
    """Serve the stages that a file in the folder tells which the command line names."""
    told = json.loads(Path(sys.argv[1], TOLD).read_text(encoding="utf-8"))
    confinement.start_over(told["sandbox"])
    gc.disable()  # imports make no garbage that would be worth the search
    tempfile.tempdir = None
    stages = [(stage["socket"], stage["packages"]) for stage in told["stages"]]
    serve(stages, Path(told["workshop"]))
    os._exit(0)


if __name__ == "__main__":
    main()
