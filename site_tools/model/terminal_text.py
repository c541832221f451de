"""Text as a terminal prints it → text as a page can show it."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\^_])")


def plain(text: str) -> str:
    """Return text without colours and other control sequences."""
    return _CONTROL.sub("", text)


def collapse(text: str) -> str:
    """Return text as a terminal would show it: no colours, and a return overwrites its line."""
    lines = plain(text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
