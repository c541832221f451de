"""Claims → the last cell of a download: it measures them again, in the reader's own run."""

from __future__ import annotations

import json
import re
from typing import Any

from site_tools.downloads import notebook_cells
from site_tools.downloads.notebook_cells import Addresses
from site_tools.model.claim import Claim
from site_tools.model.post import Post

HEADING = "## Does it learn?"

LEARNS = "Your network learns."
"""What the cell prints in the end."""

DIGITS = ".4g"
"""How the cell shows a number."""


def cells(post: Post, addresses: Addresses) -> list[Any]:
    """Return the cells that end a download; none for a post without claims."""
    if not post.claims:
        return []
    claims = f"What [the page]({addresses.of(post)}) claims, measured again in this run."
    text = f"{HEADING}\n\n{claims}"
    return [notebook_cells.prose(text, "check-about"), notebook_cells.code(source(post), "check")]


def source(post: Post) -> str:
    """Return the code that measures the claims.

    It raises AssertionError when a goal is missed, and prints a line a claim otherwise.
    """
    name = _free_name(post)
    return "\n".join([*(_measured(claim, name) for claim in post.claims), f'print("{LEARNS}")'])


def line(claim: Claim, value: float) -> str:
    """Return what the cell prints of a claim whose metric has this value."""
    return f"{_says(claim)}: {value:{DIGITS}} (goal: {claim.goal})"


def _measured(claim: Claim, name: str) -> str:
    metric = f"({claim.metric})" if "\n" in claim.metric else claim.metric
    shown = f"{{{name}:{DIGITS}}}"
    return (
        f"{name} = {metric}\n"
        f'assert {name} {claim.goal}, f"Not yet: {shown} is not {claim.goal}."\n'
        f"print({json.dumps(_says(claim) + ':', ensure_ascii=False)}, "
        f'f"{shown} (goal: {claim.goal})")'
    )


def _says(claim: Claim) -> str:
    return " ".join(claim.says.split())


def _free_name(post: Post) -> str:
    """Return a name that the post does not use."""
    name, used = "reached", "\n".join([*post.sources, *(claim.metric for claim in post.claims)])
    while re.search(rf"\b{name}\b", used):
        name += "_"
    return name
