"""All rules that a post must obey before it runs: add a check in one of the files listed here.

Each rule is a function that yields problems and does not stop at the first one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from site_tools.checks import style_rules
from site_tools.checks.bound_value_rules import comment_value_problems, prose_value_problems
from site_tools.checks.claim_rules import claim_problems
from site_tools.checks.code_rules import code_problems
from site_tools.checks.data_rules import data_problems
from site_tools.checks.lookalike_rules import lookalike_problems
from site_tools.checks.markdown_rules import lost_code
from site_tools.checks.prose_rules import prose_problems
from site_tools.checks.unbound_rules import unbound_problems
from site_tools.checks.varying_rules import varying_problems
from site_tools.checks.walkthrough_rules import program_problems
from site_tools.model.errors import Problem, for_readers
from site_tools.model.post import Post
from site_tools.posts.dependencies import Pins
from site_tools.posts.post_sweeps import sweep_problems
from site_tools.posts.post_variants import variant_problems
from site_tools.posts.site_settings import Settings

MOST = 100
"""Problems of a post's prose that are reported: no author reads more, and each takes time."""


def post_problems(
    post: Post, pins: Pins, root: Path, drafts: set[str], settings: Settings
) -> Iterator[Problem]:
    """Yield the problems of one post, whatever the other posts contain.

    `root` is the project's folder, `drafts` are the files of posts that readers cannot open, and
    `settings` say what the site lets its authors do, and what it asks of them.
    When code is lost, cannot be read or reads a name that nothing binds, that alone is said of it.
    What matters to readers only keeps no post from running: its prose, and what explains its code.
    Values in prose and the program are checked when the code is sound: their rules need that.
    """
    trust = settings.trust
    alone = not post.code_cells
    lost = [one for cell in post.prose_cells for one in lost_code(cell, alone=alone)]
    alike = list(lookalike_problems(post))
    unbound = list(unbound_problems(post)) if not lost and _is_read(post) else []
    unbound = [one for one in unbound if not any(one.place == other.place for other in alike)]
    found = [*lost, *alike, *unbound, *data_problems(post, trust)]
    if not lost:
        found += code_problems(post, pins)
    if not lost and not unbound and _is_read(post):  # else what they say may be a consequence
        found += [*claim_problems(post), *varying_problems(post)]
    yield from found
    yield from for_readers(style_rules.errors(post, settings.options.style))
    prose = islice(prose_problems(post, root, drafts, trust), MOST)
    yield from for_readers(problem for problem in prose if problem not in lost)
    if all(problem.for_readers for problem in found):
        yield from for_readers(islice(variant_problems(post), MOST))
        yield from for_readers(islice(sweep_problems(post), MOST))
        yield from for_readers(islice(prose_value_problems(post), MOST))
        yield from for_readers(comment_value_problems(post))
        yield from for_readers(program_problems(post, trust))


def _is_read(post: Post) -> bool:
    """Return whether Python can read all of a post's code."""
    for cell in post.code_cells:
        try:
            ast.parse(cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
