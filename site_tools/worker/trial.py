"""A trial (sham, seed trial, control, curve) inside its process: cells → values and a trace.

The cells run one after another in a fresh `__main__`, without a notebook; prints and figures are
discarded. This imports the standard library and modules that are as light: there are many trials.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Literal, cast

from site_tools.analysis.data_names import Data, training_statements
from site_tools.analysis.instrument import Instrumented, Wanted, instrument
from site_tools.analysis.syntax import parse_program, shorten
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import Site, assignments
from site_tools.model.faults import MetricFault
from site_tools.model.protocol import (
    JobAnswer,
    JobRequest,
    SamplingRequest,
    UpdateCounts,
)
from site_tools.model.run import Update
from site_tools.worker import outside, seeding
from site_tools.worker.code_locations import Mark
from site_tools.worker.coverage import Coverage, coverage
from site_tools.worker.curve_sampler import TRAINS, CurveSampler, SamplingPlan
from site_tools.worker.draws import Watch
from site_tools.worker.hidden_data import is_hidden
from site_tools.worker.local_modules import start as start_program
from site_tools.worker.metrics import measure
from site_tools.worker.mixed_data import change, elsewhere, mix, reordered, to_mix
from site_tools.worker.reversed_updates import Way, other_way
from site_tools.worker.sketch import sketch
from site_tools.worker.torch_hooks import Torch
from site_tools.worker.trial_program import Program
from site_tools.worker.update_switch import NEVER, Switch

_TURNED: Mapping[str, Way] = {"reversed": "reversed", "scattered": "scattered"}
"""The kinds of trials in which updates go another way."""

_BRIEF, _BLIND = {"brief", "brief-blind"}, {"blind", "brief-blind"}
"""The kinds of controls that train for one round, and of those with mixed data."""

_ABLATED = {"control", "flat", *_BRIEF, *_BLIND}
"""The kinds of trials with learning off."""

_LIMITED = {*_ABLATED, "mixed", "restart", "variant", *_TURNED}
"""The kinds of trials that may never end: without learning, or with data that teach nothing."""

_SHAMS = {"sham", "short"}
"""The kinds of trials in which nothing is changed."""

_RECORDED = {*_SHAMS, "mixed", "variant", *_TURNED}
"""The kinds of trials that say what was learned."""


def run_trial(request: JobRequest, mark: Mark) -> JobAnswer:
    """Run a program under a condition, and measure it; `mark` is called before each statement."""
    kind = request.condition.kind
    named = [*request.condition.freeze, *request.condition.tally]
    uses_torch = "torch" in request.modules and kind not in {"seed", "shuffle"}
    # They are searched for where they are needed: that takes longer than many a trial.
    is_searched = uses_torch or (kind in _SHAMS and not named)
    likely = [site.name for site in proposals(request.cells)] if is_searched else []
    program = _instrumented(request, [] if named else likely)
    switch = _switch(request, program)
    watch = _with_other_random_numbers(request)
    torch = None
    if uses_torch:
        torch = Torch(switch, updates_names=bool(likely), named=bool(named))
    ran = Program(request.cells, program, switch, watch, mark)
    ran.raising = request.raising
    ran.ends_by_exit = request.launch is not None
    ran.modules = start_program(request.launch, program.trees, ran.namespace)
    changed = _mixed_later(request, ran)
    if request.sampling:
        plan = _plan(request.sampling, request.metrics, program.sites)
        ran.sampler = switch.observer = CurveSampler(plan, ran.namespace)
    failure = ran.run()
    switch.observer = None
    if torch is not None:
        torch.finish()
    start, learned = switch.states() if not torch else _both(switch.states(), torch.states())
    updates = list(_updates(request, program, switch, torch))
    values = {} if failure else _measured(request.metrics, ran.namespace, switch, program, named)
    watch.finish()
    covered = Coverage()
    if kind == "sham":
        covered = coverage(switch, program.sites, torch, ran.namespace, named=bool(named))
    return JobAnswer(
        seconds=ran.seconds,
        values=values,
        failure=failure,
        updates=updates,
        total=switch.total,
        peaks=switch.peaks,
        rounds=switch.rounds,
        start=sketch(start),
        learned=sketch(learned),
        mixed=changed,
        stopped=switch.stopped,
        unseeded=watch.unseeded,
        draws=watch.draws,
        things=covered.things,
        changed=covered.changed,
        unchanged=covered.unchanged,
        curves=ran.sampler.results() if ran.sampler else {},
    )


def _instrumented(request: JobRequest, likely: Sequence[str]) -> Instrumented:
    """Return the program with what a trial of this kind needs; shams count `likely` updates."""
    condition = request.condition
    kind, constants = condition.kind, dict(condition.constants)
    return instrument(
        request.cells,
        Wanted(
            freeze=likely if kind in _SHAMS and likely else condition.freeze,
            tally=condition.tally,
            constants={} if kind in {*_SHAMS, "curve", "variant"} else constants,
            ticks=bool(constants),
            shuffle=condition.shuffle,
            records=kind in _RECORDED,
            turns=kind in _TURNED,
            restarts=kind == "restart",
            brief=kind in _BRIEF,
            metrics=request.metrics if kind == "control" and not constants else (),
        ),
    )


def _switch(request: JobRequest, program: Instrumented) -> Switch:
    """Return what decides which updates run in a trial of this kind."""
    kind = request.condition.kind
    return Switch(
        learning=kind not in _ABLATED,
        loops=program.loops,
        ticks=bool(request.condition.constants),
        binding=frozenset(site.number for site in program.sites if site.binds),
        published=_limits(request, program.loops) if kind in _LIMITED else None,
        records=kind in _RECORDED,
        turn=partial(other_way, way=_TURNED[kind]) if kind in _TURNED else None,
        begin=_another_start(request.condition.trial) if kind == "restart" else None,
    )


def _another_start(trial: int) -> Callable[[Any, int], Any]:
    """Return how a restart changes a start: its columns one by one, then the order of its rows."""
    return reordered if trial else elsewhere


def _with_other_random_numbers(request: JobRequest) -> Watch:
    """Replace seeds in a trial with another start; in a sham, watch what is drawn without one."""
    condition = request.condition
    watch = Watch(draws=condition.kind != "sham" or request.confinement.device != "cpu")
    if condition.kind == "sham":
        watch.start(request.modules)
        outside.change()
    elif condition.trial:
        seeding.vary(condition.trial, request.modules)
    return watch


def _mixed_later(request: JobRequest, ran: Program) -> list[str]:
    """Have data mixed before the first statement that trains; return the names of what is mixed.

    The list is empty until then.
    """
    condition, cells = request.condition, request.cells
    changed: list[str] = []
    if condition.kind in {"mixed", "restart", *_BLIND}:
        named = [*condition.freeze, *condition.tally]
        data = Data(parse_program(cells), condition.freeze, condition.tally, request.metrics)
        ran.training = training_statements(cells, condition.freeze, condition.tally)

        def names() -> Sequence[str]:
            if condition.kind == "restart":
                return named
            found = to_mix(data, ran.namespace)
            return [] if is_hidden(found, data, ran.namespace) else found

        def mixing() -> list[str]:
            if condition.kind == "restart" and condition.trial:
                return change(ran.namespace, named, reordered)
            return mix(ran.namespace, names(), condition.trial)

        ran.before_training = lambda: changed.extend(mixing())
    return changed


def _updates(
    request: JobRequest, program: Instrumented, switch: Switch, torch: Torch | None
) -> Iterator[Update]:
    """Yield the updates that the instruments have counted."""
    condition = request.condition
    yield from _counted(
        program.sites, switch, "freeze" if condition.freeze or condition.tally else "probe"
    )
    yield from _others(program.others, switch)
    if torch:
        yield from _torch_counted(torch, request.cells)
    yield from map(_set, assignments(request.cells, dict(condition.constants)))


def _limits(request: JobRequest, loops: int) -> UpdateCounts | None:
    """Return what limits the loops of a trial; None for a variant that has other loops."""
    counts = request.published
    return counts if counts is None or len(counts.peaks) == loops else None


def _both(
    one: tuple[list[Any], list[Any]], other: tuple[list[Any], list[Any]]
) -> tuple[list[Any], list[Any]]:
    return one[0] + other[0], one[1] + other[1]


def _plan(sampling: SamplingRequest, metrics: Sequence[str], sites: Sequence[Site]) -> SamplingPlan:
    """Return when to sample which expressions of a program with these update sites.

    Updates that are frozen by name are counted by the number of their site, others by their place.
    """
    taken = sampling.taken
    learning: set[Hashable] = set(sampling.learning)
    frozen = {site.number for site in sites if ("freeze", site.cell, site.line) in learning}
    return SamplingPlan(
        expressions=sampling.expressions,
        metrics=metrics,
        sites=frozen | learning,
        most=sampling.most,
        seconds=sampling.seconds,
        sampled_at=None
        if taken is None
        else {
            expression: {segment.place: segment.updates for segment in segments}
            for expression, segments in taken.items()
        },
    )


def _measured(
    metrics: Sequence[str],
    namespace: dict[str, Any],
    switch: Switch,
    program: Instrumented,
    named: Collection[str],
) -> dict[str, Any]:
    """Return the metrics' values, or a fault for those whose evaluation runs an update.

    Sites count if the claim has `named` some: others are only counted, to be proposed.
    """
    switch.stop = NEVER
    values: dict[str, Any] = {}
    for metric in metrics:
        before, counts, rounds = switch.total, Counter(switch.counts), sum(switch.rounds)
        values |= json.loads(measure([metric], namespace))
        ran = [site for site in program.sites if switch.counts[site.number] > counts[site.number]]
        if ran and named:
            text = f"runs `{ran[0].text}`, which `{ran[0].name}` in the claim switches off"
            values[metric] = asdict(MetricFault("trains", text))
            continue
        walked = sum(switch.rounds) - rounds if switch.ticks else 0  # an episode, say
        if switch.total - before - walked > switch.counts.total() - counts.total():
            values[metric] = asdict(TRAINS)
    return values


def _counted(
    sites: Sequence[Site], switch: Switch, how: Literal["freeze", "probe"]
) -> Iterator[Update]:
    for site in sites:
        yield Update(how, site.cell, site.line, site.text, switch.counts[site.number], site.name)


def _others(sites: Sequence[Site], switch: Switch) -> Iterator[Update]:
    for site in sites:
        count, moved = switch.others[site.number], site.number in switch.moved
        yield Update("other", site.cell, site.line, site.text, count, site.name, used=moved)


def _torch_counted(torch: Torch, cells: Sequence[str]) -> Iterator[Update]:
    for (how, cell, line), count in sorted(torch.counts.items(), key=lambda x: x[0][1:]):
        lines = cells[cell - 1].split("\n") if 0 < cell <= len(cells) else []
        known = 0 < line <= len(lines)  # a post may compile code under the file name of a cell
        yield Update(
            cast(Literal["step", "backward"], how),
            cell if known else 0,
            line if known else 0,
            shorten(lines[line - 1]) if known else "",
            count,
            used=(how, cell, line) in torch.used,
        )


def _set(site: Site) -> Update:
    return Update("set", site.cell, site.line, site.text, 1, site.name)
