"""What a reader of a preview must know about a page: errors, and what is older than its files."""

from __future__ import annotations

from dataclasses import dataclass

from site_tools.model.errors import Problem
from site_tools.model.post import Post


@dataclass(frozen=True, slots=True)
class Located:
    """A problem, and the code on the shown page beside which it is shown."""

    text: str
    """Place, cause and remedy."""
    near: str = ""
    """A line of code of the cell that it belongs to; empty for the head of the page."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a page says about itself in the preview; all of it is empty for a page as built."""

    file: str = ""
    """The post that it shows; empty for other pages."""
    older: bool = False
    """Whether it shows an older version of its post, because the file has problems."""
    missing: bool = False
    """Whether its post was never without problems, so there is no page."""
    draft: bool = False
    waiting: bool = False
    """Whether runs of the post are under way."""
    unrun: bool = False
    """Whether the published run is one of them, so that its outputs are to come."""
    seconds: float | None = None
    """How long the runs under way have taken; None if they are yet to begin."""
    printed: str = ""
    """What the run under way has printed."""
    problems: tuple[Located, ...] = ()
    warnings: tuple[str, ...] = ()
    """What `check` warns of in the post; a build publishes it all the same."""
    fault: str = ""
    """What keeps pages from being made, such as settings that cannot be read."""
    others: tuple[str, ...] = ()
    """On a page that is no post's: posts of which it may show an older version."""
    is_gone: bool = False
    """Whether the post that was at the address has vanished."""
    posts: tuple[tuple[str, str], ...] = ()
    """If it has, the address and the title of each other post."""


def located(problem: Problem, now: Post | None, shown: Post | None) -> Located:
    """Return a problem with a line of the shown page that is near to it.

    `now` is the file as it is, `shown` the version on the page.
    """
    return Located(str(problem), _near(problem, now or shown, shown))


def _near(problem: Problem, now: Post | None, shown: Post | None) -> str:
    if now is None or shown is None:
        return ""
    cells = now.code_cells
    for number, cell in enumerate(cells):
        places = [line.place for line in cell.lines]
        if problem.place in places and number < len(shown.code_cells):
            line = places.index(problem.place)
            own = [one.text for one in shown.code_cells[number].lines]
            same = own[line] if line < len(own) else ""
            return (same if same.strip() else next(filter(str.strip, own), "")).strip()
    return ""
