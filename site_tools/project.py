"""Root folder → settings, posts, pins, store: the only place that combines these parts."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import resources
from pathlib import Path

from site_tools.checks.anchor_rules import anchor_problems
from site_tools.checks.path_rules import allowed_problems, neighbour_problems
from site_tools.checks.rules import post_problems
from site_tools.downloads.virtualenvs import Environments
from site_tools.experiment.last_runs import LastRuns
from site_tools.experiment.plan import Experiment, devices_of, experiment_on
from site_tools.experiment.run_cache import Store
from site_tools.experiment.shared_store import SharedStore, address_of
from site_tools.experiment.signatures import Signers, signers, signing_key
from site_tools.model.errors import BadPost, BadProject, BadUsage, Problem, for_readers, nearest
from site_tools.model.post import Author, Device, Post
from site_tools.posts.authors import read_authors
from site_tools.posts.bibliography import Bibliography
from site_tools.posts.dependencies import Pins, Uninstalled, read_pins, uninstalled
from site_tools.posts.misplaced_posts import misplaced_posts, why_no_post
from site_tools.posts.named_files import lacking
from site_tools.posts.project_files import (
    AUTHORS,
    REMEDY,
    find_root,
    is_file,
    is_source,
    is_within,
    stray_links,
)
from site_tools.posts.reader import post_files, read_post
from site_tools.posts.site_settings import Settings, read_settings
from site_tools.posts.snippets import Snippets
from site_tools.publishing.kept_plans import forget_others, kept_needs, kept_variants
from site_tools.publishing.kept_readings import KeptReadings

STORE_VARIABLE = "ELEVENLINES_STORE"
"""The environment variable with the address of a shared store."""
GPU_PINS = "constraints-gpu.txt"
"""Pins that differ on the machine of the GPU: torch's build for CUDA may be another version."""

_NAME_REMEDY = "Give a slug or a file in posts/."
_PACKAGED = frozenset(
    file.name for file in (resources.files("site_tools.publishing") / "assets").iterdir()
)
"""The files that every site has in `assets/`."""


