"""Results with the pinned versions and with newer ones → what has become of each claim."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from site_tools.evidence.run_report import ClaimResult, PostResult
from site_tools.evidence.statistics import same, scale_for
from site_tools.model.goals import Goal, parse_goal, show
from site_tools.model.text import count

Kind = Literal["broke", "unsteady", "warns", "moved", "holds"]
"""broke: a claim that was accepted is not, or the post does not run. unsteady: two runs with the
newer versions ended differently. warns: the published run prints a warning that it did not print
before. moved: accepted, with other numbers. holds: accepted, with the same numbers to nine digits.
"""

_ORDER: tuple[Kind, ...] = ("broke", "unsteady", "warns", "moved", "holds")


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of one claim of a post, or of the post itself."""

    file: str
    """The post."""
    kind: Kind
    text: str

    @property
    def is_alarm(self) -> bool:
        """Return whether it needs attention."""
        return self.kind in {"broke", "unsteady", "warns"}

    def __str__(self) -> str:
        return f"{self.kind:<8} {self.file}: {self.text}"


def changes(before: PostResult, after: PostResult) -> list[Change]:
    """Compare the results of one post, whose code and claims are the same in both."""
    if not after.claims and after.problems and before.claims:
        return [Change(before.file, "broke", f"it does not run: {after.problems[0]}")]
    found = [_change(before.file, *pair) for pair in zip(before.claims, after.claims, strict=True)]
    if after.problems and not any(one.kind == "broke" for one in found):
        found.append(Change(before.file, "broke", after.problems[0]))
    new = [text for text in after.warnings if text not in before.warnings]
    found += [Change(before.file, "warns", text) for text in new]
    if not found:  # a post that trains nothing
        found.append(Change(before.file, "holds", "it runs, and trains nothing."))
    return found


def confirmed(first: Sequence[Change], second: Sequence[Change]) -> list[Change]:
    """Return the changes of a post that two runs agree on, and as unsteady those of one only."""
    alone = [change for change in (*first, *second) if not (change in first and change in second)]
    return [
        *(change for change in first if change not in alone),
        *(
            replace(c, kind="unsteady", text=f"in one of two runs, {c.kind}: {c.text}")
            for c in alone
        ),
    ]


def report(found: Iterable[Change], versions: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of the report: what is newer, then the changes, those to look at first.

    `versions` has for Python and each package that a post imports the version before and after.
    """
    newer = [
        f"{name} {old} → {new}" if old != new else f"{name} {new} as before"
        for name, (old, new) in versions.items()
    ]
    yield f"{', '.join(newer)}."
    ordered = sorted(found, key=lambda change: (_ORDER.index(change.kind), change.file))
    yield from map(str, ordered)
    parts = [
        f"{number:,} {kind}"
        for kind in _ORDER
        if (number := sum(change.kind == kind for change in ordered))
    ]
    posts = len({change.file for change in ordered})
    yield f"{count(posts, 'post')} proved again: {', '.join(parts)}."


def _change(file: str, before: ClaimResult, after: ClaimResult) -> Change:
    goal = parse_goal(before.goal)
    was, now = before.published, after.published
    numbers = f"{_shown(was, goal)} → {_shown(now, goal)}"
    if after.starts:
        starts = f"{before.passing} of {len(before.starts)}"
        numbers += f", starts {starts} → {after.passing} of {len(after.starts)}"
    head = f"“{before.says}”, `{before.metric}` {goal}: {numbers}"
    if after.verdict != "accepted":
        return Change(file, "broke", f"{head}. The verdict is now: {after.verdict}.")
    pairs = [(was, now), *zip(before.starts, after.starts, strict=False)]
    if len(before.starts) == len(after.starts) and all(a == b or same(a, b) for a, b in pairs):
        return Change(
            file, "holds", f"“{before.says}”, `{before.metric}` {goal}, the same numbers."
        )
    return Change(file, "moved", f"{head}. {_moved(goal, before, after)}")


def _moved(goal: Goal, before: ClaimResult, after: ClaimResult) -> str:
    """Return by how much of its margin a claim has moved, toward the goal or away from it."""
    was, now = _values(before), _values(after)
    scale = scale_for(goal, [*was, *now])
    edge, old, new = map(
        scale.forward, (goal.number, statistics.median(was), statistics.median(now))
    )
    margin = abs(old - edge)
    if not margin:
        return "The median lies on the goal."
    share = abs(new - old) / margin
    toward = abs(new - edge) < abs(old - edge)
    if share < _LEAST:
        return f"The median moved by less than {_LEAST:.0%} of its distance to the goal."
    where = "toward" if toward else "away from"
    return f"The median moved by {share:.0%} of its distance to the goal, {where} it."


_LEAST = 0.01
"""A smaller part of the distance is not reported: it is rounding."""


def _values(claim: ClaimResult) -> list[float]:
    return [value for value in (claim.published, *claim.starts) if value is not None]


def _shown(value: float | None, goal: Goal) -> str:
    return "no number" if value is None else show(value, goal)
