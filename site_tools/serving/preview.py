"""The preview of a project: its pages as a build would write them, or marked as older.

`refresh` compares the project with what was read last and stages what has changed. A page is laid
out when it is asked for. Of a post that cannot be published, the last version that could is shown;
whatever a page shows that is not the state of the files is in its `Marks`.
"""

from __future__ import annotations

import hashlib
import shutil
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.evidence.verdict import JudgedPost
from site_tools.experiment.cache_key import Key
from site_tools.model.errors import BUG, BadProject, Problem, UserError
from site_tools.model.post import Post
from site_tools.pages.evidence_card import Waiting
from site_tools.pages.index_pages import ALL_PROMPTS
from site_tools.pages.reading_order import Step
from site_tools.posts.page_names import PUBLISHED_TEXT, STAGED_TEXT
from site_tools.posts.project_files import is_within
from site_tools.project import Project
from site_tools.publishing.kept_docs import KeptDocs
from site_tools.publishing.kept_posts import KeptPosts
from site_tools.publishing.resident_site import ResidentSite
from site_tools.publishing.site import Site, Tree, site_of
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
from site_tools.serving.marks import Marks, located
from site_tools.serving.page import Page
from site_tools.serving.post_versions import PostVersions, Version
from site_tools.serving.runs_known import RunsKnown
from site_tools.serving.runs_so_far import RunsSoFar
from site_tools.serving.sources import Digests, Sources

EMPTY_RECORD = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
"""Staged in place of a run record until somebody asks for it."""


