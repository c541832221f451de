"""The preview of a project: its pages as a build would write them, or marked as older.

`refresh` compares the project with what was read last and stages what has changed. A page is laid
out when it is asked for. Of a post that cannot be published, the last version that could is shown;
whatever a page shows that is not the state of the files is in its `Marks`.
"""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from site_tools.model.errors import BUG, BadProject, Problem, UserError, as_warning
from site_tools.model.post import Post
from site_tools.project import Project
from site_tools.publishing.site import site_of
from site_tools.serving.inspection import Findings, Inspection
from site_tools.serving.marks import Marks, located
from site_tools.serving.packages import installation_times
from site_tools.serving.page import Page
from site_tools.serving.post_versions import PostVersions, Version
from site_tools.serving.preview_site import PreviewSite
from site_tools.serving.renames import Renames
from site_tools.serving.runs_known import RunsKnown
from site_tools.serving.runs_so_far import RunsSoFar
from site_tools.serving.sources import Digests, Sources


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
    """Problems of runs that are not stored, by file and attempt; see `attempt_of`."""
    printed: dict[str, str] = field(default_factory=dict)
    """What the run under way has printed, by file."""
    begun: tuple[str, float] = "", 0.0
    """The post whose runs have begun last, and when, by `time.monotonic`."""
    fault: str = ""
    """What keeps all pages from being made."""
    inspection: Inspection = field(default_factory=Inspection)
    is_inspected: bool = False
    """Whether that has seen the last change."""

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.project, self.sources = Project(self.root), Sources(self.root)
        self._reader, self._files = PostVersions(), Digests()
        self._runs = RunsKnown(self.project.store, self._reader)
        self._packages = installation_times()
        self._was_told = False
        """Whether to look again though no file has changed."""
        self._changed: set[str] = set()
        """The files that have changed since everything could be read last."""
        self._docs: set[str] = set()
        """The files of `docs/` when the settings were read last, which may name some of them."""
        self._site = PreviewSite(self.root, self.folder)
        self._renames = Renames()
        self._last: tuple[str, bytes | None] | None = None
        """The address that was asked for last, and what is there; None after a change."""

    @property
    def doc_problems(self) -> list[str]:
        """Return why pages of `docs/` cannot be made."""
        return self._site.problems

    def close(self) -> None:
        """Delete what the renderer keeps in temporary folders."""
        self._site.close()

    def runs_failed(self, file: str, attempt: str, problems: tuple[Problem, ...]) -> None:
        """Note the problems of runs that are not stored."""
        self.failed[file, attempt] = problems
        self._was_told = True

    def refresh(self, on_read: Callable[[], None] = lambda: None) -> bool:
        """Read what has changed and stage it; return whether anything has.

        `on_read` is called in between: what is to be run is known then.
        """
        files, is_stored, packages = self.sources.scan(), self._runs.look(), installation_times()
        if packages != self._packages:
            self._packages, self._was_told = packages, True
        if files == self._files and not is_stored and not self._was_told:
            return False
        before, self._files, self._last = self._files, files, None
        self.is_inspected = False
        self._changed |= {n for n in {*files, *before} if files.get(n) != before.get(n)}
        try:
            self._read(files)
            on_read()
            self._stage()
            self.fault, self._was_told = "", False
            self._changed.clear()
        except Exception as error:  # noqa: BLE001  the preview goes on with what it has
            self.fault = _said(error)
            self._was_told = isinstance(error, OSError)  # such as a full disk: try again
        return True

    def inspect(self) -> bool:
        """Look at one more thing that only `check` asks for; return whether there is another."""
        if self.is_inspected:
            return False
        try:
            if self.inspection.look(self.project, self.versions, self.so_far):
                return True
        except (OSError, UserError):  # a file has vanished meanwhile, or `fault` says it
            pass
        self.is_inspected = True
        return False

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
                self._last = address, self._site.content(address, self.post_at(address))
            content = self._last[1]
        except Exception as error:  # noqa: BLE001
            fault = fault or _said(error)
        marks = self.marks(address, fault)
        if content is None and not (marks.fault or marks.missing):
            return None
        return Page(content or b"", marks)

    def moved_to(self, address: str) -> str:
        """Return where the page of a renamed post is now; empty for all others."""
        folder, slug = _folder_of_post(address)
        now = self._renames.now(slug) if slug else ""
        return f"{folder}/{now}/" if now else ""

    def lost(self, address: str) -> Marks:
        """Return what a reader must know about an address at which nothing is."""
        posts = [(f"posts/{post.slug}/", post.title) for post in self.shown.values()]
        is_gone = self._renames.is_gone(_folder_of_post(address)[1])
        marks = self.marks(address)
        return replace(marks, is_gone=True, posts=tuple(sorted(posts))) if is_gone else marks

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
        around = Findings(() if file else self.inspection.of_site)
        found = self.inspection.of_posts.get(file, around)
        problems += found.problems
        others = [f for f, one in self.versions.items() if f != file and not self._is_final(f, one)]
        return Marks(
            file=file,
            older=bool(own and own.problems and post),
            missing=bool(own and not post),
            draft=bool(post and post.draft),
            waiting=is_waiting,
            unrun=is_waiting and not (where and where.has_run),
            seconds=monotonic() - self.begun[1] if is_waiting and file == self.begun[0] else None,
            printed=self.printed.get(file, "") if is_waiting else "",
            problems=tuple(
                located(problem, own.post if own else None, post) for problem in problems
            ),
            warnings=tuple(map(as_warning, found.warnings)),
            fault=fault or self.fault or self._site.problem(address),
            others=() if file else tuple(others),
        )

    def _is_current(self, file: str) -> bool:
        version = self.versions.get(file)
        return version is not None and not version.problems and file in self.shown

    def _is_final(self, file: str, version: Version) -> bool:
        where = self.so_far.get(file)
        has_problems = version.problems or version.unfit
        return not has_problems and where is not None and where.waiting is None

    def _read(self, files: Digests) -> None:
        docs = {name for name in files if name.startswith("docs/")}
        if docs != self._docs or any(
            not name.startswith(("docs/", "posts/", "snippets/"))
            or name.endswith((".authors.yml", ".bib"))
            for name in self._changed
        ):
            project = Project(self.root)
            _ = project.settings, project.authors, project.pins  # may be unreadable
            self.project, self._docs = project, docs
        self.versions = self._reader.read(self.project, files)
        digests = {Path(file).stem: one.digest for file, one in self.versions.items()}
        self._renames.look(digests)
        for file in self.shown.keys() - self.versions.keys():
            del self.shown[file]
        for file, version in self.versions.items():
            if version.post and not version.problems:
                self.shown[file] = version.post
        self.so_far = self._runs.so_far(self.shown, self.project, self.failed)

    def _stage(self) -> None:
        if not self.shown:
            raise BadProject("posts/: no post can be shown yet. Fix the problems above.")
        site = site_of(
            [self.so_far[file].judged for file in self.shown],
            self.root,
            settings=self.project.settings,
            authors=self.project.authors,
            licence=self.project.licence,
        )
        self._site.stage(site, self.so_far, self._files, self._changed)


def _folder_of_post(address: str) -> tuple[str, str]:
    """Return the folder and the slug of a post's page or run record; empty for other addresses."""
    folder, _, rest = address.partition("/")
    slug, _, name = rest.partition("/")
    is_page = folder in {"posts", "runs"} and name == "index.html"
    return (folder, slug) if is_page else ("", "")


def _said(error: Exception) -> str:
    """Return what is wrong and what to do."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}. Free some space, or fix the permissions."
    text = "".join(traceback.format_exception(error))
    return f"{text}{BUG}"
