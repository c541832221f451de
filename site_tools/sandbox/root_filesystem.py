"""The tree of files that a confined post sees: what it may read, its own folder, and nothing else.

It is put together of pieces of the machine's tree and becomes the root of the process, which then
has no name for any other file, socket or terminal. Nothing in it can be changed but the folder.

Sources: pivot_root(2), open_tree(2), move_mount(2), and bubblewrap, which does the same.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from site_tools.sandbox.libc import call
from site_tools.sandbox.namespaces import set_writable

_OPEN_TREE, _MOVE_MOUNT = 428, 429
_AT_FDCWD, _AT_RECURSIVE, _CLOEXEC = -100, 0x8000, 0o2000000
_CLONE, _EMPTY_PATH = 1, 4
_NOSUID, _NODEV, _NOEXEC, _RDONLY, _DETACH = 2, 4, 8, 1, 2

_BASE = "/dev"
"""Where the new tree grows, upon a folder that every system has."""


def enter(
    writable: Sequence[Path], readable: Sequence[Path], *, memory: int, own_processes: bool
) -> None:
    """Make the new tree and go there; the current folder must be in it.

    Files in /dev/shm may have `memory` bytes together. The process has left the machine's mounts,
    which are read-only, and maybe its processes. Raises OSError when the system refuses a step.
    """
    here = Path.cwd()
    links = {
        place: os.path.realpath(place) for place in map(os.path.abspath, (*readable, *writable))
    }
    pieces, own = _pieces(readable), _pieces(writable)
    processes = {} if own_processes else _pieces([Path("/proc")])
    _mount("tmpfs", "", "mode=755")
    for place, piece in {**pieces, **processes}.items():
        _put(piece, place)
    if own_processes:
        _mount("proc", "/proc", flags=_NOSUID | _NODEV | _NOEXEC | _RDONLY)
    _make_devices(memory)
    for place, piece in own.items():
        set_writable(piece, writable=True)
        _put(piece, place)
    os.chdir(_BASE)
    call("pivot_root", b".", b".")  # the old root lies upon the new one now
    call("umount2", b".", _DETACH)
    os.chdir("/")
    _link(links)
    set_writable("/", writable=False)
    os.chdir(here)


def _pieces(places: Iterable[Path]) -> dict[str, int]:
    """Return where these places really are → a copy of the mounts there, as a descriptor.

    Places within others are left out, and those that do not exist for us.
    """
    found: dict[str, int] = {}
    inside: tuple[str, ...] = ()
    for place in sorted({*map(os.path.realpath, places)} - {"/"}):
        if place.startswith(inside):
            continue
        flags = _CLONE | _AT_RECURSIVE | _CLOEXEC
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            found[place] = call("syscall", _OPEN_TREE, _AT_FDCWD, os.fsencode(place), flags)
            inside += (f"{place}/",)
    return found


def _put(piece: int, place: str) -> None:
    """Mount a piece at its place in the new tree."""
    target = Path(_BASE + place)
    if stat.S_ISDIR(os.fstat(piece).st_mode):
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    call("syscall", _MOVE_MOUNT, piece, b"", _AT_FDCWD, os.fsencode(target), _EMPTY_PATH)
    os.close(piece)


def _mount(kind: str, place: str, options: str = "", *, flags: int = _NOSUID | _NODEV) -> None:
    """Mount a new file system of a kind at a place in the new tree."""
    target = Path(_BASE + place)
    target.mkdir(parents=True, exist_ok=True)
    call("mount", kind.encode(), os.fsencode(target), kind.encode(), flags, options.encode())


def _make_devices(memory: int) -> None:
    """Make what belongs in /dev beside the devices themselves."""
    _mount("tmpfs", "/dev/shm", f"mode=1777,size={memory}")
    _mount("devpts", "/dev/pts", "newinstance,ptmxmode=666", flags=_NOSUID | _NOEXEC)
    links = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd"}
    links |= {name: f"fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))}
    for name, target in links.items():
        Path(_BASE, "dev", name).symlink_to(target)


def _link(links: dict[str, str]) -> None:
    """Make the places that were reached by a link reachable by one again."""
    for place, target in links.items():
        if not os.path.lexists(place) and os.path.lexists(target):
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            Path(place).symlink_to(target)
