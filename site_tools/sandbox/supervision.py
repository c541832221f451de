"""Process supervision: parent-death signal, subreaper, orphan cleanup.

Only Linux has these. On other systems the functions do nothing, and a process that a post leaves
running stays.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from site_tools.sandbox.libc import call

LINUX = sys.platform == "linux"

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38

RESERVE = 2**26
"""Bytes below the memory limit that a post cannot use, so that running out of memory can still be
reported."""

REAP_SECONDS = 0.001
"""Interval at which killed processes are polled."""


def end_with_parent(parent: int, by: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process a signal when its parent ends, however that ends.

    `parent` is the process ID of the parent: if it ended before this call, no signal would come, so
    this process exits at once.
    """
    if LINUX:
        call("prctl", _PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans(yes: bool = True) -> None:  # noqa: FBT001, FBT002
    """Become a subreaper: the parent of all orphaned descendants, also after a double fork.

    Without it they would go to the system's init, where they could not be found and killed.
    """
    if LINUX:
        call("prctl", _PR_SET_CHILD_SUBREAPER, int(yes))


def forbid_new_privileges() -> None:
    """Ignore setuid bits and file capabilities in all programs started from now on."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def disable_core_dump() -> None:
    """Write no core dump when this process is killed by a signal."""
    if LINUX:
        call("prctl", _PR_SET_DUMPABLE, 0)


def children() -> set[int]:
    """Return the process IDs of our children, including those that ended and are not reaped."""
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found |= {int(number) for number in path.read_text(encoding="ascii").split()}
    return found


def sweep(keep: Collection[int]) -> None:
    """Kill and reap every orphan that this process has adopted, and their descendants.

    `keep` are the children that stay. This process and they must be subreapers: then the
    descendants of a child reach this process when the child has ended, and not before.
    """
    while orphans := children() - set(keep):
        for pid in orphans:
            kill(pid)
            with suppress(ChildProcessError):  # reaped elsewhere
                os.waitpid(
                    pid, os.WNOHANG
                )  # some end only when another one is reaped, so do not wait
        time.sleep(REAP_SECONDS)


def continue_supervised() -> None:
    """Return in a child that leads a group of its own; this process becomes its supervisor.

    The supervisor waits for the child, kills every process that it has left, and exits as it did.
    On SIGTERM, and when its own parent ends, it kills the child first.
    """
    supervisor = os.getpid()
    adopt_orphans()
    child = os.fork()
    if child:
        signal.signal(signal.SIGTERM, lambda _number, _frame: kill(child))
        end_with_parent(os.getppid(), by=signal.SIGTERM)
        _, status = os.waitpid(child, 0)
        sweep(keep=())
        exit_like(status)
    end_with_parent(supervisor)
    os.setpgid(0, 0)


def exit_like(status: int) -> NoReturn:
    """End this process as another one ended: with its exit code, or by the same signal."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        disable_core_dump()
        with suppress(OSError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def kill(pid: int) -> None:
    """Kill a process and its group, if it leads one."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def release_memory_reserve() -> None:
    """Raise the memory limit by `RESERVE`, to report that the process has run out of memory."""
    with suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def count_threads() -> int:
    """Return the number of threads of this process, including those not started by Python."""
    return len(list(Path("/proc/self/task").iterdir()))
