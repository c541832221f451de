"""Verdict → what an author reads: what happened, the numbers, what to do."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Sequence

from site_tools.analysis.syntax import parse
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import assignments
from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.statistics import GAP, ROOM, same, suggest
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.goals import show
from site_tools.model.post import Post
from site_tools.model.run import Update
from site_tools.model.source import Place
from site_tools.posts.dependencies import imported_modules

MOST_PROPOSED = 6
"""Updates that a message proposes."""

_ONLY_READ = "Let the metric only read what the code leaves behind."
_ONE_NUMBER = "A metric is one finite number, made from the names that the code leaves behind."


def problems(post: Post, evidence: Evidence) -> Iterator[Problem]:
    """Yield what keeps a post's claims from being accepted."""
    numbered = list(enumerate(evidence.verdicts, start=1))
    for stopping in ({"unmeasured", "missed", "baseline"}, {"unsound", "changing", "no control"}):
        stopped = [(n, verdict) for n, verdict in numbered if verdict.ruling in stopping]
        if stopped:  # nothing else was run
            numbered = stopped
            break
    for number, verdict in numbered:
        if not verdict.accepted:
            yield _EXPLAIN[verdict.ruling](post, verdict, f"claim {number}")


def _unmeasured(_post: Post, verdict: Verdict, name: str) -> Problem:
    claim, fault = verdict.claim, verdict.published.fault
    what = f"{name} cannot be judged: `{claim.metric}` {fault}."
    return Problem(claim.place, what, _remedy_for(fault))


def _remedy_for(fault: str) -> str:
    if "changes what it measures" in fault:
        return _ONLY_READ
    if fault.startswith("is "):
        return "Did training diverge? Try a lower rate."
    if "trains the network" in fault:
        return "Train in the post's code, and let the metric only read."
    if "device" in fault:
        return "Bring it back with `.cpu()`, and take the number out with `.item()`."
    return _ONE_NUMBER


def _missed(_post: Post, verdict: Verdict, name: str) -> Problem:
    claim = verdict.claim
    got = f"`{claim.metric}` is {_show(verdict.published, claim)}, not {claim.goal}"
    what = f"{name} misses its goal: {got}."
    return Problem(claim.place, what, "Claim what the network does reach, or train it better.")


def _baseline(post: Post, verdict: Verdict, name: str) -> Problem:
    claim, baseline = verdict.claim, verdict.baseline
    if baseline is None or baseline.value is None:
        fault = baseline.fault if baseline else ""
        what = f"{name} cannot be judged: baseline `{claim.baseline}` {fault}."
        place = post.place_of(f"learns.{int(name.split()[1]) - 1}.baseline")
        return Problem(place, what, "Write one expression that gives a number.")
    measured = f"trained {_show(verdict.published, claim)}    baseline {_show(baseline, claim)}"
    return Problem(
        claim.place,
        f"{name} SAYS NOTHING: the goal is met without a network.",
        "Choose a goal that the baseline misses, and train until the network reaches it.",
        evidence=(
            f"{_head(claim)}     {measured}",
            f"The baseline is `{claim.baseline}`."
            if claim.baseline
            else "The baseline is the share of the commonest answer.",
        ),
    )


def _unsound(post: Post, verdict: Verdict, name: str) -> Problem:
    sham = verdict.sham
    fault = sham.fault if sham else "it did not run"
    return Problem(
        verdict.claim.place,
        f"{name} cannot be controlled: the program does not run outside of a notebook.",
        "Readers run it as a script, so it must.",
        evidence=(f"The same code as a plain program: {fault.rstrip('.')}{_at_line(post, sham)}.",),
    )


def _changing(post: Post, verdict: Verdict, name: str) -> Problem:
    claim, sham = verdict.claim, verdict.sham
    again = "" if sham is None or sham.value is None else repr(sham.value)
    unseeded = sham.trace.unseeded if sham else ()
    lines = [
        f"{_line_of(post, u.cell, u.line)} draws from {u.name}, which has no seed: `{u.remedy}`."
        for u in unseeded
    ]
    remedy = "Seed it, so that readers see your numbers."
    if not lines:
        remedy = (
            "No generator without a seed was seen. Does it use the clock, threads, files, or the "
            "order of a set?"
        )
    return Problem(
        claim.place,
        f"{name} CHANGES from run to run.",
        remedy,
        evidence=(
            f"{_head(claim)}     published {verdict.published.value!r}    again {again}",
            *lines,
        ),
    )


