"""Posts → the runs that each needs, and which of them to start next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from site_tools.analysis.variants import Variant
from site_tools.evidence.baseline import requests
from site_tools.evidence.judge import (
    control_moves,
    is_met_in_reverse,
    is_met_with_other_data,
    judge,
)
from site_tools.evidence.learning_curve import Curve, curve_of
from site_tools.evidence.short_program import gives_the_same
from site_tools.evidence.stages import ends_after
from site_tools.evidence.tried_lists import next_to_try
from site_tools.experiment.cache_key import Dependencies, Key, dependencies, key_of
from site_tools.experiment.needs import Needs, needs_of
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.post import Device, Post
from site_tools.model.run import Run
from site_tools.posts.bound_values import bound_values
from site_tools.posts.dependencies import Pins, distributions_of, with_dependencies
from site_tools.posts.post_variants import variants_of
from site_tools.posts.short_program import shortened

NOTHING_LISTED = Condition("sham")
"""The sham of a claim that names no update; it also informs the controls that try some names."""

Runs = Mapping[Condition, Run]
"""The known runs of an experiment."""


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
    """Of `random`, `numpy`, `torch` and `jax`, those that the program may draw numbers from."""
    device: str
    curves: tuple[str, ...] = ()
    """The expressions to sample during training."""
    texts: tuple[str, ...] = ()
    """The expressions of the prose to evaluate when the program has ended."""
    sham: Run | None = None
    """The sham of the same program, for controls and curves: they depend on its trace."""
    curve: Run | None = None
    """The trained curve's run, for the ablated one: both are sampled at the same steps."""
    depends: Dependencies = field(default_factory=dict)
    """What the key is a hash of."""
    cells: tuple[str, ...] = ()
    """The code to run, where it is not the post's own; it has the same lines."""
    longest: float = 0.0
    """Seconds after which it is ended, if that is sooner than the limit of its post; 0 for none."""

    def fits(self, run: Run) -> bool:
        """Return whether a run can be one of this job: it has what was asked, about this post."""
        cells = len(self.post.code_cells)
        places = [(update.cell, update.line) for update in run.trace.updates]
        places += [(unseeded.cell, unseeded.line) for unseeded in run.trace.unseeded]
        places += [(one.cell, one.line) for one in run.trace.unchanged]
        places += [(run.failure.cell, run.failure.line)] if run.failure else []
        known = all(
            self.post.has_line(cell, line) or (0 <= cell <= cells and not (cell and line))
            for cell, line in places
        )
        if run.device != self.device or (run.gpu is None) != (self.device == "cpu"):
            return False
        if run.failure:
            return known and max(len(run.seconds), len(run.outputs)) <= cells
        showing = cells if self.condition.kind == "published" else 0
        counts = len(run.seconds) == cells and len(run.outputs) == showing
        asked = set(run.values) == set(self.metrics) and set(run.curves) == set(self.curves)
        return known and counts and asked and set(run.texts) == set(self.texts)


@dataclass(frozen=True)  # no slots: the variants are kept, and found only when they are asked for
class Experiment:
    """A post with the jobs of all the runs that judge it."""

    post: Post
    jobs: tuple[Job, ...]
    """The published run first. Most execute the short program, if there is one."""
    whole: tuple[Job, ...] = ()
    """Those of them with the whole program, in case that the short one gives other numbers."""
    left_out: tuple[int, ...] = ()
    """The cells that the short program leaves out, counted from 1."""
    find_variants: Callable[[Post], list[Variant]] = field(default=variants_of, compare=False)

    @property
    def device(self) -> str:
        """Return what all of its runs need."""
        return self.jobs[0].device

    @cached_property
    def variants(self) -> list[Variant]:
        """Return all variants of the program, in the order in which they are tried."""
        return self.find_variants(self.post) if self.post.has_variants else []

    @property
    def all_jobs(self) -> tuple[Job, ...]:
        """Return every job that may ever be done."""
        return *self.jobs, *self.whole

    def about(self, post: Post) -> Experiment:
        """Return the experiment of another version of the post, with the same program."""
        jobs, whole = (
            tuple(replace(job, post=post) for job in some) for some in (self.jobs, self.whole)
        )
        return replace(self, post=post, jobs=jobs, whole=whole)

    def settled(self, runs: Runs) -> list[Job]:
        """Return the jobs to do: with the short program, until that gives other numbers."""
        if not self.whole or gives_the_same(self.post, runs) is not False:
            return list(self.jobs)
        whole = {job.condition: job for job in self.whole}
        return [whole.get(job.condition, job) for job in self.jobs]

    def missing(self, runs: Runs) -> list[Job]:
        """Return the jobs whose runs are not known and would be useful."""
        unknown = [job for job in self.settled(runs) if job.condition not in runs]
        return [job for job in unknown if self._is_useful(job, runs)]

    def ready(
        self, runs: Runs, *, running: Collection[Condition], recalled: Collection[Condition]
    ) -> list[Job]:
        """Return the jobs to start now, in this order; runs of a lost claim are never started.

        `running` has the conditions of jobs that have started and not ended, `recalled` those
        whose run comes from the store, perhaps from another machine. The published job is returned
        again when its run may be from another machine than that of a sham, whose number differs.
        """
        done = {*runs, *running}
        waiting = [job for job in self.settled(runs) if job.condition not in done]
        published = runs.get(PUBLISHED)
        if published is None:
            return [job for job in waiting if job.condition.kind == "published"]
        early = {c: run for c, run in runs.items() if c.kind in {"published", "sham"}}
        verdicts = judge(self.post, early).verdicts  # trials are judged when all have ended
        if ends_after("published", verdicts):
            return []
        shams = [job for job in self.jobs if job.condition.kind == "sham"]
        if not all(job.condition in runs for job in shams):
            return [job for job in shams if job.condition not in done]
        if ends_after("sham", verdicts):
            other = PUBLISHED in recalled and any(j.condition not in recalled for j in shams)
            again = [job for job in self.jobs if job.condition == PUBLISHED and other]
            tried = {one for c in self.post.claims for one in next_to_try(self.post, c, runs)}
            return again or [self._informed(job, runs) for job in waiting if job.condition in tried]
        shorts = [job for job in self.jobs if job.condition.kind == "short"]
        if not all(job.condition in runs for job in shorts):
            return [job for job in shorts if job.condition not in done]
        return [self._informed(job, runs) for job in waiting if self._is_useful(job, runs)]

    def _is_useful(self, job: Job, runs: Runs) -> bool:
        """Return whether a run can show anything after those that are known.

        An ablated curve needs a trained one. Updates go either way by chance only if the goal is
        met with reversed ones, and data are mixed in other ways only if it is met with mixed ones.
        More brief controls, and one with mixed data, show something only if the first one differs.
        """
        kind, trial = job.condition.kind, job.condition.trial
        if in_doubt := [c for c in self.post.claims if job.condition in c.doubts]:
            return any(control_moves(claim, runs) for claim in in_doubt)
        if kind == "scattered":
            own = [c for c in self.post.claims if job.condition in c.scattered]
            return any(is_met_in_reverse(claim, runs) for claim in own)
        if kind == "mixed" and trial:
            own = [c for c in self.post.claims if job.condition in c.remixed]
            return any(is_met_with_other_data(claim, runs) for claim in own)
        if kind != "flat":
            return True
        claims = [c for c in self.post.claims if c.condition("flat") == job.condition]
        known = PUBLISHED in runs
        return known and any(isinstance(curve_of(claim, runs), Curve) for claim in claims)

    def _informed(self, job: Job, runs: Runs) -> Job:
        """Return a job with the earlier runs that it depends on: its sham, and its curve."""
        kind = job.condition.kind
        if kind in {"published", "sham", "short", "seed", "shuffle"}:
            return job
        like = replace(job.condition, kind="short" if job.cells else "sham", trial=0)
        sham = runs.get(like) or runs[NOTHING_LISTED]
        curve = runs[replace(job.condition, kind="curve")] if kind == "flat" else None
        return replace(job, sham=sham, curve=curve)


