"""What a post prints and shows, caught inside its process, in the notebook format's JSON form."""

from __future__ import annotations

import io
import os
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from site_tools.outputs import CELL_LIMIT

Listen = Callable[[str], object]


class Outputs:
    """What the running cell has shown so far, in the notebook format's own JSON form."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.printed = 0
        """Characters that the cell printed, kept or not."""
        self.listen: Listen = lambda _text: None
        """Is told each text as it is printed."""
        self._clear_next = False
        self._by_id: dict[str, dict[str, Any]] = {}

    def take(self) -> list[dict[str, Any]]:
        """Return what the cell has shown, and begin the next one."""
        shown, self.shown, self.printed, self._clear_next = self.shown, [], 0, False
        return shown

    def print(self, name: str, text: str) -> None:
        """Add printed text to the stream `stdout` or `stderr`."""
        self.printed += len(text)
        if self.printed > 2 * CELL_LIMIT:  # it is cut to the limit when the cell has ended
            text = text[: 2 * CELL_LIMIT - self.printed]
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
        """Add a `display_data` or an `execute_result`."""
        self._clear_if_due()
        content = {"data": {mime: _text(value) for mime, value in data.items()}}
        output = {"output_type": kind, **content, "metadata": metadata or {}}
        self.shown.append(output)
        if display_id:
            self._by_id[display_id] = output

    def update(self, data: Mapping[str, Any], metadata: Any, display_id: str) -> None:
        """Replace what was shown under this name, in whichever cell."""
        if display_id in self._by_id:
            content = {mime: _text(value) for mime, value in data.items()}
            self._by_id[display_id].update(data=content, metadata=metadata or {})

    def clear(self, *, wait: bool) -> None:
        """Forget what the cell has shown; with `wait`, as soon as it shows something else."""
        self._clear_next = wait
        if not wait:
            self.shown.clear()

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self.shown.clear()


def _text(value: Any) -> Any:
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a post.

    What does not come through Python (subprocesses, C code, forked children) reaches the file
    descriptor, which leads to a file that is read now and then.
    """

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, descriptor: int, outputs: Outputs) -> None:
        super().__init__()
        self.name, self._descriptor, self._outputs = name, descriptor, outputs
        self._process = os.getpid()
        self._read = 0

    def write(self, text: str, /) -> int:
        """Take in a text; a forked child's goes through the file descriptor."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._process:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        self.drain()
        self._outputs.print(self.name, text)
        return len(text)

    def drain(self) -> None:
        """Take in what reached the file descriptor."""
        size = os.fstat(self._descriptor).st_size
        if size > self._read:
            data = os.pread(self._descriptor, min(size - self._read, 4 * CELL_LIMIT), self._read)
            missing = size - self._read - len(data)
            self._read = size
            self._outputs.print(self.name, data.decode("utf-8", "replace"))
            self._outputs.printed += missing

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._descriptor

    def writable(self) -> bool:
        """Return True."""
        return True

    @property
    def buffer(self) -> io.FileIO:
        """Return a file for bytes."""
        return io.FileIO(self._descriptor, "w", closefd=False)
