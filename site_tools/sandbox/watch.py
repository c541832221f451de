"""The watch: ends a post whose processes together use too much memory, or are too many.

A limit of the kernel (`setrlimit`) holds for one process, and only for private memory that is
writable at the time. The watch is the parent of a post's process. At short intervals it adds up the
memory of all descendants, shared and read-only memory included, and their number, which no limit of
the kernel bounds for root.

A control group (cgroup) would do the same in the kernel, but most users may not create one: neither
in a container, nor as a service, such as the runners of GitHub.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from site_tools.model.protocol import EXIT_TOO_MANY_PROCESSES, EXIT_TOO_MUCH_MEMORY
from site_tools.sandbox import supervision

MOST_PROCESSES = 256
"""Processes and threads that a post may have at a time."""

INTERVAL = 0.05
"""Seconds between two looks. A core fills about 100 MB in that time."""

_PAUSE = 0.001
"""Seconds between two attempts to kill: some processes end only after a call of the kernel."""

_REST = 4
"""The watch rests this many times as long as its last look took, so however many processes a post
has, it uses at most a fifth of a core."""

_UNSHARED = re.compile(rb"(?m)^(?:RssAnon|RssShmem|VmSwap|HugetlbPages):\s+(\d+) kB")
"""Memory of a process in `/proc/PID/status`; what it shares with others counts fully."""

_SHARED = re.compile(rb"(?m)^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB")
"""Memory of a process in `/proc/PID/smaps_rollup`; what it shares with others counts in part. That
is exact, but the kernel takes milliseconds to add up a gigabyte."""

_THREADS = re.compile(rb"(?m)^Threads:\s+(\d+)")

_ENDED = re.compile(rb"(?m)^State:\s+[ZX]")
"""A process that has ended, and that its parent has not waited for: it uses nothing."""


class Watch:
    """Looks at the descendants of the process that created it.

    It keeps a file descriptor of /proc, because the machine's /proc has no path later.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.processes = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self.own = os.readlink("self", dir_fd=self.processes)
        self.interval = INTERVAL
        """Seconds until the next look."""
        self.exact_after = 0.0
        """When the exact memory may be added up again."""

    def close(self) -> None:
        """Forget /proc, in a child that must not have it."""
        os.close(self.processes)

    def overuse(self) -> int | None:
        """Return the exit code for what the descendants use too much of; None if they do not."""
        start = time.monotonic()
        states = ((pid, self._read(f"{pid}/status")) for pid in self._descendants())
        found = {pid: status for pid, status in states if not _ENDED.search(status)}
        self.interval = max(INTERVAL, _REST * (time.monotonic() - start))
        if sum(_total(_THREADS, status) for status in found.values()) > MOST_PROCESSES:
            return EXIT_TOO_MANY_PROCESSES
        used = {pid: _total(_UNSHARED, status) for pid, status in found.items()}
        if sum(used.values()) * 1024 <= self.memory or start < self.exact_after:
            return None
        start = time.monotonic()
        exact = sum(self._exact(pid, kilobytes) for pid, kilobytes in used.items())
        self.exact_after = 2 * time.monotonic() - start  # rests as long as this has taken
        return EXIT_TOO_MUCH_MEMORY if exact * 1024 > self.memory else None

    def kill(self) -> None:
        """Kill all descendants, and reap those that become children of this process."""
        while pids := [*self._descendants()]:
            for pid in pids:
                supervision.kill(int(pid))
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(_PAUSE)

    def _descendants(self) -> Iterator[str]:
        waiting = [self.own]
        while waiting:
            children = [*self._children(waiting.pop())]
            yield from children
            waiting += children

    def _children(self, pid: str) -> Iterator[str]:
        for thread in self._threads(pid):
            yield from self._read(f"{pid}/task/{thread}/children").decode("ascii").split()

    def _threads(self, pid: str) -> list[str]:
        try:
            folder = os.open(f"{pid}/task", os.O_RDONLY, dir_fd=self.processes)
        except OSError:  # it has ended
            return []
        try:
            return os.listdir(folder)  # noqa: PTH208  pathlib takes no descriptor
        except OSError:
            return []
        finally:
            os.close(folder)

    def _exact(self, pid: str, shared: int) -> int:
        """Return the memory of a process in KiB, what it shares with others counted in part.

        A process that hides it has all of `shared`; one that has ended meanwhile has none.
        """
        try:
            with open(f"{pid}/smaps_rollup", "rb", opener=self._open) as file:
                return _total(_SHARED, file.read())
        except PermissionError:
            return shared
        except OSError:
            return 0

    def _read(self, path: str) -> bytes:
        """Return a file in /proc; nothing when its process has ended."""
        try:
            with open(path, "rb", opener=self._open) as file:
                return file.read()
        except OSError:
            return b""

    def _open(self, path: str, flags: int) -> int:
        return os.open(path, flags, dir_fd=self.processes)


def _total(pattern: re.Pattern[bytes], text: bytes) -> int:
    return sum(map(int, pattern.findall(text)))


def continue_watched(memory: int) -> None:
    """Return in a child of this process; this process watches it, and exits as it does.

    Call it where the post gets no process namespace. The child stays in the process group.
    """
    watch, parent = Watch(memory), os.getpid()
    supervision.adopt_orphans()
    child = fork()
    if child:
        signal.signal(signal.SIGINT, lambda _number, _frame: None)  # the child gets it, too
        status = wait(child, watch, watch.kill)
        watch.kill()
        supervision.exit_like(status)
    watch.close()
    supervision.end_with_parent(parent)


def fork() -> int:
    """Fork; the parent notices the end of the child in `wait` at once."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    return child


def wait(child: int, watch: Watch, kill: Callable[[], object]) -> int:
    """Wait for a child from `fork`, and return how it ended, as `waitpid` does.

    If it or its descendants use too much, they are killed, and the exit code says of what.
    """
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, watch.interval)
        for pid, status in iter(_reap, None):
            if pid == child:
                return status
        if code := watch.overuse():
            kill()
            with suppress(ChildProcessError):  # reaped already
                os.waitpid(child, 0)
            return code << 8


def _reap() -> tuple[int, int] | None:
    """Reap a child that has ended; return its process ID and its status."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None
