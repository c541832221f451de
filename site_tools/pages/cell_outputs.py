"""What a cell printed and drew → blocks of HTML, and figures as files beside the page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from site_tools.model.run import Output
from site_tools.model.source import Cell
from site_tools.model.terminal_text import collapse, plain
from site_tools.posts.code_html import Header, code_html

LONG = 30
"""Lines of output from which on all but the first `HEAD` are folded."""

HEAD = 12

LARGEST = 10_000
"""Pixels that a figure may be wide or high. One that says more is shown as wide as the page."""

_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_PIXELS_PER_POINT = 96 / 72


def blocks(outputs: Sequence[Output], cell: Cell, files: dict[str, bytes]) -> Iterator[str]:
    """Yield each output of a cell as HTML.

    Figures are added to `files`, by name: they are beside the page.
    """
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            kinds = ("output",) if output["name"] == "stdout" else ("output", "warning")
            yield from _text(collapse(output["text"]).rstrip("\n"), *kinds)
        elif "image/svg+xml" in data or "image/png" in data:
            yield _figure(data, cell, files)
        elif "text/plain" in data:
            yield from _text(plain(data["text/plain"]), "output")


def _text(text: str, *kinds: str) -> Iterator[str]:
    """Yield printed text, the greater part of a long one folded."""
    if not text.strip():
        return
    header = Header("text", (*kinds, "no-copy"))
    lines = text.split("\n")
    if len(lines) <= LONG:
        yield code_html(text, header)
        return
    yield code_html("\n".join(lines[:HEAD]), header)
    rest = code_html("\n".join(lines[HEAD:]), header)
    summary = f"<summary>{len(lines) - HEAD:,} more lines</summary>"
    yield f'<details class="more">\n{summary}\n{rest}\n</details>'


def _figure(data: Mapping[str, str], cell: Cell, files: dict[str, bytes]) -> str:
    kind = "figure"
    if "image/svg+xml" in data:
        svg = data["image/svg+xml"]
        content, suffix = svg.encode("utf-8"), "svg"
        if is_drawing(svg):
            kind = "figure drawing"
    else:
        content, suffix = base64.b64decode(data["image/png"]), "png"
    width, height = size_of_figure(data)
    number = len(files) + 1
    name = f"figure-{number}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
    files[name] = content
    size = f' width="{width}" height="{height}"' if width else ""
    alt = escape(cell.alt)
    return f'<p><img alt="{alt}" class="{kind}"{size} loading="lazy" src="{name}"></p>'


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
