"""The root file system of a confined post: what it may read, its own folder, and nothing else.

It consists of bind mounts of parts of the machine's file system, and replaces the root of the
process, which then has no path to any other file, socket or terminal. Only the post's folder is
writable.

Sources: pivot_root(2), open_tree(2), move_mount(2), and bubblewrap, which does the same.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from site_tools.sandbox.libc import call
from site_tools.sandbox.namespaces import set_writable
from site_tools.sandbox.watch import MOST_PROCESSES

_OPEN_TREE, _MOVE_MOUNT = 428, 429
_AT_FDCWD, _AT_RECURSIVE, _CLOEXEC = -100, 0x8000, 0o2000000
_CLONE, _EMPTY_PATH = 1, 4
_NOSUID, _NODEV, _NOEXEC, _RDONLY, _BIND, _DETACH = 2, 4, 8, 1, 4096, 2

_OPEN_PROC = {
    *("cpuinfo", "meminfo", "stat", "loadavg", "uptime", "version", "filesystems"),
    *("self", "thread-self", "mounts", "net"),
}
"""What a post may read in /proc beside its processes: libraries ask for the processor, the memory
and the load. The links in the second line lead to the post's own."""

_OPEN_PROC_GPU = {"driver", "devices", "modules", "sys"}
"""What a GPU's driver needs in addition. It also names its threads: see `_name_threads`."""

_HIGHEST_PID = 300 + MOST_PROCESSES
"""Linux 6.14 has a limit of process numbers for each process namespace. When they are used up, it
begins again at 300, so this leaves as many numbers as a post may have processes."""

_BASE = "/dev"
"""Where the new root is mounted before it becomes the root: a folder that every system has."""


def enter(
    writable: Sequence[Path],
    readable: Sequence[Path],
    *,
    memory: int,
    own_processes: bool,
    gpu: bool,
) -> None:
    """Build the new root and enter it; the working directory must be in it.

    `memory` is the size of /dev/shm in bytes. With `gpu`, a GPU's driver finds what it needs. The
    process must be in its own mount namespace, with read-only mounts. With `own_processes` it also
    is in its own process namespace and gets a new /proc. Raises OSError when the system refuses a
    step.
    """
    here = Path.cwd()
    links = {path: os.path.realpath(path) for path in map(os.path.abspath, (*readable, *writable))}
    read_only, own = _clone_mounts(readable), _clone_mounts(writable)
    processes = {} if own_processes else _clone_mounts([Path("/proc")])
    _mount("tmpfs", "", "mode=755")
    for path, mount in {**read_only, **processes}.items():
        _attach(mount, path)
    if own_processes:
        _mount_proc()
    _hide_machine(_OPEN_PROC | (_OPEN_PROC_GPU if gpu else set()))
    if gpu:
        _name_threads()
    _make_devices(memory)
    for path, mount in own.items():
        set_writable(mount, writable=True)
        _attach(mount, path)
    os.chdir(_BASE)
    call("pivot_root", b".", b".")  # stacks the old root on the new one; see pivot_root(2)
    call("umount2", b".", _DETACH)
    os.chdir("/")
    _restore_links(links)
    set_writable("/", writable=False)
    os.chdir(here)


def _clone_mounts(paths: Iterable[Path]) -> dict[str, int]:
    """Return for each real path the file descriptor of a copy of the mounts there.

    Paths inside of others are left out, and those that do not exist or are forbidden.
    """
    found: dict[str, int] = {}
    inside: tuple[str, ...] = ()
    for path in sorted({*map(os.path.realpath, paths)} - {"/"}):
        if path.startswith(inside):
            continue
        flags = _CLONE | _AT_RECURSIVE | _CLOEXEC
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            found[path] = call("syscall", _OPEN_TREE, _AT_FDCWD, os.fsencode(path), flags)
            inside += (f"{path}/",)
    return found


def _attach(mount: int, path: str) -> None:
    """Attach a copied mount at a path in the new root."""
    target = Path(_BASE + path)
    if stat.S_ISDIR(os.fstat(mount).st_mode):
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    call("syscall", _MOVE_MOUNT, mount, b"", _AT_FDCWD, os.fsencode(target), _EMPTY_PATH)
    os.close(mount)


def _mount(kind: str, path: str, options: str = "", *, flags: int = _NOSUID | _NODEV) -> None:
    """Mount a new file system of a kind at a path in the new root."""
    target = Path(_BASE + path)
    target.mkdir(parents=True, exist_ok=True)
    call("mount", kind.encode(), os.fsencode(target), kind.encode(), flags, options.encode())


def _mount_proc() -> None:
    """Mount the /proc of our process namespace, and limit its process numbers."""
    _mount("proc", "/proc", flags=_NOSUID | _NODEV | _NOEXEC)
    with suppress(OSError):
        Path(_BASE, "proc/sys/kernel/pid_max").write_text(str(_HIGHEST_PID), encoding="ascii")
    set_writable(f"{_BASE}/proc", writable=False)


def _name_threads() -> None:
    """Let the threads of this process be named, in /proc, where all else is read-only.

    CUDA writes the names of its threads to `/proc/PID/task/TID/comm`. If it cannot, it does not
    start, and says that a call of the operating system has failed (304).
    """
    own = os.fsencode(f"{_BASE}/proc/{os.getpid()}/task")
    call("mount", own, own, None, _BIND, None)
    set_writable(os.fsdecode(own), writable=True)


def _hide_machine(still_open: Collection[str]) -> None:
    """Cover everything in /proc with nothing, except for the processes and what stays open."""
    nothing = f"{_BASE}/dev/null".encode("ascii")
    for entry in os.scandir(f"{_BASE}/proc"):
        if entry.name.isdigit() or entry.name in still_open or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            _mount("tmpfs", f"/proc/{entry.name}", flags=_NOSUID | _NODEV | _NOEXEC | _RDONLY)
        else:
            call("mount", nothing, os.fsencode(entry.path), None, _BIND, None)


def _make_devices(memory: int) -> None:
    """Create what belongs in /dev beside the devices themselves."""
    _mount("tmpfs", "/dev/shm", f"mode=1777,size={memory}")
    _mount("devpts", "/dev/pts", "newinstance,ptmxmode=666", flags=_NOSUID | _NOEXEC)
    links = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd"}
    links |= {name: f"fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))}
    for name, target in links.items():
        Path(_BASE, "dev", name).symlink_to(target)


def _restore_links(links: dict[str, str]) -> None:
    """Create the symbolic links through which these paths were reached outside."""
    for path, target in links.items():
        if not os.path.lexists(path) and os.path.lexists(target):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).symlink_to(target)
