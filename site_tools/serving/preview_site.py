"""The site of a preview: stages what has changed, and lays out a page when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.errors import BadProject, UserError
from site_tools.pages.evidence_card import Waiting
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.reading_order import Step
from site_tools.posts.page_names import PUBLISHED_TEXT, STAGED_TEXT
from site_tools.posts.project_files import is_within
from site_tools.publishing.kept_docs import KeptDocs
from site_tools.publishing.kept_posts import PAGES, KeptPosts, PostKeys
from site_tools.publishing.resident_site import ResidentSite
from site_tools.publishing.site import Site, Tree
from site_tools.publishing.staged_docs import doc_files, doc_names, staged_doc
from site_tools.publishing.staged_lists import (
    assets_of_package,
    calendars,
    deck_of_all,
    lists,
    site_cards,
    texts,
)
from site_tools.publishing.staged_post import post_files, post_page
from site_tools.serving.runs_so_far import RunsSoFar
from site_tools.serving.sources import Digests

EMPTY_RECORD = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
"""Staged in place of a run record until somebody asks for it."""


class PreviewSite:
    """The pages and files of a project, as they were staged last; `folder` is the preview's own."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        self._site: Site | None = None
        self._so_far: Mapping[str, RunsSoFar] = {}
        self._tree: Tree = {}
        """What is staged."""
        self._staged: dict[str, tuple[object, Tree]] = {}
        """For each post, what its staged page was made of, and the page."""
        self._made: dict[str, tuple[object, Tree]] = {}
        """For each post what was made when it was asked for, and of what."""
        self._old_docs: set[str] = set()
        self._doc_problems: dict[str, str] = {}
        self._resident = ResidentSite(root, folder / "docs", folder / "site")

    def close(self) -> None:
        """Delete what the renderer keeps in temporary folders."""
        self._resident.close()

    def stage(
        self, site: Site, so_far: Mapping[str, RunsSoFar], files: Digests, changed: AbstractSet[str]
    ) -> None:
        """Write the staged files that have changed, and have MkDocs read them.

        `so_far` are the runs of each shown post, `files` the digests of all sources. Raises
        BadProject when a page cannot be written or read.
        """
        self._site, self._so_far = site, so_far
        staged: Tree = {**assets_of_package(site), **doc_files(site), **lists(site)}
        shared = _shared(site, files)
        pages, docs = (None, None) if self._tree else _kept(site)
        for step in site.steps:
            staged |= self._post_page(step, site, shared, pages)
            staged[f"runs/{step.post.slug}.ipynb"] = EMPTY_RECORD
        if pages:
            pages.prune()
        for name in doc_names(site.docs):
            staged[name] = self._doc(name, site, is_new=f"docs/{name}" in changed, kept=docs)
        written = self._write(staged)
        for name in self._tree.keys() - staged.keys():
            (self.folder / "docs" / name).unlink(missing_ok=True)
            del self._tree[name]
            written.append(name)
        if any(not name.startswith(("docs/", "posts/", "snippets/")) for name in changed):
            self._resident.forget()  # the theme or the settings
        self._resident.update(written, self._tree, _day(site))

    def content(self, address: str, file: str) -> bytes | None:
        """Return what is at an address; `file` is that of the post there, empty if there is none.

        Raises BadProject when it cannot be made.
        """
        if self._site is None:
            return None
        name = self._resident.source_of(address)
        if name in self._old_docs:
            self._old_docs.discard(name)
            written = self._write({name: self._doc(name, self._site, is_new=True)})
            self._resident.update(written, self._tree, _day(self._site))
        found = self._late(address, file, self._site)
        return found if found is not None else self._resident.render(address)

    @property
    def problems(self) -> list[str]:
        """Return why pages of `docs/` cannot be made."""
        return list(self._doc_problems.values())

    def problem(self, address: str) -> str:
        """Return why a page of `docs/` cannot be made; empty for all others."""
        return self._doc_problems.get(self._resident.source_of(address), "")

    def _post_page(
        self, step: Step, site: Site, shared: object, kept: KeptPosts | None = None
    ) -> Tree:
        """Return a post's staged page; the last one, if nothing that it shows has changed."""
        post, where = step.post, self._so_far[step.post.file]
        key = (
            post,
            _seen(where.judged, where.waiting),
            (step.number, step.of, step.links),
            shared,
        )
        known = self._staged.get(post.file)
        if known is None or known[0] != key:
            if kept and where.waiting is None:
                made = kept.files(step, site, post_page)
            else:
                made = post_page(step, site, where.waiting)
            known = self._staged[post.file] = (key, made)
        return known[1]

    def _doc(self, name: str, site: Site, *, is_new: bool, kept: KeptDocs | None = None) -> bytes:
        """Return a staged page of `docs/`; one that only lists posts is made when asked for."""
        known = self._tree.get(name)
        if known is not None and not is_new and name not in self._doc_problems:
            self._old_docs.add(name)
            return known
        try:
            content = kept.made(name, site).page if kept else staged_doc(name, site)
        except UserError as error:
            self._doc_problems[name] = str(error)
            return b"# This page cannot be shown\n" if known is None else known
        self._doc_problems.pop(name, None)
        self._old_docs.discard(name)
        return content

    def _write(self, staged: Tree) -> list[str]:
        """Write the files of a tree that have changed; return their names."""
        folder = self.folder / "docs"
        changed = [name for name, content in staged.items() if self._tree.get(name) != content]
        for name in changed:
            path = folder / name
            if not is_within(path, folder):
                raise BadProject(f"{name}: this is outside of the site, so it is not written.")
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, staged[name], durable=False)
            self._tree[name] = staged[name]
        return changed

    def _late(self, address: str, file: str, site: Site) -> bytes | None:
        """Return what is made only when it is asked for, such as downloads and the run record."""
        if address.endswith(PUBLISHED_TEXT):
            address = f"{address.removesuffix(PUBLISHED_TEXT)}{STAGED_TEXT}"
        return self._of_post(file, address, site) if file else _of_site(address, site)

    def _of_post(self, file: str, address: str, site: Site) -> bytes | None:
        """Return a file of one post."""
        if address.endswith("card.png"):
            return site_cards(site).get(address)
        step = next((step for step in site.steps if step.post.file == file), None)
        where = self._so_far.get(file)
        if step is None or where is None or where.waiting is not None:
            return None
        is_record = address == f"runs/{step.post.slug}/index.html"
        if not is_record and self._resident.source_of(address):
            return None
        key = self._staged[file][0]
        known = self._made.get(file)
        if known is None or known[0] is not key:
            known = self._made[file] = (key, post_files(step, site))
        made = known[1]
        if is_record:
            name = f"runs/{step.post.slug}.ipynb"
            self._resident.read_record(self._write({name: made[name]}))
            return None
        return made.get(address)


