"""What of a post's names and tensors should learn, and never changes: for authors and readers."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Trace, Unchanged


def coverage_of(verdict: Verdict) -> Trace | None:
    """Return the run of a claim that knows what should learn, if anything should."""
    trace = verdict.sham.trace if verdict.sham else None
    return trace if trace and trace.things else None


def never_changed(post: Post, evidence: Evidence) -> Iterator[Problem]:
    """Yield a warning about each name or tensor that is trained and never changes."""
    found: dict[str, Unchanged] = {}
    for verdict in evidence.verdicts:
        trace = coverage_of(verdict)
        for one in trace.unchanged if trace else ():
            found.setdefault(one.name, one)
    for one in found.values():
        place = post.place_in_code(one.cell, one.line)
        name = one.name if one.name.startswith("a tensor") else f"`{one.name}`"
        remedy = "Is it frozen, or was the optimizer given other parameters?"
        yield Problem(place, f"{name} never changes while the program trains.", remedy)
