"""Replace `site/` only by a complete new site, and recover the last one after a crash.

The new site is rendered into a folder of its own, which then changes places with the old one, in
one step: whenever a build is killed, there is a site. Where the system has no such step, there are
two renames, and a build that is killed between them is completed by the next build.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from site_tools.model.errors import BadProject
from site_tools.sandbox import libc

_HERE = -100
"""AT_FDCWD of `fcntl.h`: paths begin in the working folder."""

_EXCHANGE = 2
"""RENAME_EXCHANGE of `linux/fs.h`."""

_MOUNTED = {errno.EXDEV, errno.EBUSY}
"""Errors of a folder that is a mount point: it cannot be renamed."""

LAST = "site.old"
"""The folder in which the last site is for a moment, where two folders cannot change places."""

_NEW = "site.new-"
"""Prefix of the folder that a build renders into. The process number follows, because the renderer
of a killed build may still be writing."""


@contextmanager
def build_lock(path: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock that only one build at a time has while it writes.

    Calls `on_wait` once when another build holds it. Raises BadProject when the lock file cannot
    be written.
    """
    lock = FileLock(path)
    try:
        path.parent.mkdir(exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            on_wait()
            lock.acquire()
    except OSError as error:
        raise not_writable(path.parent.name, error) from error
    try:
        yield
    finally:
        lock.release()


def replace_site(site: Path, build: Path, render: Callable[[Path], None]) -> None:
    """Render into a new folder in `build`, then replace `site` by it.

    Raises BadProject, and keeps the last site, when a folder cannot be written; so does whatever
    `render` raises.
    """
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        kind = "link" if site.is_symlink() else "file"
        raise BadProject(f"site: this is a {kind}, and the site needs a folder. Move it away.")
    new, last = build / f"{_NEW}{os.getpid()}", build / LAST
    try:
        recover(site, build)
        new.mkdir()
        render(new)
        if not site.exists():
            new.rename(site)
        elif not _exchange(new, site):
            site.rename(last)
            new.rename(site)
    except OSError as error:
        recover(site, build)
        raise not_writable("site", error) from error
    recover(site, build)


def _exchange(one: Path, other: Path) -> bool:
    """Have two folders change places in one step; return False where the system cannot."""
    try:
        paths = os.fsencode(one), os.fsencode(other)
        libc.call("renameat2", _HERE, paths[0], _HERE, paths[1], _EXCHANGE)
    except AttributeError:  # not Linux, or a C library of 2017
        return False
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOSYS, errno.EPERM}:  # not in this file system
            return False
        raise
    return True


def recover(site: Path, build: Path) -> None:
    """Restore the last site if there is none, and delete what an interrupted build left."""
    last = build / LAST
    if last.exists() and not site.exists():
        last.rename(site)
    for leftover in (last, *build.glob(f"{_NEW}*")):
        shutil.rmtree(leftover, ignore_errors=True)


def not_writable(folder: str, error: OSError) -> BadProject:
    """Return the error for a folder of the project that a build cannot write."""
    remedy = "Free some space or fix the permissions."
    if error.errno in _MOUNTED:
        remedy = "It is a mount of its own, and is replaced as a whole: mount the project's folder."
    return BadProject(
        f"{folder}/: cannot be written: {os.strerror(error.errno) if error.errno else error}. "
        f"The last site is unchanged. {remedy}"
    )
