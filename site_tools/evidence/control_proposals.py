"""Claims with nothing to switch off, and the updates that their author may want to name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from site_tools.analysis.syntax import parse
from site_tools.analysis.update_candidates import proposals
from site_tools.evidence.report_text import line_name, times
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Update
from site_tools.posts.dependencies import imported_modules

MOST_PROPOSED = 6
"""Updates that a message proposes: more are not read."""


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
            yield _propose(post, claim, number, found)


def no_control(post: Post, claim: Claim, number: int, updates: Sequence[Update]) -> Problem:
    """Return why no update of a claim could be switched off, by what the sham counted."""
    what = f"claim {number} has NO CONTROL: nothing could be switched off."
    idle = sorted({u.name for u in updates if u.how == "freeze" and not u.count})
    steps = [u for u in updates if u.how == "step" and u.count]
    if idle:
        evidence = f"No update of `{idle[0]}` ever ran."
        return Problem(claim.place, what, "List what the network learns.", evidence=(evidence,))
    if steps:
        where = line_name(post, steps[0].cell, steps[0].line)
        evidence = f"The optimizer's steps change nothing: {where} `{steps[0].text}`."
        remedy = "Is the rate 0, or are all gradients?"
        return Problem(claim.place, what, remedy, evidence=(evidence,))
    return _propose(post, claim, number, [u for u in updates if u.how == "probe" and u.count])


def _propose(post: Post, claim: Claim, number: int, found: Sequence[Update]) -> Problem:
    """Report that a claim names no update, and list the statements that look like one."""
    probes = sorted(found, key=lambda u: -u.count)[:MOST_PROPOSED]
    probes.sort(key=lambda u: (u.cell, u.line))
    what = f"claim {number} has NO CONTROL: nothing could be switched off."
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
                f"{line_name(post, u.cell, u.line)}  {u.text}" + (times(u.count) if u.count else "")
                for u in probes
            ],
        ),
    )
