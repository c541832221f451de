"""What a cell printed and drew → blocks of Markdown, and figures as files beside the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from site_tools.model.run import Output
from site_tools.model.source import Cell
from site_tools.model.terminal_text import collapse
from site_tools.pages.figures import Figure, figure_of
from site_tools.pages.rich_outputs import rich_block, text_of

LONG = 30
"""Lines of output from which on all but the first `HEAD` are folded."""

HEAD = 12


def blocks(
    outputs: Sequence[Output], cell: Cell, folder: str, files: dict[str, bytes]
) -> Iterator[str]:
    """Yield each output of a cell as Markdown.

    Figures are added to `files`, by name; `folder` is where the page will find them.
    """
    for number, output in enumerate(outputs, start=1):
        data = output.get("data", {})
        if output["output_type"] == "stream":
            kind = ".output" if output["name"] == "stdout" else ".output .warning"
            yield from _text(collapse(output["text"]).rstrip("\n"), kind)
        elif block := rich_block(data, cell.alt, f"output-{cell.place.line}-{number}"):
            yield block
        elif figure := figure_of(data):
            yield _figure(figure, cell, folder, files)
        else:
            yield from _text(text_of(data), ".output")


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


def _figure(figure: Figure, cell: Cell, folder: str, files: dict[str, bytes]) -> str:
    number = len(files) + 1
    name = f"figure-{number}-{hashlib.sha256(figure.content).hexdigest()[:8]}.{figure.suffix}"
    files[name] = figure.content
    alt = cell.alt.replace("[", "(").replace("]", ")")
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width else ""
    kind = f"figure .{figure.look}" if figure.look else "figure"
    return f"![{alt}]({folder}{name}){{ .{kind}{size} loading=lazy }}"


def fence(text: str, info: str) -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    gap = " " if info.startswith("{") else ""
    return f"{ticks}{gap}{info}\n{text}\n{ticks}"
