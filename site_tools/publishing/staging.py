"""Everything that a renderer needs, as one tree of plain files: `build/docs`.

The tree is the contract with the renderer: Markdown, notebooks and assets, no generator's own
inventions. It is computed whole, then written where bytes differ, so an unchanged page keeps its
time stamp.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject
from site_tools.model.post import Post
from site_tools.pages.doc_page import Docs, doc_prose, page_of
from site_tools.posts.links import Link
from site_tools.posts.project_files import decode, is_within
from site_tools.publishing.anchors import Anchored, anchor_problems, anchored
from site_tools.publishing.site import Site, Tree
from site_tools.publishing.staged_docs import check_pages, doc_files, doc_pages
from site_tools.publishing.staged_lists import (
    assets_of_package,
    calendars,
    deck_of_all,
    lists,
    site_cards,
    texts,
)
from site_tools.publishing.staged_post import Make, all_of_post


def tree(site: Site, make: Make = all_of_post) -> Tree:
    """Return the staged tree of a site; `make` stages one post."""
    staged = doc_files(site)
    staged |= doc_pages(site)
    check_pages(staged, site.settings.options)
    staged |= lists(site)
    staged |= deck_of_all(site) | calendars(site) | texts(site)
    for step in site.steps:
        staged |= make(step, site)
    if problems := sorted(anchor_problems(staged, _anchored(site.posts, site.docs))):
        raise BadProject("\n".join(map(str, problems)))
    return assets_of_package(site) | site_cards(site) | staged


def _anchored(posts: Sequence[Post], docs: Docs) -> Iterator[Anchored]:
    """Yield all links with anchors in posts and in pages of `docs/`."""

    def of_post(link: Link) -> str:
        post = docs.siblings.get(link.path)
        return f"posts/posts/{post.slug}.md" if post else link.path.removeprefix("docs/")

    for post in posts:
        yield from anchored(post.prose_cells, f"posts/posts/{post.slug}.md", of_post)
    for path in sorted(docs.folder.rglob("*.md")):
        name = path.relative_to(docs.folder).as_posix()
        _, prose_of_page = doc_prose(decode(path.read_bytes(), f"docs/{name}"), name, docs)
        yield from anchored([prose_of_page], name, partial(page_of, name=name, docs=docs))


def write(staged: Tree, folder: Path) -> None:
    """Make a folder equal to a tree; files that are equal already are not touched."""
    _create(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in staged:
            path.unlink()
    for name, content in sorted(staged.items()):
        path = folder / name
        if not is_within(path, folder):
            raise BadProject(
                f"build/docs/{name}: this is outside of the site, so it is not written."
            )
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content, durable=False)  # after a crash, it is compared again


def _create(folder: Path) -> None:
    """Create a folder; raises BadProject for a link, which may lead out of the project."""
    for path in (folder.parent, folder):
        if path.is_symlink():
            raise BadProject(f"{path.name}: this is a link, and a build writes there. Remove it.")
    folder.mkdir(parents=True, exist_ok=True)
