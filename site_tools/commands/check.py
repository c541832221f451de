"""`elevenlines check`: everything that can be seen without running a post."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from site_tools import explain
from site_tools.errors import Problem
from site_tools.project import Project, read_posts, select


def check(project: Project, names: Sequence[str]) -> int:
    """Print every problem of the named posts, or of all; return 1 when there is any."""
    reading = select(project, read_posts(project), names)
    problems = list(reading.problems)
    for post in reading.posts:
        if not reading.faulty(post):
            problems += explain.uncontrollable(post)
    print_problems(problems)
    if problems:
        return 1
    print(f"{count(len(reading.posts), 'post')} checked, nothing to mend.")
    return 0


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, a line each; posts may share one in a snippet."""
    for message in dict.fromkeys(map(str, problems)):
        print(message, file=sys.stderr)


def count(number: int, noun: str) -> str:
    """Return `1 post`, `2 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