@dataclass
class Preview:
    """The pages of a project while it is edited."""

    root: Path
    folder: Path
    """Where pages are staged; the preview's own."""
    project: Project = field(init=False)
    sources: Sources = field(init=False)
    versions: dict[str, Version] = field(default_factory=dict)
    shown: dict[str, Post] = field(default_factory=dict)
    """For each post's file the version that its page shows: the last one without a problem."""
    so_far: dict[str, RunsSoFar] = field(default_factory=dict)
    failed: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)
    """Problems of runs that are not stored, by file and the key of the published run."""
    printed: dict[str, str] = field(default_factory=dict)
    """What the run under way has printed, by file."""
    fault: str = ""
    """What keeps all pages from being made."""

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.project, self.sources = Project(self.root), Sources(self.root)
        self._reader, self._files = PostVersions(), Digests()
        self._runs = RunsKnown(self.project.store, self._reader)
        self._was_told = False
        """Whether to look again though no file has changed."""
        self._changed: set[str] = set()
        """The files that have changed since everything could be read last."""
        self._made: dict[str, tuple[object, Tree]] = {}
        """For each post what was made when it was asked for, and of what."""
        self._staged: dict[str, tuple[object, Tree]] = {}
        """For each post, what its staged page was made of, and the page."""
        self._old_docs: set[str] = set()
        self._doc_problems: dict[str, str] = {}
        self._site: Site | None = None
        self._last: tuple[str, bytes | None] | None = None
        """The address that was asked for last, and what is there; None after a change."""
        self._tree: Tree = {}
        """What is staged."""
        self._resident = ResidentSite(self.root, self.folder / "docs", self.folder / "site")

    def close(self) -> None:
        """Delete what the renderer keeps in temporary folders."""
        self._resident.close()

    def runs_failed(self, file: str, key: Key, problems: tuple[Problem, ...]) -> None:
        """Note the problems of runs that are not stored."""
        self.failed[file, key] = problems
        self._was_told = True

    def refresh(self) -> bool:
        """Read what has changed and stage it; return whether anything has."""
        files, is_stored = self.sources.scan(), self._runs.look()
        if files == self._files and not is_stored and not self._was_told:
            return False
        before, self._files, self._last = self._files, files, None
        self._changed |= {n for n in {*files, *before} if files.get(n) != before.get(n)}
        try:
            self._read(files, self._changed)
            self.fault, self._was_told = "", False
            self._changed.clear()
        except Exception as error:  # noqa: BLE001  the preview goes on with what it has
            self.fault = _said(error)
            self._was_told = isinstance(error, OSError)  # such as a full disk: try again
        return True

    def unfinished(self, first: Iterable[str]) -> list[str]:
        """Return the files of the posts that have runs to make; the open ones come first."""
        waiting = {file for file, one in self.so_far.items() if one.unfinished}
        sound = [file for file in self.versions if file in waiting and self._is_current(file)]
        opened = [file for file in first if file in sound]
        return [*dict.fromkeys([*opened, *sound])]

    def page(self, address: str) -> Page | None:
        """Return what is at an address such as `posts/index.html`; None when there is nothing."""
        content = None
        fault = self.fault
        try:
            if self._last is None or self._last[0] != address:
                self._last = address, self._content(address)
            content = self._last[1]
        except Exception as error:  # noqa: BLE001
            fault = fault or _said(error)
        marks = self.marks(address, fault)
        if content is None and not (marks.fault or marks.missing):
            return None
        return Page(content or b"", marks)

    def post_at(self, address: str) -> str:
        """Return the file of the post at an address; empty for other pages."""
        parts = address.split("/")
        if len(parts) < 3 or parts[0] != "posts":  # noqa: PLR2004
            slug = parts[1] if parts[0] == "runs" and len(parts) > 1 else ""
        else:
            slug = parts[1]
        return next((f for f in self.versions if slug and Path(f).stem == slug), "")

    def marks(self, address: str, fault: str = "") -> Marks:
        """Return what a reader of a page must know about it."""
        file = self.post_at(address)
        own = self.versions.get(file)
        where = self.so_far.get(file)
        post = self.shown.get(file)
        problems = list(own.problems) if own else []
        if where and not problems:
            problems += where.problems
        problems += own.unfit if own else ()
        is_waiting = bool(where and where.unfinished and own and not own.problems)
        others = [f for f, one in self.versions.items() if f != file and not self._is_final(f, one)]
        doc = self._doc_problems.get(self._resident.source_of(address), "") if self._site else ""
        return Marks(
            file=file,
            older=bool(own and own.problems and post),
            missing=bool(own and not post),
            draft=bool(post and post.draft),
            waiting=is_waiting,
            printed=self.printed.get(file, "") if is_waiting else "",
            problems=tuple(
                located(problem, own.post if own else None, post) for problem in problems
            ),
            fault=fault or self.fault or doc,
            others=() if file else tuple(others),
        )

    def _is_current(self, file: str) -> bool:
        version = self.versions.get(file)
        return version is not None and not version.problems and file in self.shown

    def _is_final(self, file: str, version: Version) -> bool:
        where = self.so_far.get(file)
        has_problems = version.problems or version.unfit
        return not has_problems and where is not None and where.waiting is None

    def _read(self, files: Digests, changed: set[str]) -> None:
        if any(not name.startswith(("docs/", "posts/", "snippets/")) for name in changed) or any(
            name.endswith((".authors.yml", ".bib")) for name in changed
        ):
            project = Project(self.root)
            _ = project.settings, project.authors, project.pins  # may be unreadable
            self.project = project
        self.versions = self._reader.read(self.project, files)
        for file in self.shown.keys() - self.versions.keys():
            del self.shown[file]
        for file, version in self.versions.items():
            if version.post and not version.problems:
                self.shown[file] = version.post
        self.so_far = self._runs.so_far(self.shown, self.project, self.failed)
        self._stage(changed)

    def _stage(self, changed: set[str]) -> None:
        """Write the staged files that have changed, and have MkDocs read them."""
        if not self.shown:
            raise BadProject("posts/: no post can be shown yet. Fix the problems above.")
        site = self._site = site_of(
            [self.so_far[file].judged for file in self.shown],
            self.root,
            settings=self.project.settings,
            authors=self.project.authors,
            licence=self.project.licence,
        )
        staged: Tree = {**assets_of_package(site), **doc_files(site), **lists(site)}
        shared = self._shared(site)
        for step in site.steps:
            staged |= self._post_page(step, site, shared)
            staged[f"runs/{step.post.slug}.ipynb"] = EMPTY_RECORD
        kept = None if self._tree else _kept_docs(site)
        for name in doc_names(site.docs):
            staged[name] = self._doc(name, site, is_new=f"docs/{name}" in changed, kept=kept)
        written = self._write(staged)
        for name in self._tree.keys() - staged.keys():
            (self.folder / "docs" / name).unlink(missing_ok=True)
            del self._tree[name]
            written.append(name)
        theme = [n for n in changed if not n.startswith(("docs/", "posts/", "snippets/"))]
        day = max(post.date for post in self.shown.values())
        if theme:
            self._resident.forget()
        self._resident.update(written, self._tree, day)

    def _shared(self, site: Site) -> object:
        """Return a digest of what all posts share: settings, authors, addresses, pictures."""
        no_pictures = ("docs/", "snippets/")
        files = [
            digest
            for name, digest in self._files.items()
            if not name.startswith(no_pictures) and not name.endswith((".md", ".py", ".ipynb"))
        ]
        parts = site.settings, site.authors, site.imprint.licence, sorted(site.siblings), files
        return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()

    def _post_page(self, step: Step, site: Site, shared: object) -> Tree:
        """Return a post's staged page; the last one, if nothing that it shows has changed."""
        post, where = step.post, self.so_far[step.post.file]
        key = (
            post,
            _seen(where.judged, where.waiting),
            (step.number, step.of, step.links),
            shared,
        )
        known = self._staged.get(post.file)
        if known is None or known[0] != key:
            known = self._staged[post.file] = (key, post_page(step, site, where.waiting))
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

    def _content(self, address: str) -> bytes | None:
        if self._site is None:
            return None
        name = self._resident.source_of(address)
        day = max(post.date for post in self.shown.values())
        if name in self._old_docs:
            self._old_docs.discard(name)
            written = self._write({name: self._doc(name, self._site, is_new=True)})
            self._resident.update(written, self._tree, day)
        found = self._late(address, self._site)
        return found if found is not None else self._resident.render(address)

    def _late(self, address: str, site: Site) -> bytes | None:
        """Return what is made only when it is asked for, such as downloads and the run record."""
        if address.endswith(PUBLISHED_TEXT):
            address = f"{address.removesuffix(PUBLISHED_TEXT)}{STAGED_TEXT}"
        file = self.post_at(address)
        return self._of_post(file, address, site) if file else _of_site(address, site)

    def _of_post(self, file: str, address: str, site: Site) -> bytes | None:
        """Return a file of one post."""
        if address.endswith("card.png"):
            return site_cards(site).get(address)
        step = next((step for step in site.steps if step.post.file == file), None)
        where = self.so_far.get(file)
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


def _kept_docs(site: Site) -> KeptDocs:
    """Return what builds have kept of the pages of `docs/`: of most, what would be made now."""
    folder = site.root / ".elevenlines"
    return KeptDocs(folder / "docs", site, KeptPosts(folder / "staged"))


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


def _said(error: Exception) -> str:
    """Return what is wrong and what to do."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}. Free some space, or fix the permissions."
    text = "".join(traceback.format_exception(error))
    return f"{text}{BUG}"


def _seen(judged: JudgedPost, waiting: Waiting | None) -> object:
    seen = judged.run, judged.evidence, judged.other, judged.variants
    return *seen, waiting and dict(waiting.runs)
