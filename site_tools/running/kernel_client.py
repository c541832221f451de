"""Takes the messages of a kernel, and keeps no more of them than a page could show.

A kernel can send without end, faster than this process reads.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import zmq.asyncio
from nbclient import NotebookClient

from site_tools.running.answer_schema import LARGEST
from site_tools.worker.output_limits import CELL_LIMIT, POST_LIMIT

MOST_WAITING = 10
"""Messages that wait to be read; more stay in the kernel, whose memory is limited."""

_SMALL = {"status", "execute_input", "clear_output"}
"""Messages of which nothing is kept."""


def new_context() -> zmq.asyncio.Context:
    """Return a context for the sockets of a kernel."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.RCVHWM, MOST_WAITING)
    return context


class KernelClient(NotebookClient):
    """Runs the cells of a post; what is beyond the limits is counted and dropped."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, store_widget_state=False, **named)
        self.lost: Counter[int] = Counter()
        """Characters that a cell printed and that were dropped, by its index."""
        self.too_much = False
        """Whether what the cells showed, other than text, was dropped."""
        self._printed: Counter[int] = Counter()
        self._shown = 0

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a message, or what may be kept of it."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            text = str(content["text"])
            room = min(2 * CELL_LIMIT - self._printed[cell_index],
                       2 * POST_LIMIT - self._printed.total())  # fmt: skip
            content["text"] = text[:room]
            self._printed[cell_index] += len(content["text"])
            self.lost[cell_index] += len(text) - len(content["text"])
            if not content["text"]:
                return None
        elif kind not in _SMALL:
            self._shown += len(json.dumps(content, default=str))
            if self._shown > LARGEST:
                self.too_much = True
                return None
        return super().process_message(msg, cell, cell_index)
