"""Claims with nothing to switch off: which lists of names to try, and what the author reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from site_tools.analysis.changes import find
from site_tools.analysis.compiled import compiled_functions
from site_tools.analysis.syntax import called_name, parse, parse_program
from site_tools.analysis.update_candidates import lists_to_try, tallies_to_try
from site_tools.evidence.report_text import MOST_PROPOSED, line_name, times
from site_tools.evidence.verdict import Trial
from site_tools.model.claim import Claim, Condition
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Update
from site_tools.posts.dependencies import imported_modules

_WHAT = "claim {} has NO CONTROL: nothing could be switched off."


def lists_nothing(post: Post, claim: Claim) -> bool:
    """Return whether a claim names no update although its post does not use torch."""
    modules = {module for source in post.sources for module in imported_modules(parse(source))}
    return not (claim.freeze or claim.tally or claim.constants or "torch" in modules)


def conditions_to_try(post: Post, claim: Claim) -> list[Condition]:
    """Return a control for each list that a claim could name; none if it names one already."""
    if not lists_nothing(post, claim):
        return []
    cells, metric = tuple(post.sources), claim.metric
    frozen = [Condition("control", 1, freeze=names) for names in lists_to_try(cells, metric)]
    counted = [Condition("control", 1, tally=(name,)) for name in tallies_to_try(cells, metric)]
    return frozen or counted


def uncontrollable(post: Post) -> Iterator[Problem]:
    """Yield the claims that name no update in a post without torch, found without running it."""
    for number, claim in enumerate(post.claims, start=1):
        if lists_nothing(post, claim):
            can_try = bool(conditions_to_try(post, claim))
            remedy = f"`elevenlines run {post.slug}` tries which names work, and prints them."
            yield Problem(
                claim.place,
                _WHAT.format(number),
                f"Name what the network learns in `freeze`. {remedy}"
                if can_try
                else _instead(post),
                evidence=("No torch optimizer runs and no update statement is named.",),
            )


def no_control(
    post: Post, claim: Claim, number: int, updates: Sequence[Update], tried: Sequence[Trial]
) -> Problem:
    """Return why no update of a claim could be switched off.

    `updates` are what the sham counted, `tried` the controls of lists that the claim could name.
    """
    what = _WHAT.format(number)
    idle = sorted({u.name for u in updates if u.how == "freeze" and not u.count})
    steps = [u for u in updates if u.how == "step" and u.count]
    if idle and (where := _compiled(post, idle[0])):
        evidence = f"`{idle[0]}` is updated in a function that is compiled ({where})."
        remedy = (
            "Nothing can be switched off inside of it. Name what its call returns, or bind a rate "
            "at top level and `set` it to 0."
        )
        return Problem(claim.place, what, remedy, evidence=(evidence,))
    if idle:
        evidence = f"No update of `{idle[0]}` ever ran."
        return Problem(claim.place, what, "List what the network learns.", evidence=(evidence,))
    if steps:
        where = line_name(post, steps[0].cell, steps[0].line)
        evidence = f"The optimizer's steps change nothing: {where} `{steps[0].text}`."
        remedy = "Is the rate 0, or are all gradients?"
        return Problem(claim.place, what, remedy, evidence=(evidence,))
    none = "No torch optimizer runs and no update statement is named."
    working = [trial for trial in tried if _works(trial)]
    if not working:
        return Problem(claim.place, what, _instead(post), evidence=(none,))
    names = working[0].condition
    key, listed = ("freeze", names.freeze) if names.freeze else ("tally", names.tally)
    skipped = [u for u in working[0].trace.updates if u.how == "freeze" and u.count]
    lines = [
        f"{line_name(post, u.cell, u.line)}  {u.text}{times(u.count)}"
        for u in skipped[:MOST_PROPOSED]
    ]
    return Problem(
        claim.place,
        what,
        f"If that is where the network learns, add to the claim:   {key}: [{', '.join(listed)}]",
        evidence=(f"{none} Without these, the goal is missed:", *lines),
    )


def _compiled(post: Post, name: str) -> str:
    """Return which line of a compiled function updates a name; empty if none does."""
    trees = parse_program(post.sources)
    inside = {id(node) for function in compiled_functions(trees) for node in ast.walk(function)}
    lines = [
        line_name(post, one.cell, one.node.lineno)
        for one in find(trees)
        if name in one.names and id(one.node) in inside
    ]
    return next(iter(lines), "")


def _works(trial: Trial) -> bool:
    """Return whether a control proves something: it skipped updates, and misses the goal."""
    skipped = any(update.count for update in trial.trace.updates if update.how == "freeze")
    return skipped and trial.value is not None and not trial.passed and not trial.trace.others


def _instead(post: Post) -> str:
    """Return what to do where no statement of the post can be named."""
    remedy = (
        "Where no statement can be named, bind a constant at top level that switches learning off, "
        "such as a rate, and `set` it to 0."
    )
    for cell, source in enumerate(post.sources, start=1):
        for node in ast.walk(parse(source)):
            if isinstance(node, ast.Call) and called_name(node) in {"fit", "partial_fit"}:
                where = line_name(post, cell, node.lineno)
                if called_name(node) == "partial_fit" and isinstance(node.func, ast.Attribute):
                    owner = ast.unparse(node.func.value)
                    return (
                        f"`partial_fit` ({where}) trains inside a library. Call it once before the "
                        "loop, so that the model can answer, and name the model: "
                        f"`freeze: [{owner.rpartition('.')[2]}]`."
                    )
                return (
                    f"`{called_name(node)}` ({where}) trains inside a library. Bind its number of "
                    "steps at top level, such as `max_iter = 200`, and say `set: {max_iter: 1}`."
                )
    return remedy
