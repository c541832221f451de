"""What of a post's names and tensors should learn, and never changes: for authors and readers."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Trace, Unchanged
from site_tools.model.text import listed


def coverage_of(verdict: Verdict) -> Trace | None:
    """Return the run of a claim that knows what should learn, if anything should.

    A run that stopped early knows nothing: what did not change may have had no time to.
    """
    sham = verdict.sham
    return sham.trace if sham and sham.value is not None and sham.trace.things else None


def never_changed(post: Post, evidence: Evidence) -> Iterator[Problem]:
    """Yield a warning about each line that trains what never changes, with its names."""
    found: dict[tuple[int, int], dict[str, Unchanged]] = {}
    for verdict in evidence.verdicts:
        trace = coverage_of(verdict)
        for one in trace.unchanged if trace else ():
            found.setdefault((one.cell, one.line), {})[one.name] = one
    for place, ones in found.items():
        named = [_shown(name) for name in ones]
        names = listed(named if len(named) <= MOST_NAMED else [*named[:MOST_NAMED], "others"])
        never = "never changes" if len(named) == 1 else "never change"
        what = f"{names} {never} while the program trains."
        remedy = "It may be frozen, have a gradient of 0, or be missing from the optimizer."
        yield Problem(post.place_in_code(*place), what, remedy)


MOST_NAMED = 3
"""Names in one warning: a deep network may have many layers that learn nothing."""


def _shown(name: str) -> str:
    return name if name.startswith("a tensor") else f"`{name}`"
