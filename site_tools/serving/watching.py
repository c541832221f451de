"""Calls back when something in a folder changes; what has changed is for the caller to find out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_READING = {"opened", "closed_no_write"}
"""Events that change nothing; our own reading causes them."""


class Watcher(FileSystemEventHandler):
    """Watches folders in a thread, and calls back in the loop of its maker."""

    def __init__(self, root: Path, changed: Callable[[], None]) -> None:
        self._root, self._changed = root, changed
        self._loop = asyncio.get_running_loop()
        self._observer: BaseObserver = Observer()
        self._watched: set[Path] = set()
        self._observer.schedule(self, str(root), recursive=False)
        self._observer.start()

    def watch(self, folders: Iterable[Path]) -> None:
        """Watch these folders too, and what is in them."""
        for folder in folders:
            if folder not in self._watched:
                self._observer.schedule(self, str(folder), recursive=True)
                self._watched.add(folder)

    def close(self) -> None:
        """End the thread."""
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass an event on, unless nothing was written."""
        if event.event_type not in _READING and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed)
