"""Limits the outputs of a cell, and normalizes them to be the same from every engine."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from site_tools.model.run import Output
from site_tools.model.terminal_text import plain
from site_tools.worker.code_locations import LONGEST_TEXT, name_of, with_readable_warnings

CELL_LIMIT = 50_000
"""Characters of a cell's printed output that are kept."""

POST_LIMIT = 1_000_000
"""Characters of a post's printed output that are kept."""

SHOWN_LIMIT = 2_000_000
"""Characters that the figures, tables and values of a cell may have together."""

POST_SHOWN_LIMIT = 8_000_000
"""Characters that the figures, tables and values of a post may have together."""

LONGEST_VALUE = 60
"""Characters of an invalid value that a message shows."""


@dataclass(frozen=True, slots=True)
class CellOutputs:
    """The outputs of one cell."""

    outputs: Sequence[Mapping[str, Any]]
    printed: int
    """Characters that it printed; the outputs may contain fewer."""
    size: int
    """The size of its outputs, without what it printed; see `size_of`."""
    largest: str = ""
    """The format that has most of it; see `largest_of`."""


def error_output(kind: str, text: str) -> dict[str, Any]:
    """Return the output of a cell that is meant to raise; its traceback is its last line."""
    text = plain(" ".join(text.split())[:LONGEST_TEXT])
    line = f"{kind}: {text}" if text else kind
    return {"output_type": "error", "ename": kind, "evalue": text, "traceback": [line]}


def shown_by_kernel(
    outputs: Iterable[Mapping[str, Any]], files: Mapping[str, int], lost: int = 0
) -> CellOutputs:
    """Normalize a kernel's outputs of a cell: join printed pieces, drop the execution counts.

    `files` maps the file name under which the kernel compiled a cell to the number of the cell;
    `lost` characters were printed in addition.
    """
    kept: list[dict[str, Any]] = []
    for output in outputs:
        last = kept[-1] if kept else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        elif output["output_type"] == "error":
            kept.append(error_output(output["ename"][:LONGEST_TEXT], output["evalue"]))
        else:
            kept.append({k: v for k, v in output.items() if k != "execution_count"})
    printed = lost
    for output in kept:
        if output["output_type"] == "stream":
            printed += len(output["text"])
            output["text"] = _KERNEL_FILE.sub(
                lambda m: name_of(files[m[1]]) if m[1] in files else m[0], output["text"]
            )
    return CellOutputs(kept, printed, size_of(kept), largest_of(kept))


_KERNEL_FILE = re.compile(r"""[^\s"']{0,300}/ipykernel_\d+/(\d+)\.py""")


def trim(cells: Iterable[CellOutputs]) -> tuple[tuple[Output, ...], ...]:
    """Return the outputs that are kept of each cell, with cell and line in warnings."""
    left = POST_LIMIT
    kept = []
    for cell in cells:
        limit = min(CELL_LIMIT, left)
        kept.append(tuple(_trim(cell, limit)))
        left -= min(cell.printed, limit)
    return tuple(kept)


def _trim(cell: CellOutputs, limit: int) -> Iterable[Output]:
    left = limit
    for output in cell.outputs:
        if output["output_type"] != "stream":
            yield output
        elif left >= 0:
            text = output["text"]
            left -= len(text)
            if left < 0 or (left == 0 and cell.printed > limit):
                text = text[: len(text) + left] + _cut_note(cell.printed, limit)
                left = -1
            yield {**output, "text": with_readable_warnings(text)}


def _cut_note(printed: int, limit: int) -> str:
    return f"\n… cut here: {printed:,} characters were printed, {limit:,} are kept.\n"


def size_of(outputs: Iterable[Mapping[str, Any]]) -> int:
    """Return the size of outputs: their characters as JSON, without printed text.

    Characters outside of strings count five times: a million small values are slow to show too.
    """
    texts = [json.dumps({**output, "text": ""}) for output in outputs]
    return sum(len(text) + 4 * structure_of(text.encode("ascii")) for text in texts)


def largest_of(outputs: Iterable[Mapping[str, Any]]) -> str:
    """Return the format that has most of what was shown, such as `text/html`; empty for nothing."""
    sizes: Counter[str] = Counter()
    for output in outputs:
        for mime, value in output.get("data", {}).items():
            sizes[mime] += len(value) if isinstance(value, str) else size_of([{"": value}])
    return max(sizes, key=lambda mime: sizes[mime], default="")[:LONGEST_TEXT]


def structure_of(data: bytes) -> int:
    """Return how many bytes of JSON are outside of strings: those take much memory to parse."""
    return len(data) - sum(found.end() - found.start() for found in _STRING.finditer(data))


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


_REMEDIES = {
    "image/svg+xml": (
        "a drawing",
        "Pass `rasterized=True` to the call that draws most, such as `plt.scatter`, or draw less.",
    ),
    **dict.fromkeys(
        ("image/png", "image/jpeg", "image/gif", "image/webp"),
        ("a picture", "Lower its `dpi`, or make it smaller."),
    ),
    "text/html": ("HTML", "Show fewer rows, such as the first ten."),
}
_OTHER = ("text", "Show a part of it.")


def unfit(cells: Iterable[CellOutputs]) -> Iterator[tuple[int, str, str]]:
    """Yield what a page cannot show: the cell, counted from 1, what is wrong, and a remedy."""
    total = 0
    for number, cell in enumerate(cells, start=1):
        shown = [output["data"] for output in cell.outputs if "data" in output]
        for mime, value in (pair for data in shown for pair in data.items()):
            if not (isinstance(value, str) or mime.endswith("json")):
                text = repr(value)[:LONGEST_VALUE]
                yield (
                    number,
                    f"this cell shows {text} as {mime}, which is not a string.",
                    "Show a string.",
                )
        total += cell.size
        for size, limit, what in (
            (cell.size, SHOWN_LIMIT, "this cell shows"),
            (total, POST_SHOWN_LIMIT, "the cells up to this one show"),
        ):
            if size > limit:
                thing, remedy = _REMEDIES.get(cell.largest, _OTHER)
                text = f"{what} {size:,} characters, most of them {thing}; a page holds {limit:,}."
                yield number, text, remedy
