"""What happens inside the process of a run: a trial from its first line, and every measuring.

A trial (sham, seed trial, control) is a plain run: the post's cells one after another in a fresh
`__main__`, without a notebook around them. The process is told what to do by a file and answers
with a file. Imports nothing but the standard library and what is as light.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import ctypes
import faulthandler
import inspect
import json
import linecache
import math
import numbers
import os
import signal
import sys
import time
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from site_tools import seeds
from site_tools.control import NEVER, Enough, Switch
from site_tools.instrument import SWITCH, Instrumented, Wanted, instrument
from site_tools.majority import PREFIX, measure_majority
from site_tools.proposals import proposals
from site_tools.torch_control import Torch
from site_tools.updates import Site, assignments, shorten

LONGEST_REPR = 60
"""Characters of a wrong value that a message shows."""

TRAINS = "trains the network, so it changes what it measures"
"""What is wrong with a metric during which updates happen."""

REQUEST, ANSWER, STACK = "request.json", "answer.json", "stack.txt"
"""Files in a trial's folder: what to do, what came of it, where it was when it was killed."""


def main(folder: Path) -> None:
    """Run the trial that a folder describes."""
    with (folder / STACK).open("w", encoding="utf-8") as stack:
        request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        faulthandler.enable(stack)
        faulthandler.dump_traceback_later(request["timeout"], exit=True, file=stack)
        _die_with_parent()
        answer = run_trial(request)
        (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    os._exit(0)  # a thread that the post left behind must not hold us


def _die_with_parent() -> None:
    """Ask Linux to end this process when the one that started it ends, however it ends."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run_trial(request: dict[str, Any]) -> dict[str, Any]:
    """Run a program under a condition, and measure it.

    The request has `cells`, `kind`, `trial`, `freeze`, `tally`, `set`, `shuffle`, `modules` (those
    with generators), `metrics`, and for a control `published`: the updates that the sham counted,
    in all and in each loop.
    """
    kind, cells = request["kind"], request["cells"]
    named = [*request["freeze"], *request["tally"]]
    likely = [site.name for site in proposals(cells)]
    program = instrument(
        cells,
        Wanted(
            freeze=likely if kind == "sham" and not named else request["freeze"],
            tally=request["tally"],
            constants={} if kind == "sham" else request["set"],
            ticks=bool(request["set"]),
            shuffle=request["shuffle"],
        ),
    )
    switch = Switch(
        learning=kind != "control",
        loops=program.loops,
        binding=frozenset(site.number for site in program.sites if site.binds),
        published=request.get("published"),
    )
    watch = seeds.Watch()
    if kind == "sham":
        watch.start(request["modules"])
    else:
        seeds.vary(request["trial"], request["modules"])
    watched = "torch" in request["modules"] and kind in {"sham", "control"}
    torch = Torch(switch, updates_names=bool(likely)) if watched else None
    ran = _Program(cells, program, switch, watch)
    failure = ran.run()
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
    }


def _measured(metrics: list[str], namespace: dict[str, Any], switch: Switch) -> dict[str, Any]:
    """Return the metrics' values, unless measuring trains."""
    before, switch.stop = switch.total, NEVER
    values: dict[str, Any] = json.loads(measure(metrics, namespace))
    if switch.total > before:
        return dict.fromkeys(metrics, TRAINS)
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
        lines = cells[cell - 1].split("\n") if cell else []
        yield {
            "how": how,
            "cell": cell,
            "line": line,
            "text": shorten(lines[line - 1]) if 0 < line <= len(lines) else "",
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
        self, cells: Sequence[str], program: Instrumented, switch: Switch, watch: seeds.Watch
    ) -> None:
        self.cells, self.program, self.watch = cells, program, watch
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
            name = f"<cell {number}>"
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            start = time.monotonic()
            try:
                self._run_cell(tree, name, number)
            except BaseException as error:  # noqa: BLE001  foreign code may raise anything
                return _failure(error)
            self.seconds.append(round(time.monotonic() - start, 3))
            if "matplotlib.pyplot" in sys.modules:  # as Jupyter does
                sys.modules["matplotlib.pyplot"].close("all")
        return None

    def _run_cell(self, tree: ast.Module, name: str, number: int) -> None:
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    self.flags |= getattr(__future__, alias.name).compiler_flag
            code = compile(ast.Module([statement], []), name, "exec", self.flags, dont_inherit=True)
            with suppress(Enough):  # a statement without end: what follows is evaluated there
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, self.namespace))  # noqa: S307  the author's own code
                else:
                    exec(code, self.namespace)  # noqa: S102  the author's own code
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.watch.forget()
            self.watch.look(number, statement.lineno)


