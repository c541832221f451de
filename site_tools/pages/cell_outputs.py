"""What a cell printed and drew → blocks of Markdown, and figures as files beside the page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from site_tools.model.run import Output
from site_tools.model.source import Cell
from site_tools.model.terminal_text import collapse, plain

LONG = 30
"""Lines of output from which on all but the first `HEAD` are folded."""

HEAD = 12

LARGEST = 10_000
"""Pixels that a figure may be wide or high. One that says more is shown as wide as the page."""

_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_PIXELS_PER_POINT = 96 / 72


def blocks(
    outputs: Sequence[Output], cell: Cell, folder: str, files: dict[str, bytes]
) -> Iterator[str]:
    """Yield each output of a cell as Markdown.

    Figures are added to `files`, by name; `folder` is where the page will find them.
    """
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            kind = ".output" if output["name"] == "stdout" else ".output .warning"
            yield from _text(collapse(output["text"]).rstrip("\n"), kind)
        elif "image/svg+xml" in data or "image/png" in data:
            yield _figure(data, cell, folder, files)
        elif "text/plain" in data:
            yield from _text(plain(data["text/plain"]), ".output")


def _text(text: str, kind: str) -> Iterator[str]:
    """Yield printed text, the greater part of a long one folded."""
    if not text.strip():
        return
    info = f"{{ .text {kind} .no-copy }}"
    lines = text.split("\n")
    if len(lines) <= LONG:
        yield fence(text, info)
        return
    yield fence("\n".join(lines[:HEAD]), info)
    rest = fence("\n".join(lines[HEAD:]), info)
    summary = f"<summary>{len(lines) - HEAD:,} more lines</summary>"
    yield f'<details class="more" markdown="1">\n{summary}\n\n{rest}\n\n</details>'


def _figure(data: Mapping[str, str], cell: Cell, folder: str, files: dict[str, bytes]) -> str:
    kind = "figure"
    if "image/svg+xml" in data:
        svg = data["image/svg+xml"]
        content, suffix = svg.encode("utf-8"), "svg"
        if is_drawing(svg):
            kind = "figure .drawing"
    else:
        content, suffix = base64.b64decode(data["image/png"]), "png"
    width, height = size_of_figure(data)
    number = len(files) + 1
    name = f"figure-{number}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
    files[name] = content
    alt = cell.alt.replace("[", "(").replace("]", ")")
    size = f' width="{width}" height="{height}"' if width else ""
    return f"![{alt}]({folder}{name}){{ .{kind}{size} loading=lazy }}"


def is_drawing(svg: str) -> bool:
    """Return whether a figure is a drawing: only then may the dark scheme invert its colours."""
    return "<image" not in svg


def size_of_figure(data: Mapping[str, str]) -> tuple[int, int]:
    """Return width and height in CSS pixels; zeros when a figure does not say, or says nonsense."""
    if "image/svg+xml" in data:
        width, height = _svg_size(data["image/svg+xml"])
    else:
        png = base64.b64decode(data["image/png"])
        width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    return (width, height) if 0 < width <= LARGEST and 0 < height <= LARGEST else (0, 0)


def _svg_size(svg: str) -> tuple[int, int]:
    tag = _SVG_TAG.search(svg)
    sizes = dict(re.findall(r'\b(width|height)="(\d{1,6}(?:\.\d+)?)pt"', tag[0])) if tag else {}
    width, height = (float(sizes.get(name, 0)) for name in ("width", "height"))
    return round(width * _PIXELS_PER_POINT), round(height * _PIXELS_PER_POINT)


def fence(text: str, info: str) -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    gap = " " if info.startswith("{") else ""
    return f"{ticks}{gap}{info}\n{text}\n{ticks}"
