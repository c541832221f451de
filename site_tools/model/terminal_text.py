"""Text as a terminal prints it → text as a page can show it; and what a terminal must not obey."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\^_])")


_ORDER = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # C0 and C1: they move the cursor, or set title and clipboard
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # they change the order of letters
    r"|[\u2028\u2029\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"  # they show nothing
)
_COMMAND = re.compile(r"##(?=\w*\[)|^(?P<blank>[^\S\n]*)::", re.MULTILINE)
"""What a log of a CI service obeys: `##[error]` anywhere in a line, `::error::` at its start."""


def visible(text: str, *, starts_line: bool = True) -> str:
    """Return text in which everything that a terminal or a CI service would obey can be seen.

    `starts_line` says whether nothing but blanks precedes it in its line.
    """

    def broken(match: re.Match[str]) -> str:
        if match["blank"] is None:
            return "#\\#"
        return f"{match['blank']}\\::" if match.start() or starts_line else match[0]

    shown = _ORDER.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
    return _COMMAND.sub(broken, shown)


def plain(text: str) -> str:
    """Return text without colours and other control sequences."""
    return _CONTROL.sub("", text)


def collapse(text: str) -> str:
    """Return text as a terminal would show it: no colours, and a return overwrites its line."""
    lines = plain(text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
