"""A trial (sham, seed trial, control, curve) inside its process: cells → values and a trace.

The cells run one after another in a fresh `__main__`, without a notebook; prints and figures are
discarded. This imports the standard library and modules that are as light: there are many trials.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import json
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any, Literal, cast

from site_tools.analysis.data_names import Data, training_statements
from site_tools.analysis.instrument import SWITCH, Instrumented, Wanted, instrument
from site_tools.analysis.syntax import parse_program, shorten
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import Site, assignments
from site_tools.model.faults import MetricFault
from site_tools.model.protocol import (
    JobAnswer,
    JobRequest,
    RaisedException,
    SamplingRequest,
    UpdateCounts,
)
from site_tools.model.run import Update
from site_tools.sandbox import supervision
from site_tools.worker import outside, seeding
from site_tools.worker.code_locations import Mark, describe, register_source
from site_tools.worker.coverage import Coverage, coverage
from site_tools.worker.curve_sampler import TRAINS, CurveSampler, SamplingPlan
from site_tools.worker.draws import Watch
from site_tools.worker.local_modules import start as start_program
from site_tools.worker.metrics import measure
from site_tools.worker.mixed_data import mix, to_mix
from site_tools.worker.reversed_updates import Way, other_way
from site_tools.worker.sketch import sketch
from site_tools.worker.torch_hooks import Torch
from site_tools.worker.update_switch import NEVER, Enough, Switch


def run_trial(request: JobRequest, mark: Mark) -> JobAnswer:
    """Run a program under a condition, and measure it; `mark` is called before each statement."""
    condition, cells = request.condition, request.cells
    kind, constants = condition.kind, dict(condition.constants)
    named = [*condition.freeze, *condition.tally]
    likely = [site.name for site in proposals(cells)]
    program = instrument(
        cells,
        Wanted(
            freeze=likely if kind == "sham" and not named else condition.freeze,
            tally=condition.tally,
            constants={} if kind in {"sham", "curve", "variant"} else constants,
            ticks=bool(constants),
            shuffle=condition.shuffle,
            records=kind in _RECORDED,
            turns=kind in _TURNED,
            metrics=request.metrics if kind == "control" and not constants else (),
        ),
    )
    switch = Switch(
        learning=kind not in {"control", "flat"},
        loops=program.loops,
        ticks=bool(constants),
        binding=frozenset(site.number for site in program.sites if site.binds),
        published=_limits(request, program.loops) if kind in _LIMITED else None,
        records=kind in _RECORDED,
        turn=partial(other_way, way=_TURNED[kind]) if kind in _TURNED else None,
    )
    watch = Watch(draws=kind != "sham" or request.confinement.device != "cpu")
    if kind == "sham":
        watch.start(request.modules)
        outside.change()
    elif condition.trial:
        seeding.vary(condition.trial, request.modules)
    watched = "torch" in request.modules and kind not in {"seed", "shuffle"}
    torch = Torch(switch, updates_names=bool(likely), named=bool(named)) if watched else None
    ran = _Program(cells, program, switch, watch, mark)
    ran.raising = request.raising
    ran.ends_by_exit = request.launch is not None
    ran.modules = start_program(request.launch, program.trees, ran.namespace)
    changed: list[str] = []
    if kind in {"mixed", "restart"}:
        data = Data(parse_program(cells), condition.freeze, condition.tally, request.metrics)
        ran.training = training_statements(cells, condition.freeze, condition.tally)
        ran.before_training = lambda: changed.extend(
            mix(
                ran.namespace,
                named if kind == "restart" else to_mix(data, ran.namespace),
                condition.trial,
            )
        )
    if request.sampling:
        plan = _plan(request.sampling, request.metrics, program.sites)
        ran.looks = switch.observer = CurveSampler(plan, ran.namespace)
    failure = ran.run()
    switch.observer = None
    if torch is not None:
        torch.finish()
    start, learned = switch.states() if not torch else _both(switch.states(), torch.states())
    updates = [
        *_counted(program.sites, switch, "freeze" if named else "probe"),
        *_others(program.others, switch),
        *(_torch_counted(torch, cells) if torch else []),
        *(_set(site) for site in assignments(cells, constants)),
    ]
    values = {}
    if not failure:
        sites = program.sites
        values = _measured(request.metrics, ran.namespace, switch, sites, named=bool(named))
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
        looks=ran.looks.results() if ran.looks else {},
    )


_TURNED: Mapping[str, Way] = {"reversed": "reversed", "scattered": "scattered"}
"""The kinds of trials in which updates go another way."""

_LIMITED = {"control", "flat", "mixed", "restart", "variant", *_TURNED}
"""The kinds of trials that may never end: without learning, or with data that teach nothing."""


def _limits(request: JobRequest, loops: int) -> UpdateCounts | None:
    """Return what limits the loops of a trial; None for a variant that has other loops."""
    counts = request.published
    return counts if counts is None or len(counts.peaks) == loops else None


_RECORDED = {"sham", "mixed", "variant", *_TURNED}
"""The kinds of trials that say what was learned."""


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
    sites: Sequence[Site],
    *,
    named: bool,
) -> dict[str, Any]:
    """Return the metrics' values, or a fault for those whose evaluation runs an update.

    Sites count if the claim has `named` them: others are only counted, to be proposed.
    """
    switch.stop = NEVER
    values: dict[str, Any] = {}
    for metric in metrics:
        before, counts = switch.total, Counter(switch.counts)
        values |= json.loads(measure([metric], namespace))
        ran = [site for site in sites if switch.counts[site.number] > counts[site.number]]
        if ran and named:
            text = f"runs `{ran[0].text}`, which `{ran[0].name}` in the claim switches off"
            values[metric] = asdict(MetricFault("trains", text))
        elif switch.total - before > switch.counts.total() - counts.total():
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


class _Program:
    """A post's cells, run one after another in a fresh `__main__`."""

    def __init__(
        self,
        cells: Sequence[str],
        program: Instrumented,
        switch: Switch,
        watch: Watch,
        mark: Mark,
    ) -> None:
        self.cells, self.program, self.watch, self.mark = cells, program, watch, mark
        self.looks: CurveSampler | None = None
        self.raising: Sequence[int] = ()
        """The numbers of the cells that are meant to raise."""
        self.modules: Collection[int] = ()
        """The numbers of the cells that run when they are imported."""
        self.ends_by_exit = False
        """Whether it may end itself by `sys.exit()`, as a script may and a post may not."""
        self.training: Collection[tuple[int, int]] = ()
        """The cells and lines of the top-level statements that train."""
        self.before_training: Callable[[], None] | None = None
        """Called before the first of them."""
        self.seconds: list[float] = []
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.namespace: dict[str, Any] = module.__dict__
        setattr(builtins, SWITCH, switch)
        builtins.display = lambda *_, **__: None  # type: ignore[attr-defined]  # a builtin in Jupyter

    def run(self) -> RaisedException | None:
        """Run all cells; return the exception that ended the program, or None."""
        for number, (source, tree) in enumerate(
            zip(self.cells, self.program.trees, strict=True), start=1
        ):
            name = register_source(number, source)
            start = time.monotonic()
            try:
                if number not in self.modules:
                    self._run_cell(tree, name, number)
            except BaseException as error:  # noqa: BLE001  foreign code may raise anything
                supervision.release_memory_reserve()
                raised = describe(error)
                meant = number in self.raising and raised.may_be_meant
                if not meant and not (self.ends_by_exit and raised.ends_well):
                    return raised
            self.seconds.append(round(time.monotonic() - start, 3))
            if "matplotlib.pyplot" in sys.modules:  # Jupyter closes them after each cell
                sys.modules["matplotlib.pyplot"].close("all")
        return None

    def _run_cell(self, tree: ast.Module, name: str, number: int) -> None:
        for statement in tree.body:
            self.mark(number, statement.lineno)
            if self.before_training and (number, statement.lineno) in self.training:
                self.before_training()
                self.before_training = None
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
            code = compile(ast.Module([statement], []), name, "exec", self.flags, dont_inherit=True)
            imports = isinstance(statement, ast.Import | ast.ImportFrom)
            if imports:
                self.watch.before_import()
            if self.looks is not None:
                self.looks.begin()
            with suppress(Enough):  # this statement would not end; go on with the next
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, self.namespace))  # noqa: S307  the author's own code
                else:
                    exec(code, self.namespace)  # noqa: S102  the author's own code
            if self.looks is not None:
                self.looks.end()
            if imports:
                self.watch.after_import()
            self.watch.record(number, statement.lineno)