def _day(site: Site) -> date:
    """Return the day of the newest post."""
    return max(step.post.date for step in site.steps)


def _shared(site: Site, files: Digests) -> object:
    """Return a digest of what all posts share: settings, authors, addresses, pictures."""
    no_pictures = ("docs/", "snippets/")
    digests = [
        digest
        for name, digest in files.items()
        if not name.startswith(no_pictures) and not name.endswith((".md", ".py", ".ipynb"))
    ]
    parts = site.settings, site.authors, site.imprint.licence, sorted(site.siblings), digests
    return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()


def _kept(site: Site) -> tuple[KeptPosts, KeptDocs]:
    """Return what builds and previews have kept of pages: of most, what would be made now."""
    folder, keys = site.root / ".elevenlines", PostKeys()
    return KeptPosts(folder / PAGES, keys), KeptDocs(folder / "docs", site, keys)


def _of_site(address: str, site: Site) -> bytes | None:
    """Return a file that says something about all posts together."""
    makers = {
        "card.png": site_cards,
        ALL_PROMPTS: deck_of_all,
        ".ics": calendars,
        STAGED_TEXT: texts,
        "llms.txt": texts,
    }
    make = next((make for ending, make in makers.items() if address.endswith(ending)), None)
    return make(site).get(address) if make else None


def _seen(judged: JudgedPost, waiting: Waiting | None) -> object:
    seen = judged.run, judged.evidence, judged.other, judged.variants
    return *seen, waiting and (waiting.end, dict(waiting.runs))
