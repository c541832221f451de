"""What a cell has shown, in all its formats → the formats that a page may show, cleaned.

A page shows the first of `KINDS` that is left, which is the order of Jupyter.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from site_tools.checks import html_cleaning, svg_cleaning
from site_tools.checks.object_addresses import address_in, is_noise
from site_tools.checks.text_outputs import json_text, markdown_as_html
from site_tools.model.run import Output, Run

HTML, MARKDOWN, LATEX = "text/html", "text/markdown", "text/latex"
SVG, JSON, PLAIN = "image/svg+xml", "application/json", "text/plain"

_STARTS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
"""With which bytes the files of pictures start."""

_STANDS_FOR = re.compile(r"<[^<>\n]*>")
"""Text beside another format that says nothing of what it shows: `<VegaLite 5 object>`."""

LONGEST = {
    **dict.fromkeys((MARKDOWN, JSON, PLAIN), html_cleaning.LONGEST),
    LATEX: 20_000,
}
"""Characters that a page shows of an output, by format; see also `html_cleaning.LONGEST`."""

RASTERS = tuple(_STARTS)
KINDS = (HTML, MARKDOWN, LATEX, SVG, *RASTERS, JSON, PLAIN)


def with_fit_outputs(run: Run) -> Run:
    """Return a run as pages show it: no output of it runs code, asks a server or has an address."""
    cells = (filter(None, map(_fit_output, outputs)) for outputs in run.outputs)
    return replace(run, outputs=tuple(map(tuple, cells)))


def _fit_output(output: Output) -> Output | None:
    """Return an output with the data that a page may show; None when nothing is left of it."""
    if output["output_type"] in {"stream", "error"}:
        return output
    data = fit(output["data"])
    if not data:
        return None
    metadata = {kind: value for kind, value in output["metadata"].items() if kind in data}
    return {**output, "data": data, "metadata": metadata}


def fit(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the formats of an output that a page may show, cleaned."""
    kept = {kind: _fit(kind, value) for kind, value in data.items() if kind in KINDS}
    kept = {kind: value for kind, value in kept.items() if value is not None}
    text = kept.get(PLAIN)
    if text is None:
        return kept
    stands_for_another = len(data) > 1 and bool(_STANDS_FOR.fullmatch(text.strip()))
    if address_in(text) or stands_for_another or (is_noise(text) and len(kept) == 1):
        del kept[PLAIN]
    return kept


def shown_kind(data: Mapping[str, Any]) -> str:
    """Return the format in which a page shows an output; empty for none."""
    return next((kind for kind in KINDS if kind in data), "")


def excess(kind: str, value: Any) -> str:
    """Return what there is too much of in an output, as the end of a sentence; empty if nothing."""
    if kind != JSON and not isinstance(value, str):
        return "is not text"
    if kind in LONGEST:
        try:
            length = len(json_text(value) if kind == JSON else value)
        except RecursionError:
            return "has too many lists inside of each other"
        if length > LONGEST[kind]:
            return f"has {length:,} characters; a page shows {LONGEST[kind]:,}"
    if kind == MARKDOWN:
        return html_cleaning.excess(markdown_as_html(value))
    return html_cleaning.excess(value) if kind == HTML else ""


def fault(kind: str, value: Any) -> str:
    """Return why a page cannot show an output in a format, as the end of a sentence."""
    if kind not in KINDS:
        return "cannot be shown on a page"
    if kind == HTML and isinstance(value, str):
        return html_cleaning.fault(value)
    if found := excess(kind, value):
        return found
    if kind == MARKDOWN:
        return html_cleaning.fault(markdown_as_html(value))
    return "" if _fit(kind, value) is not None else "cannot be shown on a page"


def _fit(kind: str, value: Any) -> Any:
    if kind in {HTML, MARKDOWN}:
        if fault(kind, value):
            return None
        return html_cleaning.cleaned(value) if kind == HTML else value
    if excess(kind, value):
        return None
    if kind == SVG:
        return svg_cleaning.cleaned(value)
    if kind in _STARTS:
        return value if _is_picture(kind, value) else None
    return value


def _is_picture(kind: str, text: str) -> bool:
    """Return whether a text is a picture in base64, without any character that is not part of it.

    A GIF or a WebP may move; nothing of it runs.
    """
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    is_webp = content[8:12] == b"WEBP"
    return content.startswith(_STARTS[kind]) and (kind != "image/webp" or is_webp)
