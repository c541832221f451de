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
import faulthandler
import inspect
import json
import linecache
import math
import numbers
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
from site_tools.control import Enough, Switch, Torch
from site_tools.instrument import SWITCH, Instrumented, instrument
from site_tools.updates import Site, assignments, proposals, shorten

LONGEST_REPR = 60
"""Characters of a wrong value that a message shows."""

REQUEST, ANSWER, STACK = "request.json", "answer.json", "stack.txt"
"""Files in a trial's folder: what to do, what came of it, where it was when it was killed."""


def main(folder: Path) -> None:
    """Run the trial that a folder describes."""
    with (folder / STACK).open("w", encoding="utf-8") as stack:
        request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        faulthandler.enable(stack)
        faulthandler.dump_traceback_later(request["timeout"], exit=True, file=stack)
        answer = run_trial(request)
        faulthandler.cancel_dump_traceback_later()
        faulthandler.disable()
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def run_trial(request: dict[str, Any]) -> dict[str, Any]:
    """Run a program under a condition, and measure it.

    The request has `cells`, `kind`, `trial`, `freeze`, `set`, `shuffle`, `modules` (those with
    generators), `metrics`, and for a control what the sham found: `published`, its updates in all
    and in each loop, and `tallies`, the sites that only count.
    """
    kind, cells = request["kind"], request["cells"]
    probes = [site.name for site in proposals(cells)]
    is_sham = kind == "sham"
    freeze = request["freeze"] or (probes if is_sham and not request["set"] else [])
    constants = {} if is_sham else request["set"]
    program = instrument(cells, freeze, constants, request["shuffle"])
    switch = Switch(
        learning=kind != "control",
        loops=program.loops,
        binding=frozenset(site.number for site in program.sites if site.binds),
        slots=frozenset(site.number for site in program.sites if site.slot),
        steady=frozenset(s.number for s in program.sites if s.tallies and not s.slot),
        tallies=set(request.get("tallies") or ()),
        published=request.get("published"),
    )
    watch = seeds.Watch()
    if is_sham:
        watch.start(request["modules"])
    else:
        seeds.vary(request["trial"], request["modules"])
    uses_torch = "torch" in request["modules"] and kind in {"sham", "control"}
    torch = Torch(switch) if uses_torch and not request["set"] else None
    ran = _Program(cells, program, switch, watch)
    failure = ran.run()
    if torch is not None:
        torch.finish()
    values = {} if failure else json.loads(measure(request["metrics"], ran.namespace))
    how = "freeze" if request["freeze"] else "probe"
    return {
        "seconds": ran.seconds,
        "values": values,
        "failure": failure,
        "updates": [
            *_counted(program.sites, switch, how),
            *_torch_counted(switch, cells),
            *[
                {"how": "set", "cell": site.cell, "line": site.line, "text": site.text, "count": 1}
                for site in assignments(cells, request["set"])
            ],
        ],
        "total": switch.total,
        "peaks": switch.peaks,
        "stopped": switch.stopped,
        "unseeded": watch.unseeded,
    }


def _counted(sites: Sequence[Site], switch: Switch, how: str) -> Iterator[dict[str, Any]]:
    for site in sites:
        yield {
            "how": how,
            "cell": site.cell,
            "line": site.line,
            "text": site.text,
            "name": site.name,
            "count": switch.counts[site.number],
            "tally": site.number in switch.tallies,
        }


def _torch_counted(switch: Switch, cells: Sequence[str]) -> Iterator[dict[str, Any]]:
    for (how, cell, line), count in sorted(switch.torch_counts.items(), key=lambda x: x[0][1:]):
        lines = cells[cell - 1].splitlines() if cell else []
        yield {
            "how": how,
            "cell": cell,
            "line": line,
            "text": shorten(lines[line - 1]) if 0 < line <= len(lines) else "",
            "count": count,
            "by_hand": (how, cell, line) in switch.by_hand,
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
    if type(value).__module__ == "numpy" and hasattr(value, "tobytes"):
        return crc32(value.tobytes()) if value.dtype != object else value.size
    if isinstance(value, list | tuple | set | frozenset):
        return [id(part) for part in value]
    if isinstance(value, dict):
        return [(id(key), id(part)) for key, part in value.items()]
    if not isinstance(value, type) and hasattr(value, "parameters") and hasattr(value, "training"):
        return [_print_of_tensor(tensor) for tensor in value.state_dict().values()]
    if hasattr(value, "_version"):  # a tensor
        return _print_of_tensor(value)
    return None


def _print_of_tensor(tensor: Any) -> object:
    try:
        return crc32(tensor.detach().cpu().numpy().tobytes())
    except Exception:  # noqa: BLE001  a type or a layout that numpy does not have
        return tensor._version  # noqa: SLF001


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
