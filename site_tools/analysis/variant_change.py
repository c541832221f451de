"""One change of a program's text, with the words that name it."""

from __future__ import annotations

from dataclasses import dataclass

from site_tools.analysis.source_edits import Edit

UPDATE, IDEA, PART, NUMBER, DETAIL = range(5)
"""How informative a change is, the most informative first. UPDATE: something is never learned.
IDEA: a known part of learning is left out or turned round. PART: a factor or a term. NUMBER: a
named constant. DETAIL: a number."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change."""

    title: str
    """What was changed, such as `without * l2`, with the code in backticks."""
    edits: tuple[Edit, ...]
    rank: int


def shown(text: str) -> str:
    """Return code for a title: on one line, without the backticks that would end it."""
    return f"`{' '.join(text.split())}`".replace("``", "`")
