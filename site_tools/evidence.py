"""Runs → a verdict for each claim. Pure: numbers in, values out.

Today the evidence is the published run alone. Seed trials and controls judge here as well,
when they exist; until then no verdict says that a network learns *because* it was trained.
"""

from __future__ import annotations

from dataclasses import dataclass

from site_tools.claims import holds
from site_tools.post import Claim, Post, Run


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one claim fared."""

    claim: Claim
    value: float | None
    """The metric in the published run; None when it gave no number."""
    fault: str
    """Why there is no number; empty when there is one."""

    @property
    def accepted(self) -> bool:
        """Return whether the goal was met."""
        return self.value is not None and holds(self.claim.goal, self.value)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the runs of a post show."""

    verdicts: tuple[Verdict, ...]


def judge(post: Post, run: Run) -> Evidence:
    """Return the verdict on each of the post's claims."""
    return Evidence(
        tuple(
            Verdict(claim, None, value) if isinstance(value, str) else Verdict(claim, value, "")
            for claim, value in zip(post.claims, run.values, strict=True)
        )
    )
