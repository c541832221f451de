"""What a cell printed and drew → blocks of HTML, and figures as files beside the page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from site_tools.model.run import Output
from site_tools.model.source import Cell
from site_tools.model.terminal_text import collapse
from site_tools.pages.figures import Figure, figure_of
from site_tools.pages.rich_outputs import rich_block, text_of
from site_tools.posts.code_html import Header, code_html
from site_tools.posts.cross_references import Label
from site_tools.posts.theme_markup import figure as labelled

LONG = 30
"""Lines of output from which on all but the first `HEAD` are folded."""

HEAD = 12


def blocks(
    outputs: Sequence[Output], cell: Cell, files: dict[str, bytes], label: Label | None = None
) -> Iterator[str]:
    """Yield each output of a cell as HTML.

    Figures are added to `files`, by name: they are beside the page. `label` is that of the first.
    """
    for number, output in enumerate(outputs, start=1):
        data = output.get("data", {})
        if output["output_type"] == "stream":
            kinds = ("output",) if output["name"] == "stdout" else ("output", "warning")
            yield from _text(collapse(output["text"]).rstrip("\n"), *kinds)
        elif output["output_type"] == "error":
            yield from _text(output["traceback"][-1], "output", "error")
        elif block := rich_block(data, cell.alt, f"output-{cell.place.line}-{number}"):
            yield block
        elif figure := figure_of(data):
            yield _figure(figure, cell, files, label)
            label = None
        else:
            yield from _text(text_of(data), "output")


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


def _figure(figure: Figure, cell: Cell, files: dict[str, bytes], label: Label | None) -> str:
    number = len(files) + 1
    name = f"figure-{number}-{hashlib.sha256(figure.content).hexdigest()[:8]}.{figure.suffix}"
    files[name] = figure.content
    lazy = ' loading="lazy"'
    if label:
        return labelled(figure.html(name, cell.alt, lazy), label, cell.caption)
    return figure.block(name, cell.alt, lazy)
