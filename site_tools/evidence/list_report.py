"""Why what a claim lists is not what learns, as problems for its author."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.evidence.report_text import (
    MOST_PROPOSED,
    comparison,
    line_name,
    range_text,
    switched_off,
    times,
    value_text,
)
from site_tools.evidence.stronger_claim import suggestion
from site_tools.evidence.verdict import Verdict
from site_tools.evidence.what_learns import something_hidden_learns
from site_tools.model.errors import Problem
from site_tools.model.goals import show
from site_tools.model.post import Post
from site_tools.model.text import listed


def leaky(post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that something else learned while the listed names were frozen."""
    claim = verdict.claim
    is_hidden = something_hidden_learns(verdict) and not verdict.unlisted
    remedy = (
        "List everything that learns in `freeze`. Without a list, "
        f"`elevenlines run {post.slug}` tries which names work, and prints them."
    )
    if is_hidden:
        remedy = "Keep all that learns in names or attributes, and list them in `freeze`."
    lines = [*_on_its_own(verdict)] if is_hidden else []
    lines += [
        f"{line_name(post, u.cell, u.line)} `{u.text}` still changed `{u.name}`{times(u.count)}."
        for u in verdict.unlisted[:MOST_PROPOSED]
    ]
    names = claim.freeze or claim.tally
    named = listed(f"`{name}`" for name in names) if names else ""
    switched = f"{named} frozen" if named else "learning switched off"
    return Problem(
        claim.place,
        f"claim {number} has a LEAKY CONTROL: with {switched}, something else still learned.",
        remedy,
        evidence=(*lines, *switched_off(post, verdict)),
    )


def _on_its_own(verdict: Verdict) -> Iterator[str]:
    """Yield that the number moves although nothing that can be seen does."""
    goal = verdict.claim.goal
    for data, one, other in (
        ("", verdict.briefs[0], verdict.same_start),
        (", and with mixed data", verdict.brief_blind, verdict.blind),
    ):
        first, last = (show(t.value or 0.0, goal) if t else "unknown" for t in (one, other))
        yield (
            f"With learning off{data}, the number is {first} after one round of training, and "
            f"{last} in the end."
        )
    yield (
        "It may be kept where no name shows it: in a class, a closure, a generator, a list or a "
        "file."
    )


def indifferent(post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that the same was learned from mixed data."""
    names = verdict.mixed.trace.mixed if verdict.mixed else ()
    data = listed(f"`{name}`" for name in names)
    return Problem(
        verdict.claim.place,
        f"claim {number} REFUSED: the same is learned when the data are mixed.",
        "What learns must be made from data. Are its values written in the code? Where the answers "
        "follow from the inputs by a rule in the code, write them as data, such as "
        "`[(0, 1, 1), (1, 1, 0)]`.",
        evidence=(
            f"With the values of {data} in another order, the same is learned.",
            *switched_off(post, verdict),
        ),
    )


def any_data(post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that the goal is met whatever the data are."""
    claim, stored = verdict.claim, verdict.elsewhere.stored
    names = listed(f"`{name}`" for name in (verdict.mixed.trace.mixed if verdict.mixed else ()))
    trained = value_text(verdict.published, claim.goal)
    learned = range_text(verdict.mixes, claim.goal)
    numbers = f"trained {trained}    learned from mixed data {learned}"
    order = f"Mixed: the values of {names} were put in another order before training."
    if stored is not None:
        what = "the right answers are stored one by one."
        remedy = (
            "Let the network make its answers from inputs, and measure it on examples that it has "
            "not seen."
        )
        own = f"Each of the {stored:.0f} answers is a number of its own, and uses no input."
        lines = [numbers, own, order]
    else:
        what = "the goal is met whatever the data are."
        better = suggestion(verdict, verdict.mixes)
        remedy = (
            f"Choose a goal that mixed data miss: `{better}` holds with room to spare."
            if better
            else "The goal does not need what belongs to what in the data. Measure answers that "
            "are made with what the network has learned, and compare them with the right ones; a "
            "network that always gives the same answer must miss the goal."
        )
        mixed, shifted = (
            show(value, claim.goal)
            for value in (verdict.elsewhere.mixed, verdict.elsewhere.shifted)
            if value is not None
        )
        measured = f"With what it has learned: {mixed} on mixed data, {shifted} on shifted data."
        lines = [numbers, measured, order]
    return Problem(
        claim.place,
        f"claim {number} REFUSED: {what}",
        remedy,
        evidence=(
            f"{comparison(claim)}     {lines[0]}",
            *lines[1:],
            *switched_off(post, verdict),
        ),
    )


def any_inputs(_post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that the goal is met whatever the inputs are."""
    claim, value = verdict.claim, verdict.elsewhere.inputs
    trained = value_text(verdict.published, claim.goal)
    mixed = "" if value is None else f"    inputs in another order {show(value, claim.goal)}"
    return Problem(
        claim.place,
        f"claim {number} REFUSED: the goal is met whatever the inputs are.",
        "The answers are not made from the inputs. Were the right answers copied into the network?",
        evidence=(f"{comparison(claim)}     trained {trained}{mixed}",),
    )


def holds_data(post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that what is listed does not come to the goal from another start."""
    names = listed(f"`{name}`" for name in verdict.claim.freeze)
    off = f"learning off {range_text(verdict.off, verdict.claim.goal)}"
    elsewhere = range_text(verdict.restarts, verdict.claim.goal)
    return Problem(
        verdict.claim.place,
        f"claim {number} REFUSED: {names} holds data, and learns nothing.",
        "Name what the network learns, and let it start anywhere.",
        evidence=(
            f"With its values in another order before its first update: {elsewhere}    {off}",
            *switched_off(post, verdict),
        ),
    )


def any_way(post: Post, verdict: Verdict, number: int) -> Problem:
    """Report that the goal is met in whatever direction the updates go."""
    claim = verdict.claim
    trained = value_text(verdict.published, claim.goal)
    reverse = value_text(verdict.reversed, claim.goal) if verdict.reversed else ""
    chance = range_text(verdict.scattered, claim.goal)
    numbers = f"trained {trained}    reversed {reverse}    by chance {chance}"
    return Problem(
        claim.place,
        f"claim {number} REFUSED: the goal is met as well when the updates go the other way.",
        "The number shows that something has changed, not what was learned. Measure answers that "
        "are made with what the network has learned, and compare them with the right ones.",
        evidence=(
            f"{comparison(claim)}     {numbers}",
            *switched_off(post, verdict),
        ),
    )
