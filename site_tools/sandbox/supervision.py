"""What Linux lets a process arrange about its relatives: who ends with whom, who is left over.

On other systems these functions do nothing, and what a post leaves running stays.
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

from site_tools.sandbox.libc import call

LINUX = sys.platform == "linux"

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38

RESERVE = 2**26
"""Bytes of memory that are kept for what must be told when there is no more."""

REAP_SECONDS = 0.001
"""How long we wait between two looks at what was killed."""


def end_with_parent(parent: int) -> None:
    """Ask to be killed when the process that started this one ends, however it ends.

    `parent` is its number: it may have ended before we could ask.
    """
    if LINUX:
        call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans(yes: bool = True) -> None:  # noqa: FBT001, FBT002
    """Become the parent of whatever our descendants leave behind, also by a double fork."""
    if LINUX:
        call("prctl", _PR_SET_CHILD_SUBREAPER, int(yes))


def gain_nothing() -> None:
    """Make programs that this process starts unable to do more than it may; raises OSError."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def leave_no_core() -> None:
    """Let nothing be written or told when this process is killed by a fault."""
    if LINUX:
        call("prctl", _PR_SET_DUMPABLE, 0)


def children() -> set[int]:
    """Return the numbers of our children, with those that ended and were not waited for."""
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # a thread that ended
            found |= {int(number) for number in path.read_text(encoding="ascii").split()}
    return found


def sweep(ours: Collection[int]) -> None:
    """Kill every child that is not ours but was left to us, and what it left in turn.

    `ours` are the children that stay. Both we and they must have adopted orphans: then whatever
    a child leaves behind reaches us when that child has ended, and not before.
    """
    while strays := children() - set(ours):
        for pid in strays:
            kill(pid)
            with suppress(ChildProcessError):  # waited for elsewhere
                os.waitpid(pid, os.WNOHANG)  # one may end only when we have buried another
        time.sleep(REAP_SECONDS)


def kill(pid: int) -> None:
    """Kill a process and its group, if it leads one."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def release_memory_reserve() -> None:
    """Let this process use the memory that its limit keeps for telling that it ran out of it."""
    with suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def threads() -> int:
    """Return how many threads this process has."""
    return len(list(Path("/proc/self/task").iterdir()))
