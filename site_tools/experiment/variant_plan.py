"""A post's experiment → the runs of its variants and sweeps: which are made, what is known of them.

How many runs there are depends on how many the evidence has, not on how long they take: so each
machine makes the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from site_tools.analysis.variants import Variant
from site_tools.evidence.learning_curve import Curve, curve_of
from site_tools.evidence.short_program import reference
from site_tools.evidence.variant_evidence import (
    Setting,
    SweepEvidence,
    Tried,
    VariantEvidence,
    to_show,
    tried,
)
from site_tools.experiment.cache_key import Key, dependencies, key_of
from site_tools.experiment.experiment_state import ExperimentState, stored_run
from site_tools.experiment.plan import Experiment, Job
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.post_sweeps import Sweep, sweeps_of
from site_tools.posts.short_program import shortened

STARTS = 3
"""From how many starts a variant that a page shows is run: enough to see whether they agree."""

MOST_SHOWN = 24
"""Variants on one page: with their curves they take some 50 KB."""

LONGER, SHORTEST = 5, 20.0
"""A variant is ended after this many times the time of the program that it changes, with the
experiment's instruments, or after so many seconds."""


@dataclass(frozen=True)
class VariantPlan:
    """The variants of a post whose claims are accepted."""

    experiment: Experiment
    runs: Mapping[Condition, Run]
    """The runs of the experiment."""
    times: int | None
    """Most runs of variants, as a multiple of those; None for one run of each variant at least, 0
    for sweeps alone."""

    @property
    def post(self) -> Post:
        """Return the post."""
        return self.experiment.post

    @property
    def variants(self) -> list[Variant]:
        """Return all variants of the program."""
        return self.experiment.variants

    @cached_property
    def sweeps(self) -> list[Sweep]:
        """Return the sweeps of the program; each of their runs is made."""
        return sweeps_of(self.post)

    @cached_property
    def most(self) -> int:
        """Return how many runs of variants there may be."""
        least = 0 if self.times is not None else len(self.variants) + 2 * MOST_SHOWN
        return max((self.times or 0) * len(self.runs), least)

    @cached_property
    def chosen(self) -> list[Variant]:
        """Return the variants to try: some runs are kept for other starts."""
        others = (STARTS - 1) * MOST_SHOWN
        return self.variants[: max(self.most - others, self.most // STARTS)]

    @cached_property
    def first(self) -> list[Job]:
        """Return the runs from the author's own start: of the program, and of each changed one."""
        swept = [self._swept_job(variant, 0) for variant in self._swept]
        whole = [self._own_job(0)] if self.chosen else []
        return [*swept, *whole, *(self.job(variant, 0) for variant in self.chosen)]

    def further(self, runs: Mapping[str, Run]) -> list[Job]:
        """Return the runs from other starts; `runs` are those of `first`, by the variant's name."""
        known = {**self.runs, self._curve: runs[""]} if self.chosen else self.runs
        found = [self._tried(variant, [runs[variant.name]], known) for variant in self.chosen]
        baseline = [self._own_job(trial) for trial in self._trials]
        shown = [one.variant for one in self._shown(found)]
        return [
            *baseline,
            *(self._swept_job(variant, trial) for variant in self._swept for trial in self._trials),
            *(self.job(variant, trial) for variant in shown for trial in self._trials),
        ]

    def evidence(self, runs: Mapping[Condition, Run]) -> VariantEvidence:
        """Return what the variants have shown; `runs` are those of `first` and `further`."""

        def known(variant: Variant, trial: int) -> Run | None:
            return runs.get(self._condition(variant, trial))

        first = {variant: known(variant, 0) for variant in self.chosen}
        whole = runs.get(self._curve)
        own = {**self.runs, self._curve: whole} if whole else self.runs
        found = [self._tried(variant, [run], own) for variant, run in first.items() if run]
        shown = []
        for one in self._shown(found):
            further = [known(one.variant, trial) for trial in self._trials]
            given = [*one.runs, *(run for run in further if run)]
            shown.append(self._tried(one.variant, given, own))
        shown.sort(key=lambda one: (one.place, one.variant.rank))
        trained = [self.runs.get(self.post.claims[0].condition("curve"))]
        trained += [runs.get(replace(self._curve, trial=trial)) for trial in self._trials]
        richer = {one.variant: one for one in shown}
        return VariantEvidence(
            tuple(richer.get(one.variant, one) for one in found),
            tuple(shown),
            len(self.variants),
            trained_runs := tuple(run for run in trained if run),
            tuple(self._sweep(one, runs, trained_runs) for one in self.sweeps),
        )

    def _sweep(
        self, sweep: Sweep, runs: Mapping[Condition, Run], whole: tuple[Run, ...]
    ) -> SweepEvidence:
        settings = [Setting(sweep.own, whole, is_own=True)]
        for value, variant in sweep.others:
            known = (runs.get(self._condition(variant, t)) for t in (0, *self._trials))
            settings.append(Setting(value, tuple(run for run in known if run)))
        return SweepEvidence(sweep.wish, tuple(sorted(settings, key=lambda one: one.value)))

    def possible(self) -> Iterator[Job]:
        """Yield every run that there may be."""
        for trial in (0, *self._trials):
            yield self._own_job(trial)
            yield from (self._swept_job(variant, trial) for variant in self._swept)
            yield from (self.job(variant, trial) for variant in self.variants)

    @property
    def _trials(self) -> range:
        return range(1, min(STARTS - 1, self.post.claims[0].seeds) + 1)

    @cached_property
    def _swept(self) -> list[Variant]:
        return [variant for sweep in self.sweeps for _, variant in sweep.others]

    @property
    def _curve(self) -> Condition:
        """Return the condition of the program itself, run as a variant is."""
        return self.post.claims[0].condition("variant")

    def _shown(self, found: Sequence[Tried]) -> list[Tried]:
        left = max(self.most - len(self.chosen), 0) // max(STARTS - 1, 1)
        return to_show(found, min(MOST_SHOWN, left))

    def _tried(
        self, variant: Variant, runs: Sequence[Run], known: Mapping[Condition, Run]
    ) -> Tried:
        return tried(self.post, variant, runs, known)

    def job(self, variant: Variant, trial: int) -> Job:
        """Return one run of a variant; `trial` is the seed trial whose start it has, or 0."""
        return self._job(self._condition(variant, trial), variant.applied(self.post.sources))

    def _own_job(self, trial: int) -> Job:
        """Return one run of the program itself."""
        return self._job(replace(self._curve, trial=trial), self.post.sources)

    def _swept_job(self, variant: Variant, trial: int) -> Job:
        """Return one run of a sweep: its loops may make as many rounds as its number says."""
        cells = variant.applied(self.post.sources)
        return self._job(self._condition(variant, trial), cells, is_swept=True)

    def _condition(self, variant: Variant, trial: int) -> Condition:
        return replace(self._curve, trial=trial, shuffle=variant.shuffle, variant=variant.name)

    def _job(self, condition: Condition, cells: Sequence[str], *, is_swept: bool = False) -> Job:
        claim, published = self.post.claims[0], self.experiment.jobs[0]
        like = reference(self.post, claim, self.runs)
        if like.kind == "short":
            short = shortened(self.post, cells, self.experiment.left_out)
            if short == tuple(cells):  # it changes a cell that is otherwise left out
                like = claim.condition("sham")
            cells = short
        sham = self.runs[like]
        curve = curve_of(claim, self.runs)
        metrics = tuple(sorted({one.metric for one in self.post.claims}))
        curves = (claim.sampled,) if isinstance(curve, Curve) else ()
        depends = dependencies(
            self.post,
            condition,
            {
                "metrics": metrics,
                **({"curves": curves} if curves else {}),
                **({"rounds": ("any",)} if is_swept else {}),
            },
            versions=published.depends["versions"],
            device=published.device,
            cells=tuple(cells),
        )
        sampled = self.runs.get(claim.condition("curve"))
        seconds = max(run.total_seconds for run in (sham, sampled) if run)
        return replace(
            published,
            condition=condition,
            metrics=metrics,
            curves=curves,
            texts=(),
            key=key_of(depends),
            depends=depends,
            cells=tuple(cells),
            sham=_with_rounds(sham) if is_swept else sham,
            curve=sampled if curves else None,
            longest=max(SHORTEST, LONGER * seconds),
        )


_ROUNDS = 1000
"""How many times as many rounds a swept program may make: its time ends it sooner."""


def _with_rounds(sham: Run) -> Run:
    """Return a sham from which no limit of rounds follows that a sweep could reach."""
    peaks = tuple(_ROUNDS * peak for peak in sham.trace.peaks)
    return replace(sham, trace=replace(sham.trace, total=_ROUNDS * sham.trace.total, peaks=peaks))


def plan_of(
    experiment: Experiment, runs: Mapping[Condition, Run], times: int | None
) -> VariantPlan | None:
    """Return the plan of a post with these runs; None without what variants are compared with.

    `times` is the most runs of variants, as the plan has it.
    """
    claims = experiment.post.claims
    if experiment.device != "cpu" or not claims:
        return None
    compared = {PUBLISHED, claims[0].condition("sham")}
    return VariantPlan(experiment, runs, times) if compared <= runs.keys() else None


def variant_jobs(experiment: Experiment, runs: Mapping[Condition, Run]) -> dict[Key, Job]:
    """Return all runs that variants of a post may have, by their keys."""
    plan = plan_of(experiment, runs, None)
    return {job.key: job for job in plan.possible()} if plan else {}


def stored_variants(state: ExperimentState, store: Store, times: int) -> VariantEvidence | None:
    """Return what the variants of a judged post show, if all of their runs are stored."""
    plan = plan_of(state.experiment, state.runs, times)
    return load(plan, store) if plan else None


def load(plan: VariantPlan, store: Store) -> VariantEvidence | None:
    """Return what stored runs of variants show; None unless all of them are there."""
    first = _stored(plan.first, store)
    if not first:
        return None
    further = _stored(plan.further({c.variant: run for c, run in first.items()}), store)
    return None if further is None else plan.evidence(first | further)


def _stored(jobs: Sequence[Job], store: Store) -> dict[Condition, Run] | None:
    """Return the stored runs of jobs; None as soon as one is missing."""
    runs: dict[Condition, Run] = {}
    for job in jobs:
        run = stored_run(job, store)
        if run is None:
            return None
        runs[job.condition] = run
    return runs