def _no_control(post: Post, verdict: Verdict, name: str) -> Problem:
    claim = verdict.claim
    updates = verdict.sham.trace.updates if verdict.sham else ()
    what = f"{name} has NO CONTROL: nothing could be switched off."
    idle = sorted({u.name for u in updates if u.how == "freeze" and not u.count})
    steps = [u for u in updates if u.how == "step" and u.count]
    if idle:
        evidence = f"No update of `{idle[0]}` ever ran."
        return Problem(claim.place, what, "List what the network learns.", evidence=(evidence,))
    if steps:
        where = _line_of(post, steps[0].cell, steps[0].line)
        evidence = f"The optimizer's steps change nothing: {where} `{steps[0].text}`."
        remedy = "Is the rate 0, or are all gradients?"
        return Problem(claim.place, what, remedy, evidence=(evidence,))
    probes = [u for u in updates if u.how == "probe" and u.count]
    return propose(post, claim, name, probes)


def uncontrollable(post: Post) -> Iterator[Problem]:
    """Yield the claims that name no update in a post without torch, found without running it."""
    modules = {module for source in post.sources for module in imported_modules(parse(source))}
    if "torch" in modules:
        return
    for number, claim in enumerate(post.claims, start=1):
        if not (claim.freeze or claim.tally or claim.constants):
            found = [
                Update("probe", site.cell, site.line, site.text, 0, site.name)
                for site in proposals(post.sources)
            ]
            yield propose(post, claim, f"claim {number}", found)


def propose(post: Post, claim: Claim, name: str, found: Sequence[Update]) -> Problem:
    """Say that a claim names no update, and which statements look like one."""
    probes = sorted(found, key=lambda u: -u.count)[:MOST_PROPOSED]
    probes.sort(key=lambda u: (u.cell, u.line))
    what = f"{name} has NO CONTROL: nothing could be switched off."
    none = "No torch optimizer runs and no update statement is named."
    if not probes:
        remedy = (
            "Name what the network learns in `freeze`; where no statement can be named, "
            "`set` a constant."
        )
        return Problem(claim.place, what, remedy, evidence=(none,))
    looks = "This one looks" if len(probes) == 1 else "These look"
    names = ", ".join(dict.fromkeys(u.name for u in probes))
    return Problem(
        claim.place,
        what,
        f"If that is where the network learns, add to the claim:   freeze: [{names}]",
        evidence=(
            f"{none} {looks} like an update:",
            *[
                f"{_line_of(post, u.cell, u.line)}  {u.text}" + (_times(u.count) if u.count else "")
                for u in probes
            ],
        ),
    )


def _broken_control(post: Post, verdict: Verdict, name: str) -> Problem:
    claim = verdict.claim
    broken = next((t for t in verdict.controls if t.value is None), None)
    fault = broken.fault.rstrip(".") if broken else "no update was there to switch off"
    shuffled = broken is not None and broken.condition.kind == "shuffle"
    how = f"`{claim.shuffle}` shuffled" if shuffled else "learning off"
    said = f"the metric {fault}" if fault.startswith(("is ", "gives ", "raises ")) else fault
    return Problem(
        claim.place,
        f"{name} has a BROKEN CONTROL: a crash proves nothing.",
        "Let the code survive a network that learns nothing, or switch learning off elsewhere, "
        "with `freeze` or `set`.",
        evidence=(f"With {how}: {said}{_at_line(post, broken)}.", *_switched_off(post, verdict)),
    )


def _refused(post: Post, verdict: Verdict, name: str) -> Problem:
    claim = verdict.claim
    off = any(trial.passed for trial in verdict.off)
    what = f"{name} REFUSED: the goal is met without learning."
    if not off:
        what = f"{name} REFUSED: the goal is met with `{claim.shuffle}` shuffled."
    measured = [f"trained {_show(verdict.published, claim)}"]
    measured += [f"learning off {_range(verdict.off, claim)}"]
    measured += [f"shuffled {_range(verdict.shuffled, claim)}"] * bool(verdict.shuffled)
    remedy = "The number does not come from training."
    lucky = sum(trial.passed for trial in verdict.off)
    if 0 < lucky < len(verdict.off):
        remedy = f"An untrained network reaches it on {lucky} of {len(verdict.off)} starts."
        better = _suggestion(verdict)
        remedy += f" `{better}` holds with room to spare." if better else ""
    elif off:
        remedy += f" {_overwritten(post, verdict) or _why_no_difference(verdict)}"
    else:
        remedy = "The network remembers, or the goal needs no right answers to train on."
    return Problem(
        claim.place,
        what,
        remedy,
        evidence=(f"{_head(claim)}     {'    '.join(measured)}", *_switched_off(post, verdict)),
    )


