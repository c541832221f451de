"""Everything that a renderer needs, as one tree of plain files: `build/docs`.

The tree is the contract with the renderer: Markdown, notebooks and assets, no generator's own
inventions. It is computed whole, then written where bytes differ, so an unchanged page keeps its
time stamp.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject
from site_tools.posts.links import Link
from site_tools.posts.project_files import is_within
from site_tools.publishing.anchors import Anchored, anchor_problems, anchored
from site_tools.publishing.site import Site, Tree
from site_tools.publishing.staged_docs import (
    MakeDoc,
    doc_files,
    doc_names,
    made_doc,
)
from site_tools.publishing.staged_lists import (
    assets_of_package,
    calendars,
    deck_of_all,
    lists,
    llms,
    plain_name,
    site_cards,
)
from site_tools.publishing.staged_post import Make, all_of_post


def tree(site: Site, make: Make = all_of_post, make_doc: MakeDoc = made_doc) -> Tree:
    """Return the staged tree of a site; `make` stages one post, `make_doc` one page of `docs/`."""
    docs = {name: make_doc(name, site) for name in doc_names(site.docs)}
    staged = doc_files(site)
    staged |= {name: doc.page for name, doc in docs.items()}
    staged |= {plain_name(name): doc.plain for name, doc in docs.items()}
    staged |= lists(site) | deck_of_all(site) | calendars(site) | llms(site)
    for step in site.steps:
        staged |= make(step, site)
    links = [*_anchored(site), *(link for doc in docs.values() for link in doc.links)]
    if problems := sorted(anchor_problems(staged, links)):
        raise BadProject("\n".join(map(str, problems)))
    return assets_of_package(site) | site_cards(site) | staged


def _anchored(site: Site) -> Iterator[Anchored]:
    """Yield all links of posts that name a place on a page."""

    def page_of(link: Link) -> str:
        post = site.siblings.get(link.path)
        return f"posts/posts/{post.slug}.md" if post else link.path.removeprefix("docs/")

    for post in site.posts:
        yield from anchored(post.prose_cells, f"posts/posts/{post.slug}.md", page_of)


def write(staged: Tree, folder: Path) -> None:
    """Make a folder equal to a tree; files that are equal already are not touched."""
    _create(folder)
    _clear(folder, staged.keys())
    within: set[Path] = set()
    for name, content in sorted(staged.items()):
        path = folder / name
        if path.parent not in within:  # there are no links left
            if not is_within(path, folder):
                what = f"build/docs/{name}: this is outside of the site, so it is not written."
                raise BadProject(what)
            path.parent.mkdir(parents=True, exist_ok=True)
            within.add(path.parent)
        if not _holds(path, content):
            write_whole(path, content, durable=False)  # after a crash, it is compared again


def _clear(folder: Path, kept: Collection[str]) -> None:
    """Remove from a folder all but these files: links, and folders that are empty, as well."""
    for parent, folders, names in os.walk(folder, topdown=False):
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink():
                path.unlink()
            elif not any(path.iterdir()):
                path.rmdir()
        start = os.path.relpath(parent, folder)
        for name in names:
            inside = name if start == "." else f"{start}/{name}"
            if inside not in kept or os.path.islink(f"{parent}/{name}"):  # noqa: PTH114  thousands
                Path(parent, name).unlink()


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _create(folder: Path) -> None:
    """Create a folder; raises BadProject for a link, which may lead out of the project."""
    for path in (folder.parent, folder):
        if path.is_symlink():
            raise BadProject(f"{path.name}: this is a link, and a build writes there. Remove it.")
    folder.mkdir(parents=True, exist_ok=True)
