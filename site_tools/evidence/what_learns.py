"""What the further runs of a claim say of what learned: something else, nothing, or any data. Pure.

Each function answers one question of `stages`; where a run is missing, the answer is no.
"""

from __future__ import annotations

import math
import statistics

from site_tools.evidence.statistics import scale_for
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.claim import STARTS
from site_tools.model.goals import holds

SAME_PART = 0.02
"""With mixed data, learning must end further away than this part of the way that it makes with the
author's. Mixing breaks all that belongs together, so honest programs end about as far away as they
go; a constant pasted in as an update ends where it always does."""

SAME_PART_OF_ONE = 0.001
"""The same where only one name holds data: other draws of the same numbers may have nearly the same
mean, and a program that learns a mean is honest."""

FEW_NUMBERS = 4
"""From this many learned numbers on, they do not come out alike by chance. Fewer must be closer, so
that chance is as small: n numbers are all alike, each to a part p of its way, with a probability of
about p to the power of n."""

ELSEWHERE = 0.5
"""With reversed updates, what learns must end away from where it ends otherwise, by this part of
its way. Where it does not, something was learned that the instruments do not reach."""

NEARER = 0.02
"""After one round, a control must come nearer to the trained number by this part of the way, from
each start, for something else to have learned. Honest controls stay where they are, or differ by
the draws of an untrained network, which go either way."""

STAYS = 0.25
"""With mixed data, a control may go away from the trained number by this part of the way: something
that learns what is wrong makes the number a little worse."""


def learns_the_same(verdict: Verdict) -> bool:
    """Return whether the same is learned from mixed data; False when that is not known."""
    if verdict.mixed is None or verdict.compared is None or not verdict.mixed.trace.mixed:
        return False
    start, end = verdict.compared.trace.start, verdict.compared.trace.learned
    other = verdict.mixed.trace.learned
    if verdict.mixed.fault or not len(start) == len(end) == len(other):
        return False
    moved, apart = math.dist(start, end), math.dist(end, other)
    most = SAME_PART if len(verdict.mixed.trace.mixed) > 1 else SAME_PART_OF_ONE
    most **= max(1.0, FEW_NUMBERS / len(end)) if end else 1.0
    return moved > 0 and apart <= most * moved


def is_met_with_any_data(verdict: Verdict) -> bool:
    """Return whether the goal is met however the data are mixed, and on other data."""
    met = len(verdict.remixed) >= verdict.claim.controls and all(t.passed for t in verdict.remixed)
    return met and meets_other_data(verdict)


def meets_other_data(verdict: Verdict) -> bool:
    """Return whether the goal is met from mixed data, and on other data.

    A network that learns data by heart meets it from mixed data as well, but on its own data
    only; one that has found a rule meets it on all data that follow the rule. A number that is
    met both ways says nothing about answers; nor does one that is met with the answers of other
    examples. If they are stored one by one, other data cannot be asked for.
    """
    if verdict.mixed is None or not (verdict.mixed.passed and verdict.mixed.trace.mixed):
        return False
    other = [verdict.elsewhere.mixed, verdict.elsewhere.shifted]
    if any(baseline.measured for baseline in verdict.baselines):
        other.append(verdict.elsewhere.swapped)
    met = all(value is not None and holds(verdict.claim.goal, value) for value in other)
    return verdict.elsewhere.stored is not None or met


def is_met_any_way(verdict: Verdict) -> bool:
    """Return whether the goal is met in whatever direction the updates go.

    False when that is not known, as for a run in which the same was learned after all.
    """
    if not (verdict.compared and verdict.reversed and verdict.reversed.passed):
        return False
    scattered = verdict.scattered
    if len(scattered) < verdict.claim.controls or not all(trial.passed for trial in scattered):
        return False
    start, end = verdict.compared.trace.start, verdict.compared.trace.learned
    back = verdict.reversed.trace.learned
    if not 0 < len(start) == len(end) == len(back):
        return False
    return math.dist(end, back) >= ELSEWHERE * math.dist(start, end) > 0


def needs_its_start(verdict: Verdict) -> bool:
    """Return whether most starts elsewhere let the number fall to that of the controls.

    False when that is not known.
    """
    off = [trial.value for trial in verdict.off if trial.value is not None]
    elsewhere = [t.value for t in verdict.restarts if t.value is not None and not t.passed]
    if not off or len(verdict.restarts) < STARTS:
        return False
    seeds = [trial.value for trial in verdict.seeds if trial.value is not None]
    trained = [verdict.published.value or 0.0, *seeds]
    scale = scale_for(verdict.claim.goal, [*trained, *off, *elsewhere])
    high, low = (statistics.fmean(map(scale.forward, values)) for values in (trained, off))
    missed = [v for v in map(scale.forward, elsewhere) if abs(v - low) < abs(v - high)]
    return 2 * len(missed) > STARTS


def something_hidden_learns(verdict: Verdict) -> bool:
    """Return whether controls come nearer to the trained number while nothing listed learns.

    A number that counts what happens may do so as well, and it does so with mixed data. One
    that is measured while the program runs, such as the last errors, moves anywhere then.
    """
    controls = {trial.condition.trial: trial for trial in verdict.ablated}
    parts = [_approach(verdict, controls.get(one.condition.trial), one) for one in verdict.briefs]
    mixed = _approach(verdict, verdict.blind, verdict.brief_blind)
    if mixed is None or mixed < -STAYS or len(parts) <= verdict.claim.controls:
        return False
    return all(part is not None and part > max(NEARER, 2 * mixed) for part in parts)


def control_changes(verdict: Verdict) -> bool:
    """Return whether the control of the author's start depends on how long it runs."""
    part = _approach(verdict, verdict.same_start, next(iter(verdict.briefs), None))
    return part is not None and part > NEARER


def _approach(verdict: Verdict, control: Trial | None, brief: Trial | None) -> float | None:
    """Return which part of the way to the trained number a control makes after one round."""
    if control is None or brief is None:
        return None
    trained, end, start = verdict.published.value, control.value, brief.value
    if trained is None or end is None or start is None or trained == start:
        return None
    return (end - start) / (trained - start)