def experiments_for(posts: Iterable[Post], pins: Pins) -> list[Experiment]:
    """Return each post's experiment on its first device: the CPU, if it may run there.

    Raises BadProject when a package of a post for the CPU is not installed in its pinned version.
    """
    return [experiment_on(devices_of(post)[0], post, pins) for post in posts]


def devices_of(post: Post) -> tuple[Device, ...]:
    """Return the devices that a post runs on."""
    return ("cpu", "gpu") if post.device == "any" else (post.device,)


def experiment_on(
    device: Device,
    post: Post,
    pins: Pins,
    needs: Needs | None = None,
    *,
    must_be_installed: bool = True,
) -> Experiment:
    """Return the experiment of a post on a device, with the pins of that device.

    `needs` are those of the post, if they are known. The packages of a run on the CPU must be
    installed as they are pinned, or this raises BadProject. Those of a GPU are installed elsewhere.
    """
    check = must_be_installed and device == "cpu"
    needs = needs or needs_of(post)
    make = _maker(post, pins, device, must_be_installed=check)
    if not needs.left_out:
        return Experiment(post, tuple(make(one, ()) for one in needs.conditions))
    cells = shortened(post, post.sources, needs.left_out)
    shorts = dict.fromkeys(claim.condition("short") for claim in post.claims)
    whole = {PUBLISHED, *(claim.condition("sham") for claim in post.claims), *needs.tried}
    return Experiment(
        post,
        tuple(make(one, () if one in whole else cells) for one in [*needs.conditions, *shorts]),
        tuple(make(one, ()) for one in needs.conditions if one not in whole),
        needs.left_out,
    )


def _maker(
    post: Post, pins: Pins, device: Device, *, must_be_installed: bool
) -> Callable[[Condition, tuple[str, ...]], Job]:
    """Return what makes the job of a condition, with the code that it executes."""
    own = distributions_of(post, pins)
    packages = {name: pins[name] for name in own}
    needed = with_dependencies(own, pins, must_be_installed=must_be_installed)
    versions = needed if device == "cpu" else packages
    modules = ("random", *[name for name in ("numpy", "torch", "jax") if name in needed])
    metrics = {claim.metric for claim in post.claims}
    baselines = {text for claim in post.claims for text in requests(claim)}
    shown = {v.expression for v in bound_values(post) if v.expression and not v.fault}
    curves: dict[Condition, set[str]] = {}
    for claim in post.claims:
        for condition in (claim.condition("curve"), claim.condition("flat")):
            curves.setdefault(condition, set()).add(claim.sampled)

    def make(condition: Condition, cells: tuple[str, ...]) -> Job:
        measured = {"metrics": metrics | baselines if condition == PUBLISHED else metrics}
        if condition in curves:
            measured["curves"] = curves[condition]
        if condition == PUBLISHED and shown:
            measured["texts"] = shown
        depends = dependencies(
            post, condition, measured, versions=versions, device=device, cells=cells
        )
        asked, sampled, texts = (
            tuple(sorted(measured.get(when, ()))) for when in ("metrics", "curves", "texts")
        )
        return Job(
            post,
            condition,
            asked,
            key_of(depends),
            packages,
            modules,
            device,
            sampled,
            texts,
            depends=depends,
            cells=cells,
        )

    return make
