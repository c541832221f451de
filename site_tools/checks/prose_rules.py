"""Rules for prose: links, images without text, formulas, headings, recall prompts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from site_tools.checks.html_rules import TRUST_HTML, html_problems
from site_tools.checks.markdown_rules import labels_of, markdown_problems
from site_tools.checks.svg_cleaning import cleaned, cleaned_file
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.posts import recall_prompts
from site_tools.posts.cross_references import labels_in, reference_problems
from site_tools.posts.formulas import Typesetter, equation_numbers
from site_tools.posts.links import (
    Link,
    images_without_text,
    links_of,
)
from site_tools.posts.markdown_parser import references_in
from site_tools.posts.media import kind_of
from site_tools.posts.project_files import REMEDY, is_file, is_source
from site_tools.posts.site_settings import Trust


def prose_problems(post: Post, root: Path, drafts: set[str], trust: Trust) -> Iterator[Problem]:
    """Yield links that lead nowhere, images without text, wrong TeX, headings like the title.

    `drafts` are the files of posts that readers cannot open, relative to `root`; `trust` is what
    the site lets its authors do.
    """
    yield from recall_prompts.problems(post)
    prose = post.prose_cells
    numbers = equation_numbers((cell.source for cell in prose), post.slug)
    typesetter = Typesetter(post.slug, numbers)
    yield from reference_problems(post.cells, labels_in(post.cells, post.slug))
    references = references_in(cell.source for cell in prose)
    labels = {label for cell in prose for label in labels_of(cell.source)}
    for cell in prose:
        yield from typesetter.problems(cell)
        yield from html_problems(cell, trust, references)
        for target, place in images_without_text(cell):
            what = f"image `{target}` has no alternative text."
            yield Problem(place, what, "Write it between the brackets: `![A cat](…)`.")
        for link in links_of(cell):
            yield from _link_problems(link, post, root, drafts)
            if link.path.startswith("posts/") and not trust.html and runs_in_browsers(link.path):
                what = f"`{link.target}` would be published, and may run code in readers' browsers."
                remedy = f"Link to its text, or {TRUST_HTML}."
                yield Problem(link.place, what, remedy)
        yield from markdown_problems(cell, labels)


def _link_problems(link: Link, post: Post, root: Path, drafts: set[str]) -> Iterator[Problem]:
    folder = (root / post.file).parent
    if link.in_html:
        what = f"`{link.target}` is in an HTML tag, where links are not resolved."
        yield Problem(link.place, what, "Use Markdown's own form: `![A cat](cat.png)`.")
    elif link.path in post.attachments:
        if link.path.endswith(".svg") and not _is_svg(post.attachments[link.path]):
            yield Problem(link.place, "the attached SVG cannot be checked.", "Attach it as PNG.")
    elif not is_file(root / link.path):
        known = [other.name for other in folder.iterdir() if other.is_file()]
        remedy = nearest(link.target, known)
        shown = kind_of(link.target) or "picture"
        form = f"Put the {shown} into posts/" if link.is_image else "Link to a file in posts/"
        thing = f"there is no {shown}" if link.is_image else "the link leads nowhere:"
        remedy = remedy or f"{form}, and name it relative to this one."
        yield Problem(link.place, f"{thing} `{link.target}`.", remedy)
    elif not is_source(root / link.path, root):
        what = f"`{link.target}` leads out of the project, or to a hidden file."
        yield Problem(link.place, what, REMEDY)
    elif not link.path.startswith(("posts/", "docs/")):
        what = f"`{link.target}` is not part of the site: it is neither in posts/ nor in docs/."
        yield Problem(link.place, what, "Move it there, or give its full address.")
    elif _is_drawing(link.path) and cleaned_file(root / link.path) is None:
        what = f"`{link.target}` is no SVG that can be checked."
        yield Problem(link.place, what, "Save it as plain SVG in UTF-8, or as PNG.")
    elif not post.draft and link.path in drafts:
        what = f"`{link.target}` is a draft that readers cannot open."
        yield Problem(link.place, what, "Publish it first, or make this post a draft as well.")


def runs_in_browsers(path: str) -> bool:
    """Return whether a browser that opens this file runs what is in it; SVG is cleaned."""
    return path.lower().endswith(
        (".html", ".htm", ".xhtml", ".xht", ".shtml", ".xml", ".xsl", ".mht")
    )


def _is_drawing(path: str) -> bool:
    return path.startswith("posts/") and path.lower().endswith((".svg", ".svgz"))


def _is_svg(content: bytes) -> bool:
    try:
        return cleaned(content.decode("utf-8-sig")) is not None
    except UnicodeDecodeError:
        return False