@dataclass(frozen=True)
class Project:
    """The folder that holds `mkdocs.yml` and `posts/`."""

    root: Path

    @property
    def posts(self) -> Path:
        """Return the folder of posts."""
        return self.root / "posts"

    @property
    def docs(self) -> Path:
        """Return the folder of the site's other pages."""
        return self.root / "docs"

    @property
    def staged(self) -> Path:
        """Return the folder that a renderer reads."""
        return self.root / "build" / "docs"

    @property
    def site(self) -> Path:
        """Return the folder of the finished site."""
        return self.root / "site"

    @property
    def receipt(self) -> Path:
        """Return the file that records what the last site was built from."""
        return self.root / ".elevenlines" / "site.json"

    @property
    def environments(self) -> Environments:
        """Return the virtual environments in which downloads are verified."""
        return Environments(self.root.resolve() / ".elevenlines" / "environments")

    @property
    def verified(self) -> Path:
        """Return the file that records which downloads were verified."""
        return self.root / ".elevenlines" / "verified.json"

    @property
    def licence(self) -> str:
        """Return the text of the licence; empty without one."""
        path = self.root / "LICENSE"
        if path.is_symlink() and not is_source(path, self.root):
            raise BadProject(f"LICENSE: leads out of the project, or to a hidden file. {REMEDY}")
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def store(self) -> Store:
        """Return the store of runs."""
        return Store(self.root / ".elevenlines" / "store")

    @property
    def signers(self) -> Signers:
        """Return whose runs count when they come from elsewhere."""
        return signers(self.settings.options.signers)

    def shared_store(self, url: str = "") -> SharedStore | None:
        """Return the store at an address, or else at that of the environment or the settings.

        Raises BadProject when nothing here can read the address.
        """
        url = url or os.environ.get(STORE_VARIABLE, "") or self.settings.options.shared_store
        return SharedStore(address_of(url), self.signers, signing_key()) if url else None

    @property
    def history(self) -> Path:
        """Return the file that records how long runs took."""
        return self.root / ".elevenlines" / "history.json"

    @property
    def last_runs(self) -> LastRuns:
        """Return the notes on what each post's last published run depended on."""
        return LastRuns(self.root / ".elevenlines" / "last")

    @cached_property
    def pins(self) -> Pins:
        """Return the pinned versions; raises BadProject when they cannot be read."""
        return read_pins(self.root / "constraints.txt")

    @cached_property
    def gpu_pins(self) -> Pins:
        """Return the pinned versions of runs on a GPU: some may differ from the others."""
        path = self.root / GPU_PINS
        return {**self.pins, **(read_pins(path) if path.is_file() else {})}

    def experiments(
        self,
        posts: Iterable[Post],
        devices: Collection[str] = ("cpu", "gpu"),
        *,
        must_be_installed: bool = True,
    ) -> list[Experiment]:
        """Return the experiments of posts, one for each of these devices that they run on.

        Raises BadProject when a package of a run on the CPU is not installed in its pinned version.
        """
        return [
            self._experiment(post, device, must_be_installed)
            for post in posts
            for device in devices_of(post)
            if device in devices
        ]

    def runnable(
        self, posts: Iterable[Post], devices: Collection[str] = ("cpu", "gpu")
    ) -> tuple[list[Experiment], list[Problem]]:
        """Return the experiments of the posts that can run here, and what keeps others from it."""
        found: list[Experiment] = []
        problems: list[Problem] = []
        for post in posts:
            try:
                found += self.experiments([post], devices)
            except Uninstalled:
                lacking = [*uninstalled(post, self.pins)]
                if not lacking:  # what every post needs
                    raise
                problems += [replace(problem, post=post.file) for problem in lacking]
        return found, problems

    def _experiment(self, post: Post, device: Device, must_be_installed: bool) -> Experiment:  # noqa: FBT001
        """Return an experiment; it is planned once for each post as it was read."""
        place = post.file, device, must_be_installed
        known = self._planned.get(place)
        if known is None or known.post is not post:
            pins = self.pins if device == "cpu" else self.gpu_pins
            needs = kept_needs(self.root, post)
            known = replace(
                experiment_on(device, post, pins, needs, must_be_installed=must_be_installed),
                find_variants=partial(kept_variants, self.root),
            )
            self._planned[place] = known
        return known

    @cached_property
    def _planned(self) -> dict[tuple[str, Device, bool], Experiment]:
        return {}

    @cached_property
    def settings(self) -> Settings:
        """Return the site's settings; raises BadProject when they cannot be read."""
        return read_settings(self.root / "mkdocs.yml")

    @property
    def unfit(self) -> list[Problem]:
        """Return what is wrong with settings and pages, and keeps the site from its readers."""
        return [*self.settings.unfit, *lacking(self.docs)]

    @cached_property
    def bibliography(self) -> Bibliography:
        """Return what posts may cite; its files are read when something is cited."""
        return Bibliography(self.posts, self.root)

    @cached_property
    def authors(self) -> dict[str, Author]:
        """Return the authors by the names that `authors:` may use."""
        self._check_links()
        path, file = self.posts / AUTHORS, f"{self.posts.name}/{AUTHORS}"
        return read_authors(path, file, self._has, self.settings.trust)

    def _check_links(self) -> None:
        """Raise BadProject for links that would publish files from elsewhere."""
        strays = [self.docs, *stray_links(self.docs, self.root), self.posts / AUTHORS]
        for path in strays:
            if not is_source(path, self.root):
                where = path.relative_to(self.root).as_posix()
                raise BadProject(
                    f"{where}: leads out of the project, or to a hidden file. {REMEDY}"
                )

    def _has(self, picture: str) -> bool:
        """Return whether the site has a picture: in `docs/`, or among those of every site."""
        if picture.removeprefix("assets/") in _PACKAGED:
            return True
        path = self.docs / picture
        return is_within(path, self.docs) and is_file(path)


