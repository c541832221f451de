"""`elevenlines serve`: show the site while it is edited."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress

from filelock import FileLock, Timeout

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject
from site_tools.project import Project
from site_tools.running.options import Options
from site_tools.sandbox.interrupts import interrupts_cancel_tasks
from site_tools.serving.session import PreviewSession


def serve(project: Project, options: Options, *, host: str, port: int) -> int:
    """Serve the preview of a project until it is interrupted.

    Raises BadProject when another preview of the same folder is running.
    """
    folder = project.root / ".elevenlines"
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "preview.lock")
    note = folder / "preview.txt"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        address = note.read_text(encoding="utf-8").strip() if note.is_file() else "another port"
        what = f"another `elevenlines serve` shows this folder at {address}."
        raise BadProject(f"{what} Open that, or end it.") from None
    root = project.root.resolve()
    os.chdir(root)  # MkDocs' plugins take paths as relative to it

    def ready(address: str) -> None:
        write_whole(note, f"{address}\n".encode(), durable=False)
        print(f"{address} shows the site; Ctrl-C ends this.", flush=True)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    session = PreviewSession(root, options, say)
    try:
        with interrupts_cancel_tasks():
            asyncio.run(session.show(host, port, ready))
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()
    return 0
