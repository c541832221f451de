"""The fork server: imports what posts need, then forks a child for each job.

The engine starts it with a file that lists the stages: for each one end of a socket, and the
packages to import. Each stage is a process of its own, forked from the stage before, so posts that
need only numpy run while torch is still being imported. `model.protocol` defines the messages. A
stage that is stopped kills its children. A stage whose engine was killed also removes the engine's
folder.

A child must not differ from a fresh process, and must not outlive the engine. Hence this order:

1. Import with one thread and no random number drawn. A fork copies only the calling thread: a lock
   that another one holds would stay locked in the child for ever.
2. Check that there is still one thread, or refuse to fork.
3. Become a subreaper, so that what a child leaves behind, even by a double fork, becomes ours.
4. `gc.freeze()`, so that a collection in a child does not write to the objects of all imports,
   which would copy the memory that they share.
5. In each child: restore the signal handlers, close the server's descriptors, start a session (so
   that its group can be killed), ask to be killed with the parent, draw new seeds (all children
   would share those of the server), and only then run the job.

The server starts no CUDA, which would not survive a fork: each child for a GPU does. A confined
child has a child of its own in which the post runs, and exits as that one does.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from site_tools.model.fork_protocol import (
    FORK_SERVER_FILE,
    LONGEST_MESSAGE,
    ForkServerRequest,
    JobBegan,
    JobEnded,
    KillJob,
    Message,
    RunJob,
    Stage,
    StageReady,
    StageUnsafe,
    Stop,
    decode_message,
    encode_message,
)
from site_tools.sandbox import confinement, supervision
from site_tools.sandbox.removal import remove
from site_tools.worker import job_process, preloads


def serve(stages: Sequence[Stage], workshop: Path) -> None:
    """Serve the first stage from this process, and each further one from a fork of the one before.

    `workshop` is the engine's folder.
    """
    stage, *further = stages
    preloads.load(stage.packages)
    if supervision.count_threads() > 1:
        with suppress(OSError):  # the engine is gone
            socket.socket(fileno=stage.socket).send(encode_message(StageUnsafe()))
        return
    next_stage = os.fork() if further else None
    if next_stage == 0:
        os.close(stage.socket)
        serve(further, workshop)
        return
    for other in further:
        os.close(other.socket)
    server = _StageServer(socket.socket(fileno=stage.socket), workshop, next_stage)
    server.serve()


class _StageServer:
    """The event loop of one stage."""

    def __init__(self, engine: socket.socket, workshop: Path, next_stage: int | None) -> None:
        self.engine, self.workshop = engine, workshop
        self.jobs: dict[int, str] = {}
        """The running children and their job directories."""
        self.other_stages = {next_stage} if next_stage else set[int]()
        """The process of the next stage, which is a child too but not a job."""
        self.child_ended, self.wake = os.pipe()
        for descriptor in (self.child_ended, self.wake):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self.wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def serve(self) -> None:
        """Fork, monitor and reap child processes until the engine stops this stage or is gone."""
        supervision.adopt_orphans()
        gc.freeze()
        self._send(StageReady())
        sources: list[socket.socket | int] = [self.engine, self.child_ended]
        stopped = False
        while not stopped:
            readable, _, _ = select.select(sources, [], [])
            if self.child_ended in readable:
                os.read(self.child_ended, 4096)
                self._reap()
            if self.engine in readable:
                data = receive(self.engine)
                if not data:
                    break
                stopped = self._obey(decode_message(data))
        supervision.sweep(self.other_stages)
        if not stopped:
            remove(self.workshop)

    def _obey(self, message: Message) -> bool:
        """Follow a message of the engine; return whether this stage has to stop."""
        match message:
            case RunJob(folder):
                self._fork(folder)
            case KillJob(folder):
                for pid, running in self.jobs.items():
                    if running == folder:
                        supervision.kill(pid)
        return isinstance(message, Stop)

    def _fork(self, folder: str) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(Path(folder), parent)
        self.jobs[pid] = folder
        self._send(JobBegan(folder))

    def _become_child(self, folder: Path, parent: int) -> None:
        """Undo what the server has set up in this process, and run a job; see the module."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for descriptor in (self.child_ended, self.wake):
                os.close(descriptor)
            self.engine.close()
            os.setsid()
            supervision.end_with_parent(parent)
            _draw_new_seeds()
            gc.enable()
            job_process.main(folder)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        """Reap each child that has ended, and report it once no descendant of it is left."""
        for pid in list(_ended_children()):
            folder = self.jobs.pop(pid, None)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # before waitpid, which frees the number
            try:
                _, status = os.waitpid(pid, 0)
            except ChildProcessError:  # an orphan that was swept with a child before it
                continue
            self.other_stages.discard(pid)
            supervision.sweep({*self.jobs, *self.other_stages})
            if folder is not None:
                self._send(JobEnded(folder, os.waitstatus_to_exitcode(status)))

    def _send(self, message: Message) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # `receive` will notice
            self.engine.send(encode_message(message))


def receive(engine: socket.socket) -> bytes:
    """Return the engine's next message; empty when the engine is gone.

    An engine that exits without reading our messages resets the connection. Linux reports that
    before it delivers the engine's last messages, so a reset is followed by a second attempt.
    """
    with suppress(ConnectionResetError):
        return engine.recv(LONGEST_MESSAGE)
    return engine.recv(LONGEST_MESSAGE)


def _ended_children() -> Iterator[int]:
    """Yield the children that have ended, without waiting for them or reaping them."""
    for pid in supervision.children():
        with suppress(ChildProcessError):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                yield pid


def _draw_new_seeds() -> None:
    """Seed numpy and torch from the system, or all children would draw the same numbers.

    `random` does this itself after a fork.
    """
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()


def main() -> None:
    """Serve the stages that are listed in the folder on the command line."""
    text = Path(sys.argv[1], FORK_SERVER_FILE).read_text(encoding="utf-8")
    request = ForkServerRequest.from_json(text)
    confinement.start_over(request.layers)
    gc.disable()  # imports create no garbage that is worth a collection
    tempfile.tempdir = None
    serve(request.stages, Path(request.workshop))
    os._exit(0)


if __name__ == "__main__":
    main()