@dataclass(frozen=True)
class Reading:
    """The readable posts of a project, and all problems found while reading them."""

    posts: tuple[Post, ...]
    """Sorted by file name; some may have problems."""
    problems: tuple[Problem, ...]
    unread_drafts: frozenset[str] = frozenset()
    """The files of drafts that cannot be read."""

    def faulty(self, post: Post) -> bool:
        """Return whether this post has a problem that keeps it from running."""
        own = (problem for problem in self.problems if problem.post == post.file)
        return not all(problem.for_readers for problem in own)

    @property
    def files(self) -> list[str]:
        """Return the files of all posts, unreadable ones too, sorted."""
        return sorted({post.file for post in self.posts} | {one.post for one in self.problems})

    def of(self, files: Collection[str]) -> Reading:
        """Return the part with these files."""
        return Reading(
            tuple(post for post in self.posts if post.file in files),
            tuple(problem for problem in self.problems if problem.post in files),
            self.unread_drafts.intersection(files),
        )


def find_project(start: Path) -> Project:
    """Return the project that a folder belongs to.

    Raises BadProject when neither the folder nor a parent has a `mkdocs.yml`.
    """
    return Project(find_root(start))


def read_posts(project: Project) -> Reading:
    """Read and check every post; a bad post does not affect the others.

    Raises BadProject when there are no posts.
    """
    files = post_files(project.posts) if project.posts.is_dir() else []
    if not files:
        if project.posts.is_dir() and (misplaced := list(misplaced_posts(project.posts))):
            raise BadPost(misplaced)
        raise BadProject('posts/: there are no posts. Write one with `elevenlines new "A title"`.')
    snippets = Snippets(project.root / "snippets", project.root)
    settings = project.settings
    kept = KeptReadings(project.root)
    posts: list[Post] = []
    problems: list[Problem] = []
    unread_drafts: set[str] = set()
    for path in files:
        file = f"posts/{path.name}"
        try:
            posts.append(kept.post(path, partial(post_in, path, project, snippets)))
        except BadPost as bad:
            problems += [replace(problem, post=file) for problem in bad.problems]
            unread_drafts |= {file} if bad.is_draft else set()
    problems += for_readers(misplaced_posts(project.posts))
    drafts = {post.file for post in posts if post.draft}
    for post in posts:
        check = partial(problems_in, post, project, drafts)
        found = [*post.unfit, *kept.problems(post, drafts, check)]
        problems += [replace(problem, post=post.file) for problem in found]
    names = [f"posts/{path.name}" for path in files]
    kept.save(names)
    forget_others(project.root, names)
    slugs = [path.stem for path in files]
    between = neighbour_problems(posts, project.authors, slugs)
    between += for_readers(anchor_problems(posts))
    for key, allowed in settings.options.allowed_names.items():
        between += for_readers(allowed_problems(posts, key, allowed))
    for problem in between:
        problems.append(replace(problem, post=problem.place.file))
    return Reading(tuple(posts), tuple(sorted(problems)), frozenset(unread_drafts))


def post_in(path: Path, project: Project, snippets: Snippets) -> Post:
    """Return the post in a file of a project; raises BadPost."""
    limits = project.settings.options.size_limits
    return read_post(path, project.root, snippets, limits, project.bibliography)


def problems_in(post: Post, project: Project, drafts: set[str]) -> list[Problem]:
    """Return the problems of one post; `drafts` are the files of posts that readers cannot open."""
    return [*post_problems(post, project.pins, project.root, drafts, project.settings)]


def _in_project(name: str, root: Path) -> str:
    """Return the path that a word of the command line means, relative to the project's folder.

    Empty for one that lies elsewhere.
    """
    try:
        return Path(os.path.abspath(name)).relative_to(os.path.abspath(root)).as_posix()  # noqa: PTH100
    except ValueError:
        return ""


def select(project: Project, reading: Reading, names: Sequence[str]) -> Reading:
    """Return the part of a reading with these names, slugs or files; without names, all of it.

    Raises BadUsage for a name that is not a post.
    """
    if not names:
        return reading
    files = {f"posts/{path.name}": path.stem for path in post_files(project.posts)}
    wanted = set()
    for name in names:
        path = _in_project(name, project.root)
        found = {
            file for file, slug in files.items() if name in (slug, file, file[6:]) or path == file
        }
        if not found:
            remedy = why_no_post(path) if path and (project.root / path).is_file() else ""
            remedy = remedy or nearest(name, [*files.values(), *files])
            raise BadUsage(f"there is no post `{name}`. {remedy or _NAME_REMEDY}")
        wanted |= found
    return reading.of(wanted)
