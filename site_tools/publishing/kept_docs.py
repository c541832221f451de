"""Staged pages of `docs/` that were made before, each under a digest of all that it is made of.

A page is a function of its text, the names of the files of `docs/`, the addresses of the posts,
the bibliographies, the hosts from which pages may load something, the generator's code and what is
installed. A page with a mark, which a list of posts may replace, is also one of all posts.
"""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from site_tools.pages.doc_page import Docs
from site_tools.pages.index_pages import lists_posts
from site_tools.posts.project_files import files_in
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_posts import PostKeys
from site_tools.publishing.kept_results import KeptResults
from site_tools.publishing.site import Site
from site_tools.publishing.staged_docs import MadeDoc, doc_names, doc_text, made_doc


class KeptDocs:
    """What is kept of the pages of `docs/` of one site."""

    def __init__(self, folder: Path, site: Site, posts: PostKeys) -> None:
        self._results, self._site, self._posts = KeptResults(folder), site, posts

    def made(self, name: str, site: Site) -> MadeDoc:
        """Return what is kept of a page, or what is made of it now; raises BadProject."""
        text = doc_text(name, site)
        of_posts = self._of_posts if lists_posts(text) else ""
        key = _digest(self._shared, name, of_posts, text)
        found = self._results.load(name, key)
        if found is not None:
            try:
                return _adapter().validate_json(found)
            except ValidationError:  # kept by another version of this class
                pass
        doc = made_doc(name, site)
        self._results.save(name, key, _adapter().dump_json(doc))
        return doc

    def prune(self) -> None:
        """Delete what is kept of pages that no longer exist."""
        self._results.prune(doc_names(self._site.docs))

    @cached_property
    def _shared(self) -> str:
        site = self._site
        addresses = [site.imprint.addresses, [(f, post.slug) for f, post in site.siblings.items()]]
        return _digest(digest_of_docs(site.docs, site.root), repr(addresses))

    @cached_property
    def _of_posts(self) -> str:
        return _digest(*(self._posts.key(step, self._site) for step in self._site.steps))


def digest_of_docs(docs: Docs, root: Path) -> str:
    """Return a digest of what each page of `docs/` is made with, besides its text and the posts."""
    names = [path.relative_to(docs.folder).as_posix() for path in files_in(docs.folder)]
    works = [path.read_bytes() for path in sorted((root / "posts").glob("*.bib"))]
    return _digest(generator(), repr([names, works, sorted(docs.made), sorted(docs.trust.remote)]))


@cache
def _adapter() -> TypeAdapter[MadeDoc]:
    return TypeAdapter(MadeDoc)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
