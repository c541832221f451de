"""Rules for the figures that a run has drawn, and what of them a page may show."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from site_tools.checks.code_rules import without_alt
from site_tools.checks.svg_cleaning import cleaned
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Output, Run

_SVG, _PNG = "image/svg+xml", "image/png"


def figure_problems(post: Post, run: Run) -> Iterator[Problem]:
    """Yield the cells that drew a figure when they ran, and have no text for it."""
    for cell, outputs in zip(post.code_cells, run.outputs, strict=False):
        if cell.tags & {"remove-cell", "remove-output"}:
            continue
        shown = [data for output in outputs if (data := output.get("data"))]
        images = [kind for data in shown for kind in data if kind.startswith("image/")]
        if images and not cell.alt:
            yield without_alt(cell)
        if images and not any(kind in fit(data) for data in shown for kind in (_SVG, _PNG)):
            what = f"this cell's {images[0]} cannot be shown on a page."
            yield Problem(cell.place, what, "Draw it with matplotlib, or save it as PNG.")


def with_fit_figures(run: Run) -> Run:
    """Return a run as pages show it: its figures neither run code nor are anything but figures."""
    cells = (filter(None, map(_fit_output, outputs)) for outputs in run.outputs)
    return replace(run, outputs=tuple(map(tuple, cells)))


def _fit_output(output: Output) -> Output | None:
    """Return an output with the data that a page may show; None when nothing is left of it."""
    if not output.get("data"):
        return output
    data = fit(output["data"])
    return {**output, "data": data} if data else None


def fit(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output's data with its drawing cleaned, and without figures that are none."""
    kept = dict(data)
    if _SVG in data:
        kept[_SVG] = cleaned(str(data[_SVG]))
    if _PNG in data and not _is_png(data[_PNG]):
        kept[_PNG] = None
    return {kind: value for kind, value in kept.items() if value is not None}


def _is_png(text: object) -> bool:
    """Return whether a text is a PNG in base64, without any character that is not part of it."""
    try:
        content = base64.b64decode("".join(str(text).split()), validate=True)
    except ValueError:
        return False
    return content.startswith(b"\x89PNG\r\n\x1a\n")
