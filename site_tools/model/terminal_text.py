"""Text as a terminal prints it → text as a page can show it; and what a terminal must not obey."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c|(?=\x1b|\n|\Z))"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)
"""Control sequences of ECMA-48: strings (links and titles are OSC), then CSI, then short ones."""

_MOVE = re.compile(r"\r|\x08|(?:\x1b\[|\x9b)(?P<number>\d{0,4})(?P<what>[GK])")
"""What moves the cursor in its line, or erases a part of it."""

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2066-\u2069\u202a-\u202e\ud800-\udfff]"
    r"|[\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that show nothing, or change the order of the letters around them."""

_BREAK = re.compile(r"\r\n|[\x0b\x0c\x85\u2028\u2029]")
"""Ends of a line, by the Unicode standard, besides the one that we keep."""


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


def without_unseen(text: str) -> str:
    """Return text without characters that show nothing, or that change the order of letters."""
    return _UNSEEN.sub("", text)


def collapse(text: str) -> str:
    """Return text as a terminal would show it: what moves the cursor moves it in its line."""
    return "\n".join(_line(line) for line in _BREAK.sub("\n", text).split("\n"))


def _line(text: str) -> str:
    """Return a line after all that overwrites or erases a part of it, as a terminal shows it."""
    if not _MOVE.search(text):
        return without_unseen(plain(text))
    shown: list[str] = []
    at = end = 0
    for move in _MOVE.finditer(text):
        at = _overwrite(shown, at, text[end : move.start()])
        end = move.end()
        number = int(move["number"] or 0)
        if move["what"] == "K":
            _erase(shown, at, number)
        elif move["what"] == "G":
            at = max(0, number - 1)
        else:
            at = 0 if move[0] == "\r" else max(0, at - 1)
    _overwrite(shown, at, text[end:])
    return "".join(shown).rstrip(" ")


def _overwrite(shown: list[str], at: int, text: str) -> int:
    """Write text over what is shown; return where it ends."""
    new = without_unseen(plain(text))
    shown += " " * (at - len(shown))
    shown[at : at + len(new)] = new
    return at + len(new)


def _erase(shown: list[str], at: int, how: int) -> None:
    """Erase a line: from the cursor on (0), up to the cursor (1), or all of it (2)."""
    start, stop = (0, at + 1) if how == 1 else (at if how == 0 else 0, len(shown))
    shown[start:stop] = " " * len(shown[start:stop])
