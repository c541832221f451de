"""Source text and where its author wrote it: places, lines, cells."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Literal

from site_tools.model.text import one_line

MORE = "<!-- more -->"
"""In prose: ends the part of a post that lists of posts show."""


RAISES = "raises-exception"
"""The tag of a code cell that is meant to raise; Jupyter has the same."""


def is_code(line: str) -> bool:
    """Return whether a line of a program holds more than blanks and a comment."""
    text = line.strip()
    return bool(text) and not text.startswith("#")


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A location in the author's own file; its text opens every error message."""

    file: str
    """Path relative to the project's root, with `/`."""
    line: int
    """1-based line of that file; 0 for the file as a whole."""
    within: str = ""
    """A second address for notebooks, whose editors show no file lines: `cell 4, line 2`."""

    def __str__(self) -> str:
        file = one_line(self.file)
        where = f"{file}:{self.line}" if self.line else file
        return f"{where} ({self.within})" if self.within else where


@dataclass(frozen=True, slots=True)
class Line:
    """One source line and its location; the lines of a snippet have locations in the snippet."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that a post reads."""

    name: str
    """Its path relative to `posts/`, with `/`; it is the same in the folder of a run."""
    place: Place = field(compare=False)
    """Where the front matter declares it."""
    content: bytes = field(default=b"", repr=False, compare=False)
    """Empty until the file is read."""
    digest: str = ""
    """The SHA-256 of its content, in hexadecimal."""
    linked: str = ""
    """A file or folder of this machine that replaces the content, and is only read."""
    writable: bool = False
    """Whether a run may write to its copy."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that a notebook holds inside of a cell."""

    file: str
    """The name of its file beside the post's page; the prose refers to it by this name."""
    content: bytes


@dataclass(frozen=True)  # no slots: the source is kept, since rules ask for it in loops
class Cell:
    """A stretch of prose or of code."""

    kind: Literal["prose", "code"]
    place: Place
    """Where the cell starts."""
    lines: tuple[Line, ...]
    """The source with its snippets pasted in."""
    tags: frozenset[str] = field(default=frozenset(), repr=False)
    """`remove-input`, `remove-output` and `remove-cell` hide parts of a code cell on the page;
    `program` marks the cells of the program, as opposed to experiments with it;
    `raises-exception` marks a cell that is meant to raise."""
    alt: str = ""
    """What the cell's figure shows, for a reader who cannot see it."""
    attachments: tuple[Attachment, ...] = ()
    label: str = ""
    """The name of the cell's figure, such as `fig-loss`, by which prose refers to it."""
    caption: str = ""
    """What is written below that figure."""

    @cached_property
    def source(self) -> str:
        """Return the cell's text without a final newline."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def _starts(self) -> list[int]:
        """Return where in the source each line begins."""
        return [*accumulate((len(line.text) + 1 for line in self.lines[:-1]), initial=0)]

    def line_at(self, offset: int) -> int:
        """Return the index of the line that holds an offset of the source."""
        return bisect_right(self._starts, offset) - 1

    def place_at(self, offset: int) -> Place:
        """Return the location of an offset of the source."""
        return self.lines[self.line_at(offset)].place
