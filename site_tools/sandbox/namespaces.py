"""Namespaces: give a process its own users, network, processes and mounts.

A process cannot address anything outside of its namespaces. Its children inherit them, and the
kernel kills all processes of a process namespace when the first one exits.

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
from typing import NoReturn

from site_tools.sandbox import supervision, watch
from site_tools.sandbox.libc import call

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_MOUNT_SETATTR, _AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = 442, -100, 0x1000, 0x8000
_RDONLY = 1
_CAPABILITIES_VERSION = 0x20080522

_INIT = ("/bin/sh", "-c", "read line")
"""The first process of a process namespace: it waits until its standard input is closed."""

_NOTHING = ("/bin/sh", "-c", ":")
"""A process that ends at once."""

_HOST = "localhost"
"""The name of the machine that a post sees: a name that resolves without a network."""


def start_over() -> None:
    """Restart this program with its interpreter on a read-only mount.

    A process can always open the file of its interpreter, at /proc/self/exe, in the mount that it
    was started from; a read-only mount keeps it from changing that file. Does nothing if the mount
    is read-only already.
    """
    if os.statvfs("/proc/self/exe").f_flag & os.ST_RDONLY:
        return
    interpreter = str(Path("/proc/self/exe").readlink())
    try:
        call("unshare", _NEWNS)
    except PermissionError:
        _unshare(_NEWNS)
    call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    file = os.fsencode(interpreter)
    call("mount", file, file, None, _MS_BIND, None)
    set_writable(interpreter, writable=False)
    os.execv(interpreter, sys.orig_argv)  # noqa: S606


def enter(*, own_processes: bool) -> None:
    """Enter new namespaces, with all mounts read-only.

    With `own_processes` only its children have a process namespace: see `continue_in_child`. The
    process must have one thread, or the kernel refuses. It has all privileges inside the namespaces
    until `drop_privileges`. Raises OSError when the system does not allow namespaces.
    """
    _unshare(_NEWNET | _NEWIPC | _NEWUTS | _NEWNS | (_NEWPID if own_processes else 0))
    socket.sethostname(_HOST)
    with suppress(OSError):  # no nested namespaces: they are a common way to attack the kernel
        Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    with socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM
    ) as any_socket:  # brings the loopback interface up
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
    call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    set_writable("/", writable=False, recursive=True)


def drop_privileges() -> None:
    """Give up all capabilities in the namespaces, so that the process can undo nothing."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    call("capset", header, bytes(24))


def set_writable(mount: str | int, *, writable: bool, recursive: bool = False) -> None:
    """Set whether a mount is writable, and with `recursive` each mount below it.

    `mount` is its path or its file descriptor.
    """
    attributes = struct.pack("=QQQQ", *((0, _RDONLY) if writable else (_RDONLY, 0)), 0, 0)
    folder, path = (mount, b"") if isinstance(mount, int) else (_AT_FDCWD, os.fsencode(mount))
    flags = (_AT_RECURSIVE if recursive else 0) | (0 if path else _AT_EMPTY_PATH)
    call("syscall", _MOUNT_SETATTR, folder, path, flags, attributes, len(attributes))


def _unshare(namespaces: int) -> None:
    """Leave these namespaces and the user namespace; map our user and group to themselves."""
    user, group = os.getuid(), os.getgid()
    call("unshare", _NEWUSER | namespaces)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def continue_in_child(memory: int, skipped: int) -> None:
    """Return in a child, which leads a session in the new process namespace.

    It has the number 2 there, or a later one when some are skipped. This process watches it, and
    exits as it does, also when its processes use more than `memory` bytes.

    The kernel protects the first process of a namespace from most signals, so the post must not be
    that one: `_INIT` is. It reads a pipe whose other end is ours, so it exits when we do, and then
    the kernel kills the rest of the namespace.
    """
    here = Path.cwd()
    watched = watch.Watch(memory)
    os.chdir("/")  # pivot_root moves the processes whose working directory is the old root
    read_end, write_end = os.pipe()
    closed = [
        (os.POSIX_SPAWN_DUP2, read_end, 0),
        *((os.POSIX_SPAWN_CLOSE, which) for which in (1, 2)),
    ]
    init = os.posix_spawn(_INIT[0], _INIT, {}, file_actions=closed, setpgroup=0)
    for _ in range(skipped):  # numbers are given in order
        os.waitpid(os.posix_spawn(_NOTHING[0], _NOTHING, {}), 0)
    child = watch.fork()
    os.close(read_end)
    if child:
        _exit_like(child, init, watched)
    os.close(write_end)
    watched.close()
    os.chdir(here)
    supervision.end_with_parent(0)  # a parent outside of the namespace has the number 0
    os.setsid()


def _exit_like(child: int, init: int, watched: watch.Watch) -> NoReturn:
    """Watch a child, kill the rest of its namespace, and exit with its code or signal."""

    def end() -> None:
        with suppress(ProcessLookupError):
            os.kill(init, signal.SIGKILL)

    signal.signal(signal.SIGINT, lambda _number, _frame: os.killpg(child, signal.SIGINT))
    status = watch.wait(child, watched, end)
    end()
    with suppress(ChildProcessError):  # reaped already
        os.waitpid(init, 0)
    supervision.exit_like(status)
