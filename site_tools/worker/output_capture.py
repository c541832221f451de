"""Captures what a post prints and shows, inside its process, in the notebook format's JSON form."""

from __future__ import annotations

import io
import json
import numbers
import os
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from site_tools.worker.output_limits import CELL_LIMIT, POST_LIMIT, error_output

Listen = Callable[[str], object]


class Outputs:
    """The outputs of the running cell, in the notebook format's JSON form.

    The lock is for threads of the post; it is reentrant for signal handlers that print.
    """

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.printed = 0
        """Characters that the cell printed, including those that were dropped."""
        self.listen: Listen = lambda _text: None
        """Called with each text that is printed."""
        self.lock = threading.RLock()
        self._clear_next = False
        self._by_id: dict[str, dict[str, Any]] = {}
        self._cell_budget, self._post_budget = 2 * CELL_LIMIT, 2 * POST_LIMIT
        """Characters that are still kept of the cell and of the post; twice what a page shows."""

    def take(self) -> tuple[list[dict[str, Any]], int]:
        """Return the outputs of the cell and the characters it printed, and begin the next cell."""
        with self.lock:
            taken = self.shown, self.printed
            self.shown, self.printed, self._clear_next = [], 0, False
            self._cell_budget = 2 * CELL_LIMIT
            return taken

    def print(self, name: str, text: str, lost: int = 0) -> None:
        """Add text to the stream `stdout` or `stderr`; `lost` characters after it are missing."""
        with self.lock:
            self.printed += len(text) + lost
            text = text[: min(self._cell_budget, self._post_budget)]
            self._cell_budget -= len(text)
            self._post_budget -= len(text)
            if not text:
                return
            self.listen(text)
            self._clear_if_due()
            last = self.shown[-1] if self.shown else {}
            if last.get("name") == name:
                last["text"] += text
            else:
                self.shown.append({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: Any, metadata: Any, display_id: str = "") -> None:
        """Add a `display_data` or an `execute_result`.

        Raises TypeError or ValueError when it cannot be written as JSON.
        """
        content = _as_json(data, metadata)
        with self.lock:
            self._clear_if_due()
            output = {"output_type": kind, **content}
            self.shown.append(output)
            if display_id:
                self._by_id[display_id] = output

    def fail(self, kind: str, text: str) -> None:
        """Add the exception of a cell that is meant to raise."""
        with self.lock:
            self._clear_if_due()
            self.shown.append(error_output(kind, text))

    def update(self, data: Mapping[str, Any], metadata: Any, display_id: str) -> None:
        """Replace the output with this display id, in any cell."""
        content = _as_json(data, metadata)
        with self.lock:
            if display_id in self._by_id:
                self._by_id[display_id].update(content)

    def clear(self, *, wait: bool) -> None:
        """Delete the outputs of the cell; with `wait`, just before its next output."""
        with self.lock:
            self._clear_next = wait
            if not wait:
                self.shown.clear()

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self.shown.clear()


def _as_json(data: Mapping[str, Any], metadata: Any) -> dict[str, Any]:
    """Return a copy of an output, so that later changes by the post do not reach it."""
    content = {"data": data, "metadata": metadata or {}}
    plain: dict[str, Any] = json.loads(json.dumps(content, default=_plain, allow_nan=False))
    return plain


def _plain(value: object) -> object:
    """Convert a value to JSON as Jupyter does."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be shown: it cannot be written as JSON")


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a post.

    Output that does not come through Python (subprocesses, C code, forked children) goes to the
    file descriptor, which is redirected to a file, and is read from there at each `drain`. A post
    may redirect the descriptor temporarily, so the file is read through a duplicate.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, outputs: Outputs) -> None:
        super().__init__()
        self.name, self._descriptor, self._outputs = name, descriptor, outputs
        self._process = os.getpid()
        self._file, self._read = os.dup(descriptor), 0

    def write(self, text: str, /) -> int:
        """Add a text to the outputs; a forked child writes it to the file descriptor instead."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.closed:
            raise ValueError("I/O operation on closed file")
        if os.getpid() != self._process:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        with self._outputs.lock:
            self.drain(whole_lines=threading.active_count() > 1)
            self._outputs.print(self.name, text)
        return len(text)

    def drain(self, *, whole_lines: bool = False) -> None:
        """Add what was written to the file; `whole_lines` leaves an incomplete last line for later.

        Another thread may still be writing that line: a file grows page by page.
        """
        with self._outputs.lock:
            start, size = self._read, os.fstat(self._file).st_size
            data = os.pread(self._file, min(size - start, 4 * CELL_LIMIT), start)
            if whole_lines and len(data) == size - start:
                data = data[: data.rfind(b"\n") + 1]
                size = start + len(data)
            if size > start:
                self._read = size
                lost = size - start - len(data)
                self._outputs.print(self.name, data.decode("utf-8", "replace"), lost)

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._descriptor

    def writable(self) -> bool:
        """Return True."""
        return True
