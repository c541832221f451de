"""What is staged of `docs/`: pages, and files as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from site_tools.pages.doc_page import Docs, doc_page, doc_prose, page_of
from site_tools.pages.markdown_version import doc_markdown
from site_tools.posts.project_files import decode, is_file
from site_tools.publishing.anchors import Anchored, anchored
from site_tools.publishing.site import Site, Tree


def doc_files(site: Site) -> Tree:
    """Return the files of `docs/` that are no pages."""
    folder = site.docs.folder
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.suffix != ".md"
    }


@dataclass(frozen=True, slots=True)
class MadeDoc:
    """What is made of a page of `docs/`."""

    page: bytes
    """The staged page."""
    plain: bytes
    """Its text as plain Markdown, with full addresses."""
    links: tuple[Anchored, ...]
    """Those that name a place on a page."""


MakeDoc = Callable[[str, Site], MadeDoc]


def doc_names(docs: Docs) -> list[str]:
    """Return the names of the pages of `docs/`, sorted."""
    pages = filter(is_file, sorted(docs.folder.rglob("*.md")))
    return [path.relative_to(docs.folder).as_posix() for path in pages]


def made_doc(name: str, site: Site) -> MadeDoc:
    """Return what is made of a page of `docs/`; raises BadProject with what is wrong with it."""
    docs, page = site.docs, staged_doc(name, site)
    text = doc_text(name, site)
    plain = doc_markdown(text, name, docs, site.imprint.addresses)
    _, prose = doc_prose(text, name, docs)
    links = anchored([prose], name, partial(page_of, name=name, docs=docs))
    return MadeDoc(page, plain.encode("utf-8"), tuple(links))


def doc_text(name: str, site: Site) -> str:
    """Return the text of a page of `docs/`; raises BadProject when it is not UTF-8."""
    return decode((site.docs.folder / name).read_bytes(), f"docs/{name}")


def staged_doc(name: str, site: Site) -> bytes:
    """Return a page of `docs/` as it is staged; raises BadProject with what is wrong with it."""
    return doc_page(doc_text(name, site), name, site.docs).encode("utf-8")
