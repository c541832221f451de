"""What a kernel says of a cell → the outputs that are worth keeping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from site_tools.post import Output, Post

OUTPUT_LIMIT = 50_000
"""Characters of a cell's printed output that are kept."""


def tidy(outputs: Sequence[Mapping[str, Any]], post: Post, folder: Path) -> list[Output]:
    """Return a cell's outputs without what depends on timing or on the machine.

    Prints that came in pieces are joined, and cut when they are too long. A warning names the
    cell and the line, in place of a file of the kernel's below `folder`.
    """
    kept: list[dict[str, Any]] = []
    for output in outputs:
        last = kept[-1] if kept else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            kept.append({k: v for k, v in output.items() if k != "execution_count"})
    kernel_file = re.compile(rf"{re.escape(str(folder))}/ipykernel_\d+/(\d+)\.py:(\d+)")
    for output in kept:
        if output["output_type"] == "stream":
            text = kernel_file.sub(lambda m: _named(m, post), output["text"])
            output["text"] = text if len(text) <= OUTPUT_LIMIT else _cut(text)
    return list(kept)


def _cut(text: str) -> str:
    kept = text[:OUTPUT_LIMIT]
    return (
        f"{kept}\n… cut here: {len(text):,} characters were printed, {OUTPUT_LIMIT:,} are kept.\n"
    )


def _kernel_names(post: Post) -> dict[str, int]:
    """Return what the kernel calls each cell's code in a warning, and the cell's number."""
    from ipykernel.compiler import get_file_name  # noqa: PLC0415  slow to import

    numbered = enumerate(post.code_cells, start=1)
    return {Path(get_file_name(cell.source)).stem: number for number, cell in numbered}


def _named(match: re.Match[str], post: Post) -> str:
    number = _kernel_names(post).get(match[1])
    return f"cell {number}, line {match[2]}" if number else match[0]
