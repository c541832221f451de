"""A page of `docs/` → the staged page: its prose as blocks, its marks as lists of posts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote

from site_tools.checks.html_rules import html_problems
from site_tools.model.errors import BadPost, BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.source import Cell, Line, Place
from site_tools.pages.body import page_address
from site_tools.pages.index_pages import in_words_of, listing
from site_tools.pages.reading_order import Step
from site_tools.posts.bibliography import Bibliography, cited
from site_tools.posts.cross_references import labels_in, reference_problems
from site_tools.posts.formulas import Typesetter, equation_numbers
from site_tools.posts.links import Link, is_foreign, links_of
from site_tools.posts.project_files import PAGE_HEAD, is_file
from site_tools.posts.prose_html import ProseWriter, staged
from site_tools.posts.readable_prose import check_readable
from site_tools.posts.site_settings import Trust
from site_tools.posts.theme_markup import PageKnowledge


@dataclass(frozen=True)
class Docs:
    """What the pages of `docs/` are staged with."""

    folder: Path
    made: frozenset[str]
    """What the build adds to the files there, such as `evidence/schema.json`."""
    siblings: Mapping[str, Post]
    """The published posts, by file."""
    steps: Sequence[Step]
    bibliography: Bibliography | None = None
    trust: Trust = field(default_factory=Trust)
    """From which hosts pages may load something."""


def doc_page(text: str, name: str, docs: Docs) -> str:
    """Return a page of `docs/`, by its name there, as it is staged.

    Raises BadProject with everything that is wrong with its formulas and links.
    """
    if problems := doc_problems(text, name, docs):
        raise BadProject("\n".join(map(str, problems)))
    head, prose = doc_prose(text, name, docs)
    works, _ = cited([prose], docs.bibliography)
    numbers, labels = equation_numbers([prose.source], name), labels_in([prose], name)
    base = "../" * page_address(name).count("/")
    writer = ProseWriter(
        Typesetter(name, numbers).html,
        lambda target: _address(target, name, docs),
        known=PageKnowledge("", works, labels),
    )
    blocks = [
        one for block in writer.blocks(prose.source) for one in listing(block, docs.steps, base)
    ]
    return f"{head}\n{staged([*blocks, *writer.references(), writer.footnotes()])}"


def doc_prose(text: str, name: str, docs: Docs) -> tuple[str, Cell]:
    """Return the front matter of a page, and its prose."""
    head = _head(text)
    return head, _prose(in_words_of(text[len(head) :], docs.steps), head, name)


def doc_problems(text: str, name: str, docs: Docs) -> list[Problem]:
    """Return what is wrong with a page: its formulas, its links, what it loads from elsewhere.

    Its HTML is trusted otherwise: pages of `docs/` belong to the editors.
    """
    _, prose = doc_prose(text, name, docs)
    try:
        check_readable([prose])
    except BadPost as error:
        return list(error.problems)
    _, unknown = cited([prose], docs.bibliography)
    numbers, labels = equation_numbers([prose.source], name), labels_in([prose], name)
    return [
        *Typesetter(name, numbers).problems(prose),
        *reference_problems([prose], labels),
        *html_problems(prose, replace(docs.trust, html=True)),
        *_link_problems(prose, name, docs),
        *unknown,
    ]


def _head(text: str) -> str:
    match = PAGE_HEAD.match(text)
    return match[0] if match else ""


def _prose(text: str, head: str, name: str) -> Cell:
    """Return the text of a page below its front matter, as prose with places."""
    first = head.count("\n") + 1
    file = f"docs/{name}"
    lines = enumerate(text.split("\n"), start=first)
    return Cell("prose", Place(file, first), tuple(Line(line, Place(file, i)) for i, line in lines))


def _link_problems(prose: Cell, name: str, docs: Docs) -> Iterator[Problem]:
    for link in links_of(prose):
        path = _path(link.target, name)
        known = is_file(docs.folder / path) or path in docs.made
        if not known and _post(path, docs) is None:
            what = f"the link leads nowhere: `{link.target}`."
            yield Problem(link.place, what, "Name a file of docs/ or a published post.")


def page_of(link: Link, name: str, docs: Docs) -> str:
    """Return the staged page that a link on a page of `docs/` leads to."""
    path = _path(link.target, name)
    post = _post(path, docs)
    return f"posts/posts/{post.slug}.md" if post else path


def _path(target: str, name: str) -> str:
    """Return the path of what a page links to, relative to `docs/`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target)))


def _post(path: str, docs: Docs) -> Post | None:
    """Return the published post that a path names: `../posts/pytorch.py`."""
    return docs.siblings.get(path.removeprefix("../"))


def _address(target: str, name: str, docs: Docs) -> str:
    """Return where a link leads, seen from the page's address."""
    if is_foreign(target):
        return target
    plain, hash_sign, anchor = target.partition("#")
    path = _path(plain, name)
    post = _post(path, docs)
    there = f"posts/{post.slug}/" if post else page_address(path)
    here = page_address(name) or "."
    relative = posixpath.relpath(there or ".", here)
    slash = "/" if there.endswith("/") or not there else ""
    return f"{quote(relative)}{slash}{hash_sign}{anchor}"
