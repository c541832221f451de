"""What a cell showed → the outputs that are worth keeping, the same from every engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from site_tools.model.run import Output
from site_tools.worker.code_locations import name_of, with_readable_warnings

CELL_LIMIT = 50_000
"""Characters of a cell's printed output that are kept."""

POST_LIMIT = 1_000_000
"""Characters of a post's printed output that are kept."""

SHOWN_LIMIT = 2_000_000
"""Characters that a cell's figures, tables and values may have together."""

POST_SHOWN_LIMIT = 8_000_000
"""Characters that those of a post may have."""

LONGEST_VALUE = 60
"""Characters of a wrong value that a message shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell showed."""

    outputs: Sequence[Mapping[str, Any]]
    printed: int
    """Characters that it printed, of which some may be missing already."""
    size: int
    """The weight of its outputs, without what it printed."""


def shown_by_kernel(outputs: Iterable[Mapping[str, Any]], files: Mapping[str, int]) -> Shown:
    """Return what a kernel said of a cell: prints in pieces are joined, counters are dropped.

    `files` are the names under which the kernel knows the cells' code.
    """
    kept: list[dict[str, Any]] = []
    for output in outputs:
        last = kept[-1] if kept else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            kept.append({k: v for k, v in output.items() if k != "execution_count"})
    printed = 0
    for output in kept:
        if output["output_type"] == "stream":
            printed += len(output["text"])
            output["text"] = _KERNEL_FILE.sub(
                lambda m: name_of(files[m[1]]) if m[1] in files else m[0], output["text"]
            )
    return Shown(kept, printed, size_of(kept))


_KERNEL_FILE = re.compile(r"""[^\s"']{0,300}/ipykernel_\d+/(\d+)\.py""")


def tidy(cells: Iterable[Shown]) -> tuple[tuple[Output, ...], ...]:
    """Return what is kept of each cell: not too much, and warnings that name cell and line."""
    left = POST_LIMIT
    kept = []
    for cell in cells:
        limit = min(CELL_LIMIT, left)
        kept.append(tuple(_tidy(cell, limit)))
        left -= min(cell.printed, limit)
    return tuple(kept)


def _tidy(cell: Shown, limit: int) -> Iterable[Output]:
    left = limit
    for output in cell.outputs:
        if output["output_type"] != "stream":
            yield output
        elif left >= 0:
            text = output["text"]
            left -= len(text)
            if left < 0 or (left == 0 and cell.printed > limit):
                text = text[: len(text) + left] + _note(cell.printed, limit)
                left = -1
            yield {**output, "text": with_readable_warnings(text)}


def _note(printed: int, limit: int) -> str:
    return f"\n… cut here: {printed:,} characters were printed, {limit:,} are kept.\n"


def size_of(outputs: Iterable[Mapping[str, Any]]) -> int:
    """Return how much outputs weigh: their characters as JSON, without the text of prints.

    What is not in strings counts five times: a page that shows a million small things is slow too.
    """
    texts = [json.dumps({**output, "text": ""}) for output in outputs]
    return sum(len(text) + 4 * structure_of(text.encode("ascii")) for text in texts)


def structure_of(data: bytes) -> int:
    """Return how many bytes of JSON are not in strings: those take memory to read."""
    return len(data) - sum(found.end() - found.start() for found in _STRING.finditer(data))


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


def unfit(cells: Iterable[Shown]) -> Iterator[tuple[int, str, str]]:
    """Yield what a page cannot carry: the cell, counted from 1, what it shows, and a remedy."""
    total = 0
    for number, cell in enumerate(cells, start=1):
        shown = [output["data"] for output in cell.outputs if "data" in output]
        for mime, value in (pair for data in shown for pair in data.items()):
            if not (isinstance(value, str) or mime.endswith("json")):
                text = repr(value)[:LONGEST_VALUE]
                yield (
                    number,
                    f"this cell shows {text} as {mime}, which is not text.",
                    "Show a text.",
                )
        total += cell.size
        for size, limit, what in (
            (cell.size, SHOWN_LIMIT, "this cell shows"),
            (total, POST_SHOWN_LIMIT, "the cells up to this one show"),
        ):
            if size > limit:
                remedy = "Draw fewer points, or show fewer rows."
                yield number, f"{what} {size:,} characters; {limit:,} fit a page.", remedy
