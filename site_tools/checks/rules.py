"""All rules that a post must obey before it runs: add a check in one of the files listed here.

Each rule is a function that yields problems and does not stop at the first one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from site_tools.checks.claim_rules import claim_problems
from site_tools.checks.code_rules import code_problems
from site_tools.checks.lookalike_rules import lookalike_problems
from site_tools.checks.prose_rules import prose_problems
from site_tools.checks.varying_rules import varying_problems
from site_tools.checks.walkthrough_rules import program_problems
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.posts.dependencies import Pins


def post_problems(post: Post, pins: Pins, root: Path, drafts: set[str]) -> Iterator[Problem]:
    """Yield the problems of one post, whatever the other posts contain.

    `root` is the project's folder, and `drafts` are the files of posts that readers cannot open.
    The program is checked only when nothing else is wrong: its rules need valid code.
    """
    found = [
        *code_problems(post, pins),
        *lookalike_problems(post),
        *claim_problems(post),
        *varying_problems(post),
        *prose_problems(post, root, drafts),
    ]
    yield from found or program_problems(post)
