"""What `check` and the preview say of a post, and what keeps no build from publishing it.

The rules that every command asks are in `checks/rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from site_tools.checks import draft_rules, style_rules
from site_tools.checks.path_rules import title_warnings
from site_tools.checks.portability_rules import portability_problems
from site_tools.evidence import control_proposals
from site_tools.evidence.unchanged import never_changed
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import cut
from site_tools.pages.charts.social_card import not_drawn
from site_tools.posts.dependencies import Pins
from site_tools.posts.site_options import Style

MOST_SHOWN = 12
"""Characters of a text that a warning shows."""


def further_problems(post: Post, pins: Pins, root: Path) -> Iterator[Problem]:
    """Yield what else is wrong with a post that has no problems so far.

    Claims that nothing can control, and what would fail in a download. `root` is the project's
    folder.
    """
    yield from control_proposals.uncontrollable(post)
    yield from portability_problems(post, pins, root)


def own_warnings(post: Post, run: Run | None, style: Style) -> Iterator[Problem]:
    """Yield the warnings about a post by itself; `run` is its published run, if it is stored."""
    yield from style_rules.warnings(post, run, style)
    yield from draft_rules.template_text(post)
    if characters := not_drawn(post):
        shown = cut(characters, MOST_SHOWN + 1)
        what = f"the social card leaves out `{shown}`: its font has no such characters."
        remedy = "The page itself shows it. Let the title and the claim make sense without it."
        yield Problem(post.place_of("title"), what, remedy)


def warnings_of_runs(
    post: Post, evidence: Evidence, variants: VariantEvidence | None
) -> Iterator[Problem]:
    """Yield the warnings that follow from the runs of a post; `variants` if they are stored."""
    yield from never_changed(post, evidence)
    for one in variants.unguarded if variants else ():
        what = (
            f"no claim guards this line: no goal is missed with this change: {one.variant.title}."
        )
        remedy = "Add a claim for what the line is for; `elevenlines mutate` lists all changes."
        yield Problem(post.place_in_code(*one.place), what, remedy)


def warnings_among(
    posts: Sequence[Post], all_posts: Sequence[Post], today: date
) -> Iterator[Problem]:
    """Yield the warnings about some posts that depend on the others, or on the day."""
    files = {post.file for post in posts}
    yield from draft_rules.warnings(posts, all_posts, today)
    yield from (one for one in title_warnings(all_posts) if one.place.file in files)
