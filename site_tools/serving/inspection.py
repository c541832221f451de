"""What `elevenlines check` says besides what keeps a post from being shown.

It takes too long to be part of each edit, so it is done in the background.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from site_tools.model.errors import Problem, for_readers
from site_tools.model.post import Post
from site_tools.posts.misplaced_posts import misplaced_posts
from site_tools.project import Project
from site_tools.publishing.checked_docs import docs_problems
from site_tools.publishing.checked_posts import (
    further_problems,
    own_warnings,
    warnings_among,
    warnings_of_runs,
)
from site_tools.serving.post_versions import Version
from site_tools.serving.runs_so_far import RunsSoFar


@dataclass(frozen=True, slots=True)
class Findings:
    """Problems and warnings."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass
class Inspection:
    """What was found in the posts, and around them."""

    of_posts: dict[str, Findings] = field(default_factory=dict)
    """By the file of the post. While it cannot be shown, what was found before."""
    of_site: tuple[Problem, ...] = ()
    """What belongs to no post that is read: settings, pages, and files that are read as no post."""
    _known: dict[str, tuple[object, Findings]] = field(default_factory=dict)

    def look(
        self, project: Project, versions: Mapping[str, Version], so_far: Mapping[str, RunsSoFar]
    ) -> bool:
        """Look at one post that has changed, or else at what is between and around all posts.

        Return whether there is more to look at.
        """
        sound = {
            file: version.post
            for file, version in versions.items()
            if version.post and not version.problems and not version.unfit
        }
        for file, post in sound.items():
            if self._is_new(post, project, so_far.get(file)):
                return True
        found = {file: self._known[file][1] for file in sound}
        today = datetime.now(UTC).date()
        everything = [version.post for version in versions.values() if version.post]
        for warning in warnings_among([*sound.values()], everything, today):
            old = found[warning.place.file]
            found[warning.place.file] = Findings(old.problems, (*old.warnings, warning))
        kept = {file: one for file, one in self.of_posts.items() if file in versions}
        self.of_posts = kept | found
        self.of_site = tuple(_of_site(project, versions))
        return False

    def _is_new(self, post: Post, project: Project, so_far: RunsSoFar | None) -> bool:
        """Look at a post, unless it is as it was; return whether it is not."""
        key = post, so_far and so_far.judged, project.pins, project.settings
        known = self._known.get(post.file)
        if known is not None and known[0] == key:
            return False
        problems = tuple(further_problems(post, project.pins, project.root))
        warnings = () if problems else tuple(_warnings(post, project, so_far))
        self._known[post.file] = key, Findings(problems, warnings)
        return True


def _warnings(post: Post, project: Project, so_far: RunsSoFar | None) -> Iterator[Problem]:
    judged = so_far.judged if so_far and so_far.has_run else None
    run = judged.run if judged else None
    yield from own_warnings(post, run, project.settings.options.style)
    if judged:
        yield from warnings_of_runs(post, judged.evidence, judged.variants)


def _of_site(project: Project, versions: Mapping[str, Version]) -> Iterator[Problem]:
    yield from for_readers(misplaced_posts(project.posts))
    yield from project.unfit
    published = [one.post for one in versions.values() if one.post and not one.post.draft]
    unread = [file for file, one in versions.items() if one.post is None]
    yield from docs_problems(project.root, project.settings, published, unread)
