"""Replace `site/` only by a complete new site, and recover the last one after a crash.

The new site is rendered into a folder of its own, then two renames put it in the place of the old
one. A build that is killed between them is completed by the recovery of the next build.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from site_tools.model.errors import BadProject

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
    new, last = build / f"{_NEW}{os.getpid()}", build / "site.old"
    try:
        _recover(site, last)
        new.mkdir()
        render(new)
        if site.exists():
            site.rename(last)
        new.rename(site)
    except OSError as error:
        _recover(site, last)
        raise not_writable("site", error) from error
    shutil.rmtree(last, ignore_errors=True)


def _recover(site: Path, last: Path) -> None:
    """Restore the last site if there is none, and delete what an interrupted build left."""
    if last.exists() and not site.exists():
        last.rename(site)
    for leftover in (last, *last.parent.glob(f"{_NEW}*")):
        shutil.rmtree(leftover, ignore_errors=True)


def not_writable(folder: str, error: OSError) -> BadProject:
    """Return the error for a folder of the project that a build cannot write."""
    return BadProject(
        f"{folder}/: cannot be written: {error.strerror or error}. "
        "The last site is unchanged. Free some space or fix the permissions."
    )
