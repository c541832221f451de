"""Posts and store → what is known, and what must still run. Pure but for reading the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from site_tools.evidence.baseline import baseline_of
from site_tools.evidence.judge import judge
from site_tools.evidence.learning_curve import Curve, curve_of
from site_tools.evidence.stages import StageName, ends_after
from site_tools.experiment.cache_key import Key, key_of
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.dependencies import Pins, distributions_of, with_dependencies


@dataclass(frozen=True, slots=True)
class Job:
    """One run that a post needs, whether it is stored already or not."""

    post: Post
    condition: Condition
    metrics: tuple[str, ...]
    """The expressions to evaluate when the program has ended."""
    key: Key
    packages: Mapping[str, str]
    """Pinned versions of the distributions that the post imports itself."""
    modules: tuple[str, ...]
    """Of `random`, `numpy` and `torch`, those that the program may draw numbers from."""
    device: str
    looks: tuple[str, ...] = ()
    """The expressions to look at during training."""
    sham: Run | None = None
    """For what comes after it and needs to know what it saw."""
    curve: Run | None = None
    """For the line below a curve: the curve's run, which was looked at in the same places."""


@dataclass
class Experiment:
    """A post with all the runs that judge it, and what is known of them."""

    post: Post
    jobs: tuple[Job, ...]
    """The published run first."""
    runs: dict[Condition, Run] = field(default_factory=dict)
    """The runs that are known."""
    recalled: set[Condition] = field(default_factory=set)
    """Those that come from the store, perhaps from another machine."""

    @property
    def published(self) -> Run | None:
        """Return the published run, or None as long as it is not known."""
        return self.runs.get(PUBLISHED)

    @property
    def missing(self) -> list[Job]:
        """Return the jobs whose runs are not known and of use."""
        return [job for job in self.jobs if job.condition not in self.runs and self._is_of_use(job)]

    def ready(self, started: Iterable[Condition]) -> list[Job]:
        """Return the jobs that can start now and have not, in the order to start them.

        What a claim that is lost already would still need is never run.
        """
        done = {*self.runs, *started}
        waiting = [job for job in self.jobs if job.condition not in done]
        if self.published is None:
            return [job for job in waiting if job.condition.kind == "published"]
        if self._ends_after("published"):
            return []
        shams = [job for job in self.jobs if job.condition.kind == "sham"]
        if not all(job.condition in self.runs for job in shams):
            return [job for job in shams if job.condition not in done]
        if self._ends_after("sham"):
            return self._again(shams, done)
        return [self._informed(job) for job in waiting if self._is_of_use(job)]

    def _again(self, shams: Iterable[Job], done: set[Condition]) -> list[Job]:
        """Return the published run once more, if it may be from another machine than a sham."""
        if PUBLISHED not in self.recalled or all(j.condition in self.recalled for j in shams):
            return []
        self.recalled.discard(PUBLISHED)
        del self.runs[PUBLISHED]
        return self.ready(done - {PUBLISHED} - set(self.runs))

    def _ends_after(self, stage: StageName) -> bool:
        """Return whether a claim is lost by the runs of a stage, so that no other run is made."""
        return ends_after(stage, judge(self.post, self.runs).verdicts)

    def _is_of_use(self, job: Job) -> bool:
        """Return whether a run can show anything: the ablated run of a curve needs a curve."""
        if job.condition.kind != "flat":
            return True
        claims = [c for c in self.post.claims if c.condition("flat") == job.condition]
        known = self.published is not None
        return known and any(isinstance(curve_of(claim, self.runs), Curve) for claim in claims)

    def _informed(self, job: Job) -> Job:
        """Tell a job what its sham saw, and the line below a curve where that was looked at."""
        kind = job.condition.kind
        if kind not in {"control", "curve", "flat"}:
            return job
        sham = self.runs[replace(job.condition, kind="sham", trial=0)]
        curve = self.runs[replace(job.condition, kind="curve")] if kind == "flat" else None
        return replace(job, sham=sham, curve=curve)


def experiments_for(posts: Iterable[Post], pins: Pins) -> list[Experiment]:
    """Return each post's experiment, with nothing known yet.

    Raises BadProject when a package is not installed in its pinned version.
    """
    return [Experiment(post, tuple(_jobs(post, pins))) for post in posts]


def recall(experiment: Experiment, store: Store, *, retry: bool = False) -> None:
    """Take what the store holds; with `retry`, a stored failure counts as nothing."""
    for job in experiment.jobs:
        run = store.load(job.key)
        if run is not None and not (retry and run.failure):
            experiment.runs[job.condition] = run
            experiment.recalled.add(job.condition)


def _jobs(post: Post, pins: Pins) -> list[Job]:
    own = distributions_of(post, pins)
    versions = with_dependencies(own, pins)
    packages = {name: pins[name] for name in own}
    modules = ("random", *[name for name in ("numpy", "torch") if name in versions])
    device = "cpu" if post.device == "any" else post.device
    metrics = {claim.metric for claim in post.claims}
    cells = post.sources
    baselines = {baseline_of(claim, cells) for claim in post.claims} - {""}
    looks: dict[Condition, set[str]] = {}
    for claim in post.claims:
        for condition in (claim.condition("curve"), claim.condition("flat")):
            looks.setdefault(condition, set()).add(claim.sampled)
    jobs = []
    conditions = [condition for claim in post.claims for condition in claim.conditions]
    for condition in dict.fromkeys([PUBLISHED, *looks, *conditions]):
        measured = {"metrics": metrics | baselines if condition == PUBLISHED else metrics}
        if condition in looks:
            measured["looks"] = looks[condition]
        key = key_of(post, condition, measured, versions=versions, device=device)
        asked, looked_at = (tuple(sorted(measured.get(k, ()))) for k in ("metrics", "looks"))
        jobs.append(Job(post, condition, asked, key, packages, modules, device, looked_at))
    return jobs
