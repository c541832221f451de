"""The errors, as one tree.

    UserError              what a user can fix: exit code 1
    ├── BadPost            one or more problems in one post
    ├── BadProject         something outside the posts: settings, store, site folder
    └── BadUsage           a command line that names nothing we know: exit code 2

A message carries the place, the value and the remedy. It is made where the line is known,
and printed where the command ends: problems by the command, the rest by `cli.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from site_tools.model.source import Place
from site_tools.model.text import abridged, one_line

BUG = "This is a bug in elevenlines. Please report the lines above."
"""What follows a traceback."""

LONGEST = 400
"""Characters of one part of a message. A value that it quotes may have megabytes."""

CLOSE = 0.7
"""How alike two words are from which on one may be the other, misspelt: `difflib`'s ratio."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing to fix, at one place."""

    place: Place
    what: str
    """What happened, with the value."""
    remedy: str = ""
    """What to do about it."""
    post: str = ""
    """The file of the post that it keeps from being published; its place may be a snippet."""
    evidence: tuple[str, ...] = ()
    """What was measured: lines that are printed between the problem and the remedy."""
    for_readers: bool = False
    """Whether it matters to readers only: the post runs, and is not published."""

    def __str__(self) -> str:
        parts = (one_line(self.what), *self.evidence, one_line(self.remedy))
        what, *below = [abridged(part, LONGEST) for part in parts if part]
        between = "\n  " if self.evidence else " "
        return between.join([f"{self.place}: {what}", *below])


def for_readers(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems as such that matter to readers only."""
    for problem in problems:
        yield replace(problem, for_readers=True)


def as_warning(problem: Problem) -> str:
    """Return the message of a problem that stops nothing."""
    return str(replace(problem, what=f"warning: {problem.what}"))


class UserError(Exception):
    """An error that a user can fix; its text says how."""

    def __str__(self) -> str:
        return "\n".join(abridged(line, 2 * LONGEST) for line in super().__str__().split("\n"))


class BadPost(UserError):
    """A post that cannot go on, with everything found wrong so far.

    `is_draft` says that its author marked it as a draft: it stops no other post.
    """

    def __init__(self, problems: Iterable[Problem], *, is_draft: bool = False) -> None:
        self.problems = tuple(sorted(problems))
        self.is_draft = is_draft
        super().__init__("\n".join(map(str, self.problems)))


class BadProject(UserError):
    """A fault outside the posts."""


class BadUsage(UserError):
    """A command line that cannot be understood."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean …?` for the known word nearest to this one, else an empty text."""
    found = misspelt(word, known)
    return f"Did you mean `{found}`?" if found else ""


def misspelt(word: str, known: Iterable[str]) -> str:
    """Return the known word of which this one may be a misspelling, else an empty text.

    A common ending, such as that of files, makes no two names alike; a path may have folders too
    many or too few.
    """
    texts = sorted(set(known))
    same = [one for one in texts if _letters(one) == _letters(word)]
    close = difflib.get_close_matches(word, texts, n=len(texts) or 1, cutoff=CLOSE)
    return next((one for one in [*same, *close] if _is_near(word, one)), "")


def _letters(word: str) -> list[str]:
    """Return what two words share if one has the letters of the other exchanged."""
    return sorted(word.casefold().rstrip("/").rpartition("/")[2])


def _is_near(word: str, other: str) -> bool:
    """Return whether two words differ in few letters: at most a third of a short one's."""
    word, other = word.casefold(), other.casefold()
    (stem, dot, _), (other_stem, other_dot, _) = word.partition("."), other.partition(".")
    if _letters(word) == _letters(other) or (dot and other_dot and stem == other_stem):
        return True
    changes = difflib.SequenceMatcher(None, word, other, autojunk=False).get_opcodes()
    edits = sum(max(b - a, d - c) for kind, a, b, c, d in changes if kind != "equal")
    longest = max(len(stem), len(other_stem))
    return edits <= max(min(longest // 3, 3), longest // 5, 1)
