"""Numbers and places of an experiment as text, for the reports and the pages."""

from __future__ import annotations

import math
from collections.abc import Iterable

from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.goals import Goal, show
from site_tools.model.post import Post
from site_tools.model.run import Failure
from site_tools.model.text import count, listed

NO_NUMBER = "no number"

MOST_PROPOSED = 6
"""Updates that a message shows: more are not read."""


def comparison(claim: Claim) -> str:
    """Return what a claim compares, such as `loss < 0.05`."""
    return f"{claim.metric} {claim.goal}"


def value_text(trial: Trial, goal: Goal) -> str:
    """Return the value of a run, with as many digits as the goal needs."""
    return show(trial.value, goal) if trial.value is not None else NO_NUMBER


def range_text(trials: Iterable[Trial], goal: Goal, *, between: str = " … ") -> str:
    """Return the values of runs as one number, or as the smallest and the largest."""
    values = sorted(trial.value for trial in trials if trial.value is not None)
    if not values:
        return NO_NUMBER
    low, high = show(values[0], goal), show(values[-1], goal)
    return low if low == high else f"{low}{between}{high}"


def rounded_down(number: float) -> str:
    """Return a number with one decimal, never rounded up to a threshold that it misses."""
    return f"{math.floor(number * 10) / 10:.1f}"


def distinct(one: float, other: float, goal: Goal) -> tuple[str, str]:
    """Return two values with the digits that show the difference between them, if there is one."""
    texts = show(one, goal), show(other, goal)
    for digits in range(4, 10):
        if texts[0] != texts[1] or math.isclose(one, other, rel_tol=1e-9):
            break
        texts = f"{one:.{digits}g}", f"{other:.{digits}g}"
    return texts


def percent(share: float, threshold: float) -> str:
    """Return a share in percent, with the digits that show on which side of a threshold it is."""
    for digits in range(10):
        text = f"{share:.{digits}%}"
        shown = float(text[:-1]) / 100
        side = (shown < threshold, shown > threshold) == (share < threshold, share > threshold)
        if side or math.isclose(share, threshold, rel_tol=1e-9):
            return text.replace("-0%", "0%")
    return f"{share:%}"


def times(number: int) -> str:
    """Return how often something ran, in parentheses after a space."""
    return f" ({count(number, 'time')})"


def line_name(post: Post, cell: int, line: int) -> str:
    """Return what an author calls a line of code; cell 0 is code outside of the post."""
    if not cell:
        return "a package"
    place = post.place_in_code(cell, line)
    if place.within:
        return place.within
    return f"line {place.line}" if place.file == post.file else str(place)


def switched_off(post: Post, verdict: Verdict) -> list[str]:
    """Return a sentence about where learning was switched off, and how often; or nothing."""
    updates = [update for update in verdict.switched_off if update.cell]
    if not updates:
        return []
    shown = updates[:MOST_PROPOSED]
    alike = len({update.count for update in shown}) == 1 and shown[0].how != "set"
    new = dict(verdict.claim.constants)
    parts = [
        f"{line_name(post, u.cell, u.line)} `{u.text}`"
        + (
            f" (now {new.get(u.name, 0):g})"
            if u.how == "set"
            else times(u.count)
            if not alike
            else ""
        )
        for u in shown
    ]
    more = f" and {len(updates) - len(shown)} more" if len(updates) > len(shown) else ""
    joined = ", ".join(dict.fromkeys(parts)) if more else listed(parts)
    count = f" ({shown[0].count:,} times{' each' if len(shown) > 1 else ''})" if alike else ""
    return [f"Learning was switched off at {joined}{more}{count}."]


def at_line(post: Post, trial: Trial | None) -> str:
    """Return where a trial failed, as the end of a sentence; empty when that is not known."""
    failure = trial.fault if trial else None
    if not isinstance(failure, Failure) or not failure.cell:
        return ""
    return f", at {line_name(post, failure.cell, failure.line)}"
