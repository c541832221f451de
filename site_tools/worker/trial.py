"""A trial (sham, seed trial, control, curve) inside its process: cells → values and a trace.

A plain run: the post's cells one after another in a fresh `__main__`, without a notebook around
them, its prints and figures unseen. Imports nothing but the standard library and what is as light.
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
from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from site_tools.analysis.instrument import SWITCH, Instrumented, Wanted, instrument
from site_tools.analysis.syntax import shorten
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import Site, assignments
from site_tools.sandbox import supervision
from site_tools.worker import seeding
from site_tools.worker.code_locations import Mark, describe, remember
from site_tools.worker.curve_sampler import TRAINS, CurveSampler, SamplingPlan
from site_tools.worker.metrics import measure
from site_tools.worker.torch_hooks import Torch
from site_tools.worker.update_switch import NEVER, Enough, Switch


def run_trial(request: dict[str, Any], mark: Mark) -> dict[str, Any]:
    """Run a program under a condition, and measure it.

    The request has `cells`, `kind`, `trial`, `freeze`, `tally`, `set`, `shuffle`, `modules` (those
    with generators) and `metrics`. For a control it has `published`: the updates that the sham
    counted, in all and in each loop; for a curve, `looks`. `mark` is told each line before it runs.
    """
    kind, cells = request["kind"], request["cells"]
    named = [*request["freeze"], *request["tally"]]
    likely = [site.name for site in proposals(cells)]
    program = instrument(
        cells,
        Wanted(
            freeze=likely if kind == "sham" and not named else request["freeze"],
            tally=request["tally"],
            constants={} if kind in {"sham", "curve"} else request["set"],
            ticks=bool(request["set"]),
            shuffle=request["shuffle"],
        ),
    )
    switch = Switch(
        learning=kind not in {"control", "flat"},
        loops=program.loops,
        binding=frozenset(site.number for site in program.sites if site.binds),
        published=request.get("published"),
    )
    watch = seeding.Watch()
    if kind == "sham":
        watch.start(request["modules"])
    elif request["trial"]:
        seeding.vary(request["trial"], request["modules"])
    watched = "torch" in request["modules"] and kind not in {"seed", "shuffle"}
    torch = Torch(switch, updates_names=bool(likely)) if watched else None
    ran = _Program(cells, program, switch, watch, mark)
    if request["looks"]:
        ran.looks = switch.observer = CurveSampler(_plan(request, program.sites), ran.namespace)
    failure = ran.run()
    switch.observer = None
    if torch is not None:
        torch.finish()
    updates = [
        *_counted(program.sites, switch, "freeze" if named else "probe"),
        *(_torch_counted(torch, cells) if torch else []),
        *(_set(site) for site in assignments(cells, request["set"])),
    ]
    return {
        "seconds": ran.seconds,
        "values": {} if failure else _measured(request["metrics"], ran.namespace, switch),
        "failure": failure,
        "updates": updates,
        "total": switch.total,
        "peaks": switch.peaks,
        "stopped": switch.stopped,
        "unseeded": watch.unseeded,
        "looks": ran.looks.results() if ran.looks else {},
    }


def _plan(request: dict[str, Any], sites: Sequence[Site]) -> SamplingPlan:
    """Return how to look at a program, by what the sham saw of it.

    `looks` has the `expressions`; `learning`, the updates that are learning, each as how, cell and
    line (none where a constant is set: then the rounds of all loops count); `most`, how often the
    one of them ran that ran most often; `seconds`, the sham's time; for the line below a curve
    `taken`, the places and updates in which the curve was looked at for each expression.
    """
    looks, taken = request["looks"], request["looks"]["taken"]
    if taken is not None:
        taken = {
            expression: {tuple(place): updates for place, updates in look}
            for expression, look in taken.items()
        }
    learning: set[Hashable] = set(map(tuple, looks["learning"]))
    frozen = {site.number for site in sites if ("freeze", site.cell, site.line) in learning}
    return SamplingPlan(
        expressions=looks["expressions"],
        metrics=request["metrics"],
        sites=frozen | learning,
        most=looks["most"],
        seconds=looks["seconds"],
        sampled_at=taken,
    )


def _measured(metrics: list[str], namespace: dict[str, Any], switch: Switch) -> dict[str, Any]:
    """Return the metrics' values, unless measuring trains."""
    before, switch.stop = switch.total, NEVER
    values: dict[str, Any] = json.loads(measure(metrics, namespace))
    if switch.total > before:
        return dict.fromkeys(metrics, asdict(TRAINS))
    return values


def _counted(sites: Sequence[Site], switch: Switch, how: str) -> Iterator[dict[str, Any]]:
    for site in sites:
        yield {
            "how": how,
            "cell": site.cell,
            "line": site.line,
            "text": site.text,
            "name": site.name,
            "count": switch.counts[site.number],
        }


def _torch_counted(torch: Torch, cells: Sequence[str]) -> Iterator[dict[str, Any]]:
    for (how, cell, line), count in sorted(torch.counts.items(), key=lambda x: x[0][1:]):
        lines = cells[cell - 1].split("\n") if 0 < cell <= len(cells) else []
        known = 0 < line <= len(lines)  # code may be called what a cell is called
        yield {
            "how": how,
            "cell": cell if known else 0,
            "line": line if known else 0,
            "text": shorten(lines[line - 1]) if known else "",
            "count": count,
            "used": (how, cell, line) in torch.used,
        }


def _set(site: Site) -> dict[str, Any]:
    return {
        "how": "set",
        "cell": site.cell,
        "line": site.line,
        "text": site.text,
        "name": site.name,
        "count": 1,
    }


class _Program:
    """A post's cells, run one after another in a fresh `__main__`."""

    def __init__(
        self,
        cells: Sequence[str],
        program: Instrumented,
        switch: Switch,
        watch: seeding.Watch,
        mark: Mark,
    ) -> None:
        self.cells, self.program, self.watch, self.mark = cells, program, watch, mark
        self.looks: CurveSampler | None = None
        self.seconds: list[float] = []
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.namespace: dict[str, Any] = module.__dict__
        setattr(builtins, SWITCH, switch)
        builtins.display = lambda *_, **__: None  # type: ignore[attr-defined]  # as Jupyter has it

    def run(self) -> dict[str, Any] | None:
        """Run all cells; return why the program did not end well, or None."""
        for number, (source, tree) in enumerate(
            zip(self.cells, self.program.trees, strict=True), start=1
        ):
            name = remember(number, source)
            start = time.monotonic()
            try:
                self._run_cell(tree, name, number)
            except BaseException as error:  # noqa: BLE001  foreign code may raise anything
                supervision.take_reserve()
                return describe(error)
            self.seconds.append(round(time.monotonic() - start, 3))
            if "matplotlib.pyplot" in sys.modules:  # as Jupyter does
                sys.modules["matplotlib.pyplot"].close("all")
        return None

    def _run_cell(self, tree: ast.Module, name: str, number: int) -> None:
        for statement in tree.body:
            self.mark(number, statement.lineno)
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
            code = compile(ast.Module([statement], []), name, "exec", self.flags, dont_inherit=True)
            if self.looks is not None:
                self.looks.begin()
            with suppress(Enough):  # a statement without end: what follows is evaluated there
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, self.namespace))  # noqa: S307  the author's own code
                else:
                    exec(code, self.namespace)  # noqa: S102  the author's own code
            if self.looks is not None:
                self.looks.end()
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.watch.forget()
            self.watch.record(number, statement.lineno)