def _why_no_difference(verdict: Verdict) -> str:
    """Return what to look for when learning makes no difference, or none that the goal sees."""
    pairs = zip(verdict.seeds, verdict.off, strict=False)
    if all(seed.value == off.value for seed, off in pairs):
        return (
            "The runs end alike to the last digit: are the answers in the metric, the weights "
            "good before training, the rate 0, or does something else learn?"
        )
    return "Does an untrained network reach the goal, or does something else learn?"


def _too_close(_post: Post, verdict: Verdict, name: str) -> Problem:
    claim, separated = verdict.claim, verdict.separation
    seeds = f"{verdict.passing} of {len(verdict.seeds)} seeds pass"
    trained = f"trained {_range(verdict.seeds, claim)}"
    off = f"learning off {_range(verdict.controls, claim)}"
    faults = sorted({trial.fault for trial in verdict.seeds if trial.fault})
    why = [f"A seed trial failed: {fault}" for fault in faults[:1]]
    if verdict.passing < verdict.needed:
        why.append(
            f"At least {verdict.needed} of {len(verdict.seeds)} random starts must reach the goal; "
            "as it is, it holds by luck."
        )
    elif separated is not None and separated.room < ROOM:
        why.append(
            f"The goal sits {_cut(separated.room)} standard deviations from the trained runs' "
            f"mean, and {ROOM:g} are needed, so that it does not hold by luck."
        )
    elif separated is not None:
        why.append(
            f"Learning off misses the goal by {max(separated.gap, 0) + 0:.0%} of the way that "
            f"training makes, and {GAP:.0%} are needed."
        )
    return Problem(
        claim.place,
        f"{name} is TOO CLOSE to call.",
        _better_goal(verdict),
        evidence=(f"{_head(claim)}     {seeds}    {trained}    {off}", *why),
    )


def _cut(number: float) -> str:
    """Return a number with one decimal, never rounded up to a threshold that it misses."""
    return f"{math.floor(number * 10) / 10:.1f}"


def _better_goal(verdict: Verdict) -> str:
    goal = _suggestion(verdict)
    if goal:
        return f"`{goal}` holds with room to spare."
    if any(trial.value is None for trial in verdict.seeds):
        return "Let the program survive every random start."
    train = "No goal separates these runs: train longer, measure more, or make starts more alike."
    wide = verdict.separation is not None and verdict.separation.gap >= GAP
    if 0 < verdict.passing < verdict.needed and wide:
        honest = f"`expect: {verdict.passing}/{len(verdict.seeds)}`"
        return f"{train} A claim may also be honest about its luck: {honest}."
    return train


def _suggestion(verdict: Verdict) -> str:
    """Return a goal that would be accepted, or an empty text."""
    trials = [verdict.published, *verdict.seeds]
    trained = [trial.value for trial in trials if trial.value is not None]
    untrained = [
        t.value for t in [*verdict.controls, verdict.baseline] if t and t.value is not None
    ]
    return suggest(verdict.claim.goal, trained, untrained, verdict.needed + 1)


_EXPLAIN = {
    "unmeasured": _unmeasured,
    "missed": _missed,
    "baseline": _baseline,
    "unsound": _unsound,
    "changing": _changing,
    "no control": _no_control,
    "broken control": _broken_control,
    "refused": _refused,
    "too close": _too_close,
}


def _head(claim: Claim) -> str:
    return f"{claim.metric} {claim.goal}"


def _show(trial: Trial, claim: Claim) -> str:
    return show(trial.value, claim.goal) if trial.value is not None else "no number"


def _range(trials: Iterable[Trial], claim: Claim) -> str:
    values = sorted(trial.value for trial in trials if trial.value is not None)
    if not values:
        return "no number"
    low, high = show(values[0], claim.goal), show(values[-1], claim.goal)
    return low if low == high else f"{low} … {high}"


