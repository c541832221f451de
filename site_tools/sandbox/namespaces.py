"""Namespaces: a process leaves the machine's users, network, processes and mounts for its own.

What is not in its namespaces it cannot name, and what it cannot name it cannot touch. All that it
starts stays in them too, and the kernel kills whatever is left when the first process in them ends.

Sources: user_namespaces(7), pid_namespaces(7), mount_namespaces(7), mount_setattr(2).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

from site_tools.sandbox import supervision
from site_tools.sandbox.libc import call

_NEWNS, _NEWIPC, _NEWUSER = 0x00020000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_MOUNT_SETATTR, _AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = 442, -100, 0x1000, 0x8000
_RDONLY = 1
_CAPABILITIES_VERSION = 0x20080522

_INIT = ("/bin/sh", "-c", "read line")
"""The first process of a namespace: it does nothing, until whoever started it is gone."""


def start_over() -> None:
    """Run this program again from its start, with an interpreter whose file nobody can change.

    A process always reaches the file of its interpreter, at /proc/self/exe, in the mount from which
    it was started. So that has to be one for reading only. Returns at once if it is.
    """
    if os.statvfs("/proc/self/exe").f_flag & os.ST_RDONLY:
        return
    interpreter = str(Path("/proc/self/exe").readlink())
    try:
        call("unshare", _NEWNS)
    except PermissionError:
        _leave(_NEWNS)
    call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    file = os.fsencode(interpreter)
    call("mount", file, file, None, _MS_BIND, None)
    set_writable(interpreter, writable=False)
    os.execv(interpreter, sys.orig_argv)  # noqa: S606


def enter(*, own_processes: bool) -> None:
    """Enter new namespaces, in which everything is still mounted, but for reading only.

    With `own_processes` this returns in a child of this process, which waits for it and then ends
    as the child did. The process must have one thread; it keeps all privileges in the namespaces
    until it gives them up. Raises OSError when the system does not allow this.
    """
    _leave(_NEWNET | _NEWIPC | _NEWNS | (_NEWPID if own_processes else 0))
    with suppress(OSError):  # no further namespaces: one thing less to attack
        Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
    call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    set_writable("/", writable=False, below=True)
    if own_processes:
        _go_on_in_child()


def drop_privileges() -> None:
    """Give up what the process may do in its namespaces, so that it can undo nothing."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    call("capset", header, bytes(24))


def set_writable(place: str | int, *, writable: bool, below: bool = False) -> None:
    """Set whether a mount can be written to, and with `below` each mount below it.

    The place is where it is mounted, or the descriptor of a mount.
    """
    attributes = struct.pack("=QQQQ", *((0, _RDONLY) if writable else (_RDONLY, 0)), 0, 0)
    folder, path = (place, b"") if isinstance(place, int) else (_AT_FDCWD, os.fsencode(place))
    flags = (_AT_RECURSIVE if below else 0) | (0 if path else _AT_EMPTY_PATH)
    call("syscall", _MOUNT_SETATTR, folder, path, flags, attributes, len(attributes))


def _leave(namespaces: int) -> None:
    """Leave these namespaces, and the user namespace; our user and group stay who they are."""
    user, group = os.getuid(), os.getgid()
    call("unshare", _NEWUSER | namespaces)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _go_on_in_child() -> None:
    """Return in a child, the leader of the new process namespace's only session.

    The first process of a namespace ignores signals that others die of, so it is another one. It
    ends when this one does, whose end of a pipe it reads, and all others in the namespace with it.
    """
    here = Path.cwd()
    os.chdir("/")  # whoever stands in the root goes along when that is exchanged
    gone, alive = os.pipe()
    closed = [(os.POSIX_SPAWN_DUP2, gone, 0), *((os.POSIX_SPAWN_CLOSE, which) for which in (1, 2))]
    init = os.posix_spawn(_INIT[0], _INIT, {}, file_actions=closed, setpgroup=0)
    child = os.fork()
    os.close(gone)
    if child:
        _end_as(child, init)
    os.close(alive)
    os.chdir(here)
    supervision.end_with_parent(0)  # it has no number here
    os.setsid()


def _end_as(child: int, init: int) -> None:
    """Wait for a child, let nothing in its namespace live on, and end as it did."""
    signal.signal(signal.SIGINT, lambda _number, _frame: os.killpg(child, signal.SIGINT))
    _, status = os.waitpid(child, 0)
    os.kill(init, signal.SIGKILL)
    os.waitpid(init, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        supervision.leave_no_core()
        with suppress(OSError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
