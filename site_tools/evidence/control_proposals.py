"""Claims with nothing to switch off: what the author reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from site_tools.analysis.changes import find
from site_tools.analysis.compiled import compiled_functions
from site_tools.analysis.syntax import called_name, parse, parse_program
from site_tools.evidence.report_text import MOST_PROPOSED, line_name, times
from site_tools.evidence.tried_lists import lists_nothing, lists_of
from site_tools.evidence.verdict import Trial
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Update
from site_tools.posts.yaml_text import flow_list

_WHAT = "claim {} has NO CONTROL: nothing could be switched off."


def uncontrollable(post: Post) -> Iterator[Problem]:
    """Yield the claims that name no update in a post without torch, found without running it."""
    for number, claim in enumerate(post.claims, start=1):
        if lists_nothing(post, claim):
            can_try = bool(lists_of(post, claim))
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
    post: Post, claim: Claim, number: int, updates: Sequence[Update], proposed: Trial | None
) -> Problem:
    """Return why no update of a claim could be switched off.

    `updates` are what the sham counted, `proposed` is the control of a list that the claim could
    name.
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
    if proposed is None:
        return Problem(claim.place, what, _instead(post), evidence=(none,))
    names = proposed.condition
    key, listed = ("freeze", names.freeze) if names.freeze else ("tally", names.tally)
    skipped = [u for u in proposed.trace.updates if u.how == "freeze" and u.count]
    lines = [
        f"{line_name(post, u.cell, u.line)}  {u.text}{times(u.count)}"
        for u in skipped[:MOST_PROPOSED]
    ]
    return Problem(
        claim.place,
        what,
        f"If that is where the network learns, add to the claim:   {key}: {flow_list(listed)}",
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


def _instead(post: Post) -> str:
    """Return what to do where no statement of the post can be named."""
    remedy = (
        "Name what the network learns, such as its weights, in `freeze`. If no statement changes "
        "it, bind a constant at top level that switches learning off, such as a rate, and `set` it "
        "to 0."
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
