"""Rules for the figures that a run has drawn."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from site_tools.checks.code_rules import without_alt
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run


def figure_problems(post: Post, run: Run) -> Iterator[Problem]:
    """Yield the cells that drew a figure when they ran, and have no text for it."""
    for cell, outputs in zip(post.code_cells, run.outputs, strict=False):
        if cell.tags & {"remove-cell", "remove-output"}:
            continue
        shown = [data for output in outputs if (data := output.get("data"))]
        images = [kind for data in shown for kind in data if kind.startswith("image/")]
        if images and not cell.alt:
            yield without_alt(cell)
        if images and not any(_is_image(data) for data in shown):
            what = f"this cell's {images[0]} cannot be shown on a page."
            yield Problem(cell.place, what, "Draw it with matplotlib, or save it as PNG.")


def _is_image(data: Mapping[str, Any]) -> bool:
    if "image/svg+xml" in data:
        return "<svg" in str(data["image/svg+xml"])
    try:
        return base64.b64decode(data.get("image/png", ""))[:8] == b"\x89PNG\r\n\x1a\n"
    except ValueError:
        return False
