"""What a post prints and shows, caught inside its process, in the notebook format's JSON form."""

from __future__ import annotations

import io
import json
import numbers
import os
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from site_tools.worker.output_limits import CELL_LIMIT, POST_LIMIT

Listen = Callable[[str], object]


class Outputs:
    """What the running cell has shown so far, in the notebook format's own JSON form.

    Threads of the post may print and show at once, and a signal's handler in between.
    """

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.printed = 0
        """Characters that the cell printed, kept or not."""
        self.listen: Listen = lambda _text: None
        """Is told each text as it is printed."""
        self.lock = threading.RLock()
        self._clear_next = False
        self._by_id: dict[str, dict[str, Any]] = {}
        self._cell_room, self._room = 2 * CELL_LIMIT, 2 * POST_LIMIT
        """Characters that are still kept of the cell and of the post, more than a page shows."""

    def take(self) -> tuple[list[dict[str, Any]], int]:
        """Return what the cell has shown and how much it printed, and begin the next one."""
        with self.lock:
            taken = self.shown, self.printed
            self.shown, self.printed, self._clear_next = [], 0, False
            self._cell_room = 2 * CELL_LIMIT
            return taken

    def print(self, name: str, text: str, more: int = 0) -> None:
        """Add printed text to the stream `stdout` or `stderr`; `more` characters are lost."""
        with self.lock:
            self.printed += len(text) + more
            text = text[: min(self._cell_room, self._room)]
            self._cell_room -= len(text)
            self._room -= len(text)
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

        Raises TypeError or ValueError for what cannot be written as JSON.
        """
        content = _as_json(data, metadata)
        with self.lock:
            self._clear_if_due()
            output = {"output_type": kind, **content}
            self.shown.append(output)
            if display_id:
                self._by_id[display_id] = output

    def update(self, data: Mapping[str, Any], metadata: Any, display_id: str) -> None:
        """Replace what was shown under this name, in whichever cell."""
        content = _as_json(data, metadata)
        with self.lock:
            if display_id in self._by_id:
                self._by_id[display_id].update(content)

    def clear(self, *, wait: bool) -> None:
        """Forget what the cell has shown; with `wait`, as soon as it shows something else."""
        with self.lock:
            self._clear_next = wait
            if not wait:
                self.shown.clear()

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self.shown.clear()


def _as_json(data: Mapping[str, Any], metadata: Any) -> dict[str, Any]:
    """Return what is shown as it is now, whatever the post does to it later."""
    content = {"data": data, "metadata": metadata or {}}
    plain: dict[str, Any] = json.loads(json.dumps(content, default=_plain, allow_nan=False))
    return plain


def _plain(value: object) -> object:
    """Return a value as Jupyter puts it into JSON."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be shown: it is no JSON")


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a post.

    What does not come through Python (subprocesses, C code, forked children) reaches the file
    descriptor, which leads to a file that is read now and then. A post may let the descriptor lead
    elsewhere for a while, so the file is read through one of our own.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, outputs: Outputs) -> None:
        super().__init__()
        self.name, self._descriptor, self._outputs = name, descriptor, outputs
        self._process = os.getpid()
        self._file, self._read = os.dup(descriptor), 0

    def write(self, text: str, /) -> int:
        """Take in a text; a forked child's goes through the file descriptor."""
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
        """Take in what reached the file, perhaps without a line that another thread still writes.

        A file grows page by page: such a line may be there in part.
        """
        with self._outputs.lock:
            start, size = self._read, os.fstat(self._file).st_size
            data = os.pread(self._file, min(size - start, 4 * CELL_LIMIT), start)
            if whole_lines and len(data) == size - start:
                data = data[: data.rfind(b"\n") + 1]
                size = start + len(data)
            if size > start:
                self._read = size
                missing = size - start - len(data)
                self._outputs.print(self.name, data.decode("utf-8", "replace"), missing)

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._descriptor

    def writable(self) -> bool:
        """Return True."""
        return True
