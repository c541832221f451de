"""Rules for prose: links, images without text, formulas, headings, recall prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.source import Cell
from site_tools.posts import recall_prompts
from site_tools.posts.formulas import Typesetter
from site_tools.posts.links import (
    Link,
    images_without_text,
    links_of,
    opening_fences,
    outside_fences,
)


def prose_problems(post: Post, root: Path, drafts: set[str]) -> Iterator[Problem]:
    """Yield links that lead nowhere, images without text, wrong TeX, headings like the title.

    `drafts` are the files of posts that readers cannot open, relative to `root`.
    """
    yield from recall_prompts.problems(post)
    typesetter = Typesetter(post.slug)
    for cell in post.cells:
        if cell.kind == "code":
            continue
        yield from typesetter.problems(cell)
        for target, place in images_without_text(cell):
            what = f"image `{target}` has no alternative text."
            yield Problem(place, what, "Write it between the brackets: `![A cat](…)`.")
        for link in links_of(cell):
            yield from _link_problems(link, post, root, drafts)
        yield from _unrun_python(cell)
        for _, line in outside_fences(cell):
            if line.text.startswith("# "):
                what = "the title is in the front matter, and a page has only one."
                yield Problem(line.place, what, f"Make it a section: `#{line.text}`.")


def _link_problems(link: Link, post: Post, root: Path, drafts: set[str]) -> Iterator[Problem]:
    folder = (root / post.file).parent
    if link.in_html:
        what = f"`{link.target}` is in an HTML tag, where links are not resolved."
        yield Problem(link.place, what, "Use Markdown's own form: `![A cat](cat.png)`.")
    elif not _is_file(root / link.path):
        known = [other.name for other in folder.iterdir() if other.is_file()]
        remedy = nearest(link.target, known)
        form = "Put the picture into posts/" if link.is_image else "Link to a file in posts/"
        thing = "there is no picture" if link.is_image else "the link leads nowhere:"
        remedy = remedy or f"{form}, and name it relative to this one."
        yield Problem(link.place, f"{thing} `{link.target}`.", remedy)
    elif not link.path.startswith(("posts/", "docs/")):
        what = f"`{link.target}` is not part of the site: it is neither in posts/ nor in docs/."
        yield Problem(link.place, what, "Move it there, or give its full address.")
    elif not post.draft and link.path in drafts:
        what = f"`{link.target}` is a draft that readers cannot open."
        yield Problem(link.place, what, "Publish it first, or make this post a draft as well.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _unrun_python(cell: Cell) -> Iterator[Problem]:
    """Yield Python blocks that look as if they ran, and did not."""
    for line in opening_fences(cell):
        language = line.text.strip().strip("`~").strip().lower()
        if re.match(r"\{?\.?(python3?|py)\b", language):
            what = f"this `{language}` block looks like code that runs, but it does not run."
            remedy = "Begin its line with ```python to run it; ```text only shows it."
            yield Problem(line.place, what, remedy)