def _failure(error: BaseException) -> dict[str, Any]:
    """Return what was raised, and the innermost line of the program that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("<cell ")]
    cell, line = (int(own[-1].filename[6:-1]), own[-1].lineno or 0) if own else (0, 0)
    kinds = [kind.__name__ for kind in type(error).__mro__]
    text = " ".join(str(error).split())
    return {"cell": cell, "line": line, "kinds": kinds, "text": text[:300]}


def measure(metrics: list[str], namespace: dict[str, Any]) -> str:
    """Evaluate metrics in a post's final namespace, and leave everything as it was.

    The random generators of random, numpy and torch are put back. Returns a JSON object: for each
    metric its number (inf and nan are not among them), or a text that says why there is none.
    """
    return json.dumps({metric: _evaluate(metric, namespace) for metric in metrics})


def _evaluate(metric: str, namespace: dict[str, Any]) -> float | str:
    states = seeds.random_states()
    before = _fingerprint(namespace)
    scope = dict(namespace)
    try:
        if metric.startswith(PREFIX):
            return measure_majority(metric, scope)
        value = _number(eval(metric, scope))  # noqa: S307  the author's own expression
    except Exception as error:  # noqa: BLE001  foreign code may raise anything
        return f"raises {type(error).__name__}: {' '.join(str(error).split())}"
    finally:
        seeds.restore(states)
    new = [name for name in scope if name not in namespace or scope[name] is not namespace[name]]
    bound = [name for name in new if not name.startswith("__")]
    if bound:
        return f"binds `{bound[0]}`, so it changes what it measures"
    after = _fingerprint(namespace)
    for name, print_ in before.items():
        if after.get(name) != print_:
            return f"changes `{name}`, so it changes what it measures"
    return value


def _number(value: Any) -> float | str:
    device = getattr(value, "device", "cpu")
    if str(device) != "cpu":
        return f"gives a tensor on the device {device}, not on the CPU"
    shape = tuple(getattr(value, "shape", ()))
    if shape:
        return f"gives an array of shape {shape}, not one number"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        text = repr(value)
        shown = text if len(text) <= LONGEST_REPR else text[: LONGEST_REPR - 1] + "…"
        return f"gives {shown}, not a number"
    if not math.isfinite(value):
        return f"is {float(value)}, not a finite number"
    return float(value)


def _fingerprint(namespace: dict[str, Any]) -> dict[str, object]:
    """Return for each name something that differs when its contents change."""
    return {name: _print_of(value) for name, value in namespace.items() if name[:1] != "_"}


def _print_of(value: Any) -> object:
    try:
        return _contents(value)
    except Exception:  # noqa: BLE001  foreign types may refuse anything
        return None


def _contents(value: Any) -> object:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _print_of_tensor(value)
    if torch is not None and isinstance(value, torch.nn.Module):
        return [_print_of_tensor(tensor) for tensor in value.state_dict().values()]
    if type(value).__module__ == "numpy" and hasattr(value, "tobytes"):
        return crc32(value.tobytes()) if value.dtype != object else value.size
    if isinstance(value, list | tuple | set | frozenset):
        return [id(part) for part in value]
    if isinstance(value, dict):
        return [(id(key), id(part)) for key, part in value.items()]
    return None


def _print_of_tensor(tensor: Any) -> object:
    return crc32(tensor.detach().cpu().numpy().tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
