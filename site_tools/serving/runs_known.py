"""What is known of the runs of all posts: read again for a post when one of its runs was stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.experiment.cache_key import Key
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Experiment
from site_tools.experiment.run_cache import Store
from site_tools.experiment.variant_plan import stored_variants, variant_jobs
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.project import Project
from site_tools.running.machine import Machine
from site_tools.running.options import Options
from site_tools.serving.post_versions import PostVersions, program
from site_tools.serving.runs_so_far import RunsSoFar, attempt_of, runs_so_far
from site_tools.serving.stored_runs import Stamp, StoredRuns

Failed = Mapping[tuple[str, str], tuple[Problem, ...]]
"""Problems of runs that are not stored, by file and attempt."""


@dataclass
class RunsKnown:
    """The state of each post's runs."""

    store: Store
    reader: PostVersions
    _known: dict[str, tuple[object, RunsSoFar]] = field(default_factory=dict)
    """For each post's file what its state was read from, and the state."""
    _variants: dict[str, tuple[object, frozenset[Key]]] = field(default_factory=dict)
    """For each post's file a program and its runs, and the keys of all runs of its variants."""
    _shown: dict[str, tuple[object, VariantEvidence | None]] = field(default_factory=dict)
    """For each post's file, what was stored of its variants, and what that shows."""

    def __post_init__(self) -> None:
        self._stored, self._machine = StoredRuns(self.store.folder), Machine(Options())

    def look(self) -> bool:
        """Read which runs are stored; return whether that has changed."""
        return self._stored.look()

    def so_far(
        self, posts: Mapping[str, Post], project: Project, failed: Failed
    ) -> dict[str, RunsSoFar]:
        """Return the state of each post, by its file.

        Raises BadProject when a package is not installed in its pinned version.
        """
        times = project.settings.options.variants or 0
        for known in (self._known, self._variants, self._shown):
            for file in known.keys() - posts.keys():
                del known[file]
        return {file: self._of(post, project, failed, times) for file, post in posts.items()}

    def _of(self, post: Post, project: Project, failed: Failed, times: int) -> RunsSoFar:
        file = post.file
        experiments = self.reader.experiments(post, project)
        problems = failed.get((file, attempt_of(experiments[0])), ())
        made_of = [post, experiments, problems, times, self._stamp(file, experiments)]
        known = self._known.get(file)
        if known is None or known[0] != made_of:

            def variants(state: ExperimentState) -> VariantEvidence | None:
                return self._evidence(state, times)

            found = runs_so_far(experiments, self.store, variants, self._can_run, problems)
            made_of[-1] = self._stamp(file, experiments)  # with the keys of variants
            known = self._known[file] = (made_of, found)
        return known[1]

    def _stamp(self, file: str, experiments: Iterable[Experiment]) -> Stamp:
        keys = {job.key for experiment in experiments for job in experiment.all_jobs}
        return self._stored.stamp(keys | self._variants.get(file, (None, frozenset()))[1])

    def _evidence(self, state: ExperimentState, times: int) -> VariantEvidence | None:
        """Return what the stored variants of a post show, computed once for each program."""
        if not times:
            return None
        post = state.post
        of = program(post), post.variants, post.has_variants, post.claims, state.runs
        known = self._variants.get(post.file)
        if known is None or known[0] != of:
            keys = (
                frozenset(variant_jobs(state.experiment, state.runs)) if post.has_variants else ()
            )
            known = self._variants[post.file] = (of, frozenset(keys))
        made_of = of, times, self._stored.stamp(known[1])
        shown = self._shown.get(post.file)
        if shown is None or shown[0] != made_of:
            shown = self._shown[post.file] = (made_of, stored_variants(state, self.store, times))
        return shown[1]

    def _can_run(self, experiment: Experiment) -> bool:
        return self._machine.lacks(experiment.jobs[0]) is None
