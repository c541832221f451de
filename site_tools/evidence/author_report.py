"""Why claims are not accepted, as problems for their author: what happened, numbers, remedy."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from site_tools.analysis.updates import assignments
from site_tools.analysis.varying.program import follow
from site_tools.analysis.varying.sources import MEANINGS
from site_tools.analysis.varying.values import Source
from site_tools.evidence import list_report
from site_tools.evidence.baseline import Baseline
from site_tools.evidence.control_proposals import no_control
from site_tools.evidence.report_text import (
    MOST_PROPOSED,
    at_line,
    comparison,
    distinct,
    line_name,
    percent,
    range_text,
    rounded_down,
    switched_off,
    value_text,
)
from site_tools.evidence.stages import decisive
from site_tools.evidence.statistics import GAP, MARGIN, same, suggest
from site_tools.evidence.stronger_claim import suggestion, ways
from site_tools.evidence.verdict import Evidence, Ruling, Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.faults import FaultKind, MetricFault
from site_tools.model.post import Post
from site_tools.model.run import NEW_GENERATOR, Unseeded

_ONE_NUMBER = "A metric is one finite number, made from the names that the code leaves behind."

_REMEDIES: Mapping[FaultKind, str] = {
    "changes": "Let the metric only read what the code leaves behind.",
    "trains": "Train in the post's code, and let the metric only read. If that statement belongs "
    "to a forward pass, take its name out of `freeze`: list only what the network learns.",
    "not finite": "Did training diverge? Try a lower rate.",
    "device": "Make it on the CPU or on the GPU.",
}
"""For other kinds, `_ONE_NUMBER`."""


BETTER = 0.1
"""A goal beyond a baseline is suggested only if the network removes this part of its error:
otherwise it would claim as learning what may be noise."""


def problems(post: Post, evidence: Evidence) -> Iterator[Problem]:
    """Yield what keeps a post's claims from being accepted.

    That is one problem for each claim, and another where a claim without a control has no baseline
    either. With a list that it could name, answers may be found that a baseline can replace.
    """
    ending = decisive(evidence.verdicts)
    found = [_EXPLAIN[verdict.ruling](post, verdict, number) for number, verdict in ending]
    found += [
        _no_baseline(post, verdict, number)
        for number, verdict in ending
        if verdict.ruling == "no control" and verdict.needs_baseline and not verdict.proposed
    ]
    yield from dict.fromkeys(found)  # claims may share what keeps them from being accepted


def _unmeasured(_post: Post, verdict: Verdict, number: int) -> Problem:
    return _metric_fault(verdict.claim, verdict.published, number)


def _metric_fault(claim: Claim, trial: Trial, number: int) -> Problem:
    kind = trial.fault.kind if isinstance(trial.fault, MetricFault) else "absent"
    what = f"claim {number} cannot be judged: `{claim.metric}` {trial.reason}."
    return Problem(claim.place, what, _REMEDIES.get(kind, _ONE_NUMBER))


def _missed(_post: Post, verdict: Verdict, number: int) -> Problem:
    claim = verdict.claim
    got = f"`{claim.metric}` is {value_text(verdict.published, claim.goal)}, not {claim.goal}"
    what = f"claim {number} misses its goal: {got}."
    return Problem(claim.place, what, "Claim what the network does reach, or train it better.")


def _baseline(post: Post, verdict: Verdict, number: int) -> Problem:
    claim, baseline = verdict.claim, verdict.baseline
    fault = verdict.baseline_fault
    if baseline is None or fault is not None:
        reason = fault.text if fault else ""
        what = f"claim {number} cannot be judged: baseline `{claim.baseline}` {reason}."
        place = post.place_of(f"learns.{number - 1}.baseline")
        return Problem(place, what, "Write one expression that gives a number.")
    reached, own = distinct(baseline.value, verdict.published.value or 0.0, claim.goal)
    trained = f"trained {own}"
    says = baseline.says[0].upper() + baseline.says[1:]
    return Problem(
        claim.place,
        f"claim {number} SAYS NOTHING: the goal is met without a network.",
        _beyond(verdict, baseline),
        evidence=(
            f"{comparison(claim)}     {trained}    baseline {reached}",
            f"{says} reaches {reached}.",
        ),
    )


def _beyond(verdict: Verdict, baseline: Baseline) -> str:
    """Return a goal that excludes a baseline, or that the network is hardly better than it."""
    value, goal = verdict.published.value or 0.0, verdict.claim.goal
    ahead = (value - baseline.value) * (1 if goal.sign[0] == ">" else -1)
    share = goal.sign[0] == ">" and 0 <= baseline.value <= 1 and 0 <= value <= 1
    enough = ahead >= BETTER * abs(1 - baseline.value if share else baseline.value)
    better = suggest(goal, [value], [baseline.value]) if ahead > 0 and enough else ""
    if better:
        return f"`{better}` excludes it, and this network reaches that."
    how = "hardly" if ahead > 0 else "no"
    return (
        f"The network does {how} better than that. Train it until it does, and choose a goal that "
        "no baseline meets."
    )


def _no_baseline(_post: Post, verdict: Verdict, number: int) -> Problem:
    claim = verdict.claim
    why = (
        f"In `{claim.metric}` no answers were found that could be replaced by the commonest "
        "answer or the mean."
    )
    if verdict.unmeasured:
        why = (
            f"To try the commonest answer or the mean, `{claim.metric}` is computed again. That "
            f"{verdict.unmeasured.text}."
        )
    return Problem(
        claim.place,
        f"claim {number} has NO BASELINE: nothing says what can be had without a network.",
        "Add to the claim what a guess reaches, as a number or an expression: `baseline: 0.5`; "
        "for the difference of two networks it is 0, for a ratio 1. Or name the answers to train "
        "on, and they are permuted: `shuffle: y_train`.",
        evidence=(why,),
    )


def _unsound(post: Post, verdict: Verdict, number: int) -> Problem:
    sham = verdict.sham
    if sham and isinstance(sham.fault, MetricFault) and sham.fault.kind == "trains":
        return _metric_fault(verdict.claim, sham, number)  # only a sham counts updates
    if sham and isinstance(sham.fault, MetricFault):
        return Problem(
            verdict.claim.place,
            f"claim {number} cannot be controlled: its metric gives no number in a script.",
            "Readers run the post as a script, so the metric must work there.",
            evidence=(f"In the same code as a plain program, the metric {sham.reason}.",),
        )
    reason = sham.reason if sham else "it did not run"
    where = at_line(post, sham)
    return Problem(
        verdict.claim.place,
        f"claim {number} cannot be controlled: the program does not run outside of a notebook.",
        "Readers run it as a script, so it must.",
        evidence=(f"The same code as a plain program: {reason.rstrip('.')}{where}.",),
    )


def _changing(post: Post, verdict: Verdict, number: int) -> Problem:
    claim, sham = verdict.claim, verdict.sham
    unseeded = sham.trace.unseeded if sham else ()
    if sham and unseeded and same(sham.value, verdict.published.value):
        return _printed_unseeded(post, unseeded)
    again = "" if sham is None or sham.value is None else repr(sham.value)
    lines = [
        f"{line_name(post, u.cell, u.line)} draws from {u.name}, which has no seed: `{u.remedy}`."
        for u in unseeded
    ]
    remedy = "Seed it, so that readers see your numbers."
    if not lines:
        sources = _varying(post, claim)
        lines = [
            f"{line_name(post, s.cell, s.line)} `{s.text}` is {MEANINGS[s.kind].is_what}."
            for s in sources
        ]
        remedy = " ".join(dict.fromkeys(MEANINGS[s.kind].remedy for s in sources))
    if not lines:
        remedy = (
            "No generator without a seed was seen. Does it use the clock, the process, threads, "
            "files, or the order of a set?"
        )
    numbers = f"published {verdict.published.value!r}    again {again}"
    return Problem(
        claim.place,
        f"claim {number} CHANGES from run to run.",
        remedy,
        evidence=(f"{comparison(claim)}     {numbers}", *lines),
    )


def _varying(post: Post, claim: Claim) -> list[Source]:
    """Return what may be why a metric changes: what reaches it, or else all that varies."""
    found = follow(post.sources, claim.metric)
    likely = found.reaching or found.sources
    return sorted(likely, key=lambda source: not source.sure)[:MOST_PROPOSED]


def _printed_unseeded(post: Post, unseeded: Sequence[Unseeded]) -> Problem:
    """Report generators without a seed that change other numbers than the metric."""
    first, *others = unseeded
    draws = f"this draws from {first.name}, which has"
    if first.name == NEW_GENERATOR:
        draws = "this makes a generator that has"
    return Problem(
        post.place_in_code(first.cell, first.line),
        f"{draws} no seed, so its numbers CHANGE from run to run.",
        f"Seed it, so that readers see your numbers: `{first.remedy}`.",
        evidence=tuple(
            f"So does {line_name(post, u.cell, u.line)}, from {u.name}: `{u.remedy}`."
            for u in others[:MOST_PROPOSED]
        ),
    )


def _no_control(post: Post, verdict: Verdict, number: int) -> Problem:
    updates = verdict.sham.trace.updates if verdict.sham else ()
    return no_control(post, verdict.claim, number, updates, verdict.proposed)


def _broken_control(post: Post, verdict: Verdict, number: int) -> Problem:
    claim = verdict.claim
    broken = next((t for t in (*verdict.controls, *verdict.ablated) if t.value is None), None)
    shuffled = broken is not None and broken.condition.kind == "shuffle"
    how = f"`{claim.shuffle}` shuffled" if shuffled else "learning off"
    said = "no update was there to switch off"
    if broken:
        said = broken.reason.rstrip(".")
        said = f"the metric {said}" if isinstance(broken.fault, MetricFault) else said
    return Problem(
        claim.place,
        f"claim {number} has a BROKEN CONTROL: a crash proves nothing.",
        "Let the code survive a network that learns nothing, or switch learning off elsewhere, "
        "with `freeze` or `set`.",
        evidence=(f"With {how}: {said}{at_line(post, broken)}.", *switched_off(post, verdict)),
    )


def _refused(post: Post, verdict: Verdict, number: int) -> Problem:
    claim = verdict.claim
    lucky = sum(trial.passed for trial in verdict.ablated)
    without = "without learning" if lucky else f"with `{claim.shuffle}` shuffled"
    measured = [f"trained {value_text(verdict.published, claim.goal)}"]
    measured += [f"learning off {range_text(verdict.ablated, claim.goal)}"]
    measured += [f"shuffled {range_text(verdict.shuffled, claim.goal)}"] * bool(verdict.shuffled)
    remedy = "The number does not come from training."
    if 0 < lucky < len(verdict.ablated):
        remedy = f"An untrained network reaches it on {lucky} of {len(verdict.ablated)} starts."
        better = suggestion(verdict)
        remedy += f" `{better}` holds with room to spare." if better else ""
    elif lucky and all(trial.trace.stopped for trial in verdict.ablated):
        better = suggestion(verdict)
        remedy = (
            "A loop that waits for success was ended after twice as many rounds as in the "
            "published program, and the goal was not missed by then. "
        )
        remedy += f"`{better}` holds with room to spare." if better else _BOUND
    elif lucky:
        remedy += f" {_overwritten(post, verdict) or _why_no_difference(verdict)}"
    else:
        remedy = "The network remembers, or the goal needs no right answers to train on."
    return Problem(
        claim.place,
        f"claim {number} REFUSED: the goal is met {without}.",
        remedy,
        evidence=(
            f"{comparison(claim)}     {'    '.join(measured)}",
            *switched_off(post, verdict),
        ),
    )


_BOUND = "Choose a goal that is missed then, or let the loop end after a fixed number of rounds."


def _why_no_difference(verdict: Verdict) -> str:
    """Return what to check when learning makes no difference, or none that the goal shows."""
    pairs = zip(verdict.seeds, verdict.off, strict=False)
    if all(seed.value == off.value for seed, off in pairs):
        return (
            "The runs end alike to the last digit: are the answers in the metric, the weights "
            "good before training, the rate 0, or does something else learn?"
        )
    return "Does an untrained network reach the goal, or does something else learn?"


def _too_close(_post: Post, verdict: Verdict, number: int) -> Problem:
    claim = verdict.claim
    seeds = f"{verdict.passing} of {len(verdict.seeds)} seeds pass"
    trained = f"trained {range_text(verdict.seeds, claim.goal)}"
    off = f"learning off {range_text(verdict.controls, claim.goal)}"
    faults = sorted({trial.reason for trial in verdict.seeds if trial.reason})
    return Problem(
        claim.place,
        f"claim {number} is TOO CLOSE to call.",
        _better_goal(verdict),
        evidence=(
            f"{comparison(claim)}     {seeds}    {trained}    {off}",
            *[f"A seed trial failed: {fault}" for fault in faults[:1]],
            *_shortfall(verdict),
            *ways(verdict),
        ),
    )


def _shortfall(verdict: Verdict) -> Iterator[str]:
    """Yield which threshold is missed, and by how much."""
    separated = verdict.separation
    if verdict.passing < verdict.needed:
        yield (
            f"At least {verdict.needed} of {len(verdict.seeds)} random starts must reach the goal; "
            "as it is, it holds by luck."
        )
    elif separated is not None and not separated.roomy:
        yield (
            f"The goal is {rounded_down(separated.margin)} standard deviations from the mean of "
            f"the trained runs; at least {MARGIN:g} are needed, so that it does not hold by luck."
        )
    elif separated is not None:
        scale = {"log": ", on a log scale", "logit": ", as logits", "linear": ""}[separated.scale]
        which = "The nearest control" if verdict.shuffled else "Learning off"
        between = "between trained and untrained"
        if separated.from_guess and verdict.guess:
            which, between = verdict.guess.says.capitalize(), "from there to the trained number"
        yield (
            f"{which} misses the goal by {percent(max(separated.gap, 0), GAP)} of the distance "
            f"{between}{scale}; at least {GAP:.0%} are needed."
        )


def _better_goal(verdict: Verdict) -> str:
    goal = suggestion(verdict)
    if goal:
        return f"`{goal}` holds with room to spare."
    if any(trial.value is None for trial in verdict.seeds):
        return "Let the program survive every random start."
    train = "No goal separates these runs clearly: train longer, measure more, or make starts "
    train += "more alike."
    wide = verdict.separation is not None and verdict.separation.gap >= GAP
    if 0 < verdict.passing < verdict.needed and wide:
        honest = f"`expect: {verdict.passing}/{len(verdict.seeds)}`"
        return f"{train} A claim may also be honest about its luck: {honest}."
    return train


_EXPLAIN: Mapping[Ruling, Callable[[Post, Verdict, int], Problem]] = {
    "unmeasured": _unmeasured,
    "missed": _missed,
    "baseline": _baseline,
    "no input": list_report.any_inputs,
    "no baseline": _no_baseline,
    "unsound": _unsound,
    "changing": _changing,
    "no control": _no_control,
    "broken control": _broken_control,
    "refused": _refused,
    "unlisted": list_report.leaky,
    "indifferent": list_report.indifferent,
    "any data": list_report.any_data,
    "data": list_report.holds_data,
    "any way": list_report.any_way,
    "too close": _too_close,
}


def _overwritten(post: Post, verdict: Verdict) -> str:
    """Return a hint at a name of the metric that is assigned again after the last update."""
    updates = verdict.switched_off
    if not updates or (post.launch and post.launch.modules):  # which run when they are imported
        return ""
    last = (updates[-1].cell, updates[-1].line)
    nodes = ast.walk(ast.parse(verdict.claim.metric, mode="eval"))
    names = sorted({node.id for node in nodes if isinstance(node, ast.Name)})
    cells = post.sources
    later = [site for site in assignments(cells, names) if (site.cell, site.line) > last]
    if not later:
        return ""
    where = line_name(post, later[-1].cell, later[-1].line)
    return f"Look for an output overwritten after the loop ({where} assigns {later[-1].name})."
