"""The posts as their files are now: read and checked again only where something has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from site_tools.checks.anchor_rules import anchor_problems
from site_tools.checks.path_rules import allowed_problems, neighbour_problems
from site_tools.experiment.plan import Experiment
from site_tools.model.errors import BadPost, Problem, for_readers
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.bound_values import bound_values
from site_tools.posts.dependencies import Pins, uninstalled
from site_tools.posts.reader import post_files
from site_tools.posts.snippets import Snippets
from site_tools.project import Project, post_in, problems_in
from site_tools.publishing.kept_readings import KeptReadings
from site_tools.serving.packages import installation_times
from site_tools.serving.sources import Digests, digest_of

_NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a post's file."""

    digest: str
    """Of the file."""
    post: Post | None
    """None when it cannot be read."""
    problems: tuple[Problem, ...]
    unfit: tuple[Problem, ...] = ()
    """What keeps a build from publishing it, and no page from being shown: its front matter."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """The experiments of a post, and what they were planned from."""

    post: Post
    pins: tuple[Pins, Pins]
    found: list[Experiment]


@dataclass
class PostVersions:
    """Reads posts, and remembers what it has read."""

    _read: dict[str, tuple[object, Version]] = field(default_factory=dict)
    _rules: dict[str, tuple[Post, str, tuple[Problem, ...]]] = field(default_factory=dict)
    _experiments: dict[str, _Planned] = field(default_factory=dict)

    def read(self, project: Project, files: Digests) -> dict[str, Version]:
        """Return each post's version by its file, with all problems that can be seen now.

        Raises BadProject when the settings, the authors or the pins cannot be read.
        """
        found = {f"posts/{path.name}": path for path in post_files(project.posts)}
        pasted = sorted((name, d) for name, d in files.items() if name.startswith("snippets/"))
        data = sorted(
            (name, digest)
            for name, digest in files.items()
            if name.startswith("posts/") and name not in found
        )
        snippets = Snippets(project.root / "snippets", project.root)
        # Of a project that is read for the first time, most is as it was when it was read last.
        kept = None if self._read else KeptReadings(project.root)
        versions = {}
        for file, path in found.items():
            key = files.get(file), pasted, data, project.settings.options.size_limits
            known = self._read.get(file)
            if known is None or known[0] != key:
                version = _version(path, files.get(file, ""), project, snippets, kept)
                known = self._read[file] = (key, version)
                if not _is_still(path, version.digest):  # saved again while it was read
                    del self._read[file]
            versions[file] = known[1]
        problems = self._problems(project, files, versions, kept)
        if kept:
            kept.save(found)
        unfit = _unfit(project, [version.post for version in versions.values() if version.post])
        return {
            file: replace(
                version,
                problems=(*version.problems, *problems.get(file, ())),
                unfit=tuple(unfit.get(file, ())),
            )
            for file, version in versions.items()
        }

    def experiments(self, post: Post, project: Project) -> list[Experiment]:
        """Return a post's experiments; those of its last version if the program is the same.

        Raises BadProject when a package is not installed in its pinned version.
        """
        pins = project.pins, project.gpu_pins
        known = self._experiments.get(post.file)
        if known is not None and known.pins == pins:
            if known.post is post:
                return known.found
            if program(known.post) == program(post):
                again = [one.about(post) for one in known.found]
                known = self._experiments[post.file] = _Planned(post, pins, again)
                return known.found
        found = project.experiments([post])
        self._experiments[post.file] = _Planned(post, pins, found)
        return found

    def _problems(
        self,
        project: Project,
        files: Digests,
        versions: Mapping[str, Version],
        kept: KeptReadings | None,
    ) -> dict[str, list[Problem]]:
        """Return what is wrong with readable posts, alone and between each other."""
        posts = [version.post for version in versions.values() if version.post]
        drafts = {post.file for post in posts if post.draft}
        # What links may lead to: the names of all files, and the content of those that are no text.
        around = [
            (name, "" if name.endswith((".md", ".py", ".ipynb")) else digest)
            for name, digest in files.items()
            if name.startswith(("docs/", "posts/"))
        ]
        pins = sorted(project.pins.items())
        parts = sorted(drafts), around, pins, project.settings, installation_times()
        key = hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()
        found: dict[str, list[Problem]] = {}
        for post in posts:
            known = self._rules.get(post.file)
            if known is None or known[0] is not post or known[1] != key:
                check = partial(problems_in, post, project, drafts)
                own = tuple(kept.problems(post, drafts, check) if kept else check())
                own += () if own else tuple(uninstalled(post, project.pins))
                known = self._rules[post.file] = (post, key, own)
            found.setdefault(post.file, []).extend(known[2])
        slugs = [Path(file).stem for file in versions]
        for problem in (
            *neighbour_problems(posts, project.authors, slugs),
            *_anchors(posts, found),
        ):
            found.setdefault(problem.place.file, []).append(problem)
        return found


def _unfit(project: Project, posts: Sequence[Post]) -> dict[str, list[Problem]]:
    """Return for each post what of its front matter is not fit for readers."""
    found = {post.file: list(post.unfit) for post in posts}
    for key, allowed in project.settings.options.allowed_names.items():
        for problem in for_readers(allowed_problems(posts, key, allowed)):
            found.setdefault(problem.place.file, []).append(problem)
    return found


def _anchors(posts: Iterable[Post], found: Mapping[str, list[Problem]]) -> list[Problem]:
    """Return the links to missing anchors, in posts whose text is sound."""
    return list(anchor_problems([post for post in posts if not found.get(post.file)]))


def _version(
    path: Path, digest: str, project: Project, snippets: Snippets, kept: KeptReadings | None
) -> Version:
    file, read = f"posts/{path.name}", partial(post_in, path, project, snippets)
    try:
        post = kept.post(path, read) if kept else read()
    except BadPost as bad:
        return Version(digest, None, bad.problems)
    except OSError as error:  # it has vanished, or cannot be read
        what = f"cannot be read: {error.strerror}."
        return Version(digest, None, (Problem(Place(file, 0), what, "Fix its permissions."),))
    return Version(digest, post, ())


def _is_still(path: Path, digest: str) -> bool:
    try:
        return path.is_symlink() or digest_of(path) == digest
    except OSError:
        return False


def program(post: Post) -> object:
    """Return all of a post that its experiment depends on."""
    claims = [replace(claim, place=_NOWHERE) for claim in post.claims]
    cells = [(cell.source, cell.tags) for cell in post.code_cells]
    texts = [value.expression for value in bound_values(post)]
    surroundings = post.device, post.packages, post.memory, post.data
    return cells, claims, surroundings, post.explain, texts