def _switched_off(post: Post, verdict: Verdict) -> list[str]:
    """Say where learning was switched off, and how often."""
    struck = [update for update in verdict.struck if update.cell]
    if not struck:
        return []
    shown = struck[:MOST_PROPOSED]
    alike = len({update.count for update in shown}) == 1 and shown[0].how != "set"
    new = dict(verdict.claim.constants)
    parts = [
        f"{_line_of(post, u.cell, u.line)} `{u.text}`"
        + (
            f" (now {new.get(u.name, 0):g})"
            if u.how == "set"
            else _times(u.count)
            if not alike
            else ""
        )
        for u in shown
    ]
    more = f" and {len(struck) - len(shown)} more" if len(struck) > len(shown) else ""
    joined = (
        f"{', '.join(parts[:-1])} and {parts[-1]}"
        if len(parts) > 1 and not more
        else ", ".join(parts)
    )
    count = f" ({shown[0].count:,} times{' each' if len(shown) > 1 else ''})" if alike else ""
    return [f"Learning was switched off at {joined}{more}{count}."]


def _times(count: int) -> str:
    return f" ({count:,} time{'' if count == 1 else 's'})"


def _overwritten(post: Post, verdict: Verdict) -> str:
    """Return a hint at a name of the metric that is bound anew after the last update."""
    struck = verdict.struck
    if not struck:
        return ""
    last = (struck[-1].cell, struck[-1].line)
    nodes = ast.walk(ast.parse(verdict.claim.metric, mode="eval"))
    names = sorted({node.id for node in nodes if isinstance(node, ast.Name)})
    cells = post.sources
    later = [site for site in assignments(cells, names) if (site.cell, site.line) > last]
    if not later:
        return ""
    where = _line_of(post, later[-1].cell, later[-1].line)
    return f"Look for an output overwritten after the loop ({where} assigns {later[-1].name})."


def _at_line(post: Post, trial: Trial | None) -> str:
    if trial is None or trial.place is None:
        return ""
    return f", at {_line_of(post, *trial.place)}"


def _line_of(post: Post, cell: int, line: int) -> str:
    """Return what an author calls a line of code."""
    if not cell:
        return "a package"
    place: Place = post.place_in_code(cell, line)
    if place.within:
        return place.within
    return f"line {place.line}" if place.file == post.file else str(place)


_SAME = {True: "the same", False: "another number"}


def table(evidence: Evidence) -> Iterator[str]:
    """Yield every number of the experiment, a line a group of runs."""
    for number, verdict in enumerate(evidence.verdicts, start=1):
        claim = verdict.claim
        yield f"  claim {number}: {_head(claim)}     {verdict.ruling}"
        yield f"    published      {_show(verdict.published, claim)}"
        if verdict.baseline:
            yield f"    baseline       {_show(verdict.baseline, claim)}"
        if verdict.sham:
            is_same = same(verdict.sham.value, verdict.published.value)
            yield f"    sham           {_show(verdict.sham, claim)}, {_SAME[is_same]}"
        if verdict.seeds:
            passing = f"{verdict.passing} of {len(verdict.seeds)} pass, {verdict.needed} needed"
            yield f"    seed trials    {_all(verdict.seeds, claim)}     {passing}"
        if verdict.off:
            yield f"    learning off   {_all(verdict.off, claim)}{_stopped(verdict.off)}"
        if verdict.shuffled:
            yield f"    shuffled       {_all(verdict.shuffled, claim)}"
        for update in verdict.struck:
            yield f"      off: {update.text}{_times(update.count)}"
        if verdict.separation and verdict.ruling in {"accepted", "too close"}:
            room, gap = verdict.separation.room, verdict.separation.gap
            shown = "more than enough" if math.isinf(room) else f"{_cut(room)} sd"
            yield f"    room {shown} (≥ {ROOM:g} sd), gap {gap + 0:.0%} (≥ {GAP:.0%})"
        if verdict.accepted:
            yield f"    {_course(verdict.curve, claim)}"


def _course(curve: Curve | str, claim: Claim) -> str:
    """Return the learning curve in a line, or why there is none."""
    if isinstance(curve, str):
        return f"no curve       {curve}"
    values, count = curve.trained.values, curve.trained.updates[-1]
    first, last = show(values[0], claim.goal), show(values[-1], claim.goal)
    return f"curve          {first} … {last} in {count:,} {curve.unit}, {len(values)} points"


def _all(trials: Iterable[Trial], claim: Claim) -> str:
    return "  ".join(_show(trial, claim) for trial in trials)


def _stopped(trials: Iterable[Trial]) -> str:
    stopped = any(trial.trace.stopped for trial in trials)
    return "     stopped after twice as many updates" if stopped else ""
