"""Preloading a package changes nothing for posts that do not import it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from site_tools.running.environment import variables
from site_tools.worker.preloads import MODULES

STATE = """
import asyncio, codecs, decimal, gc, locale, logging, os, signal, sys, threading, warnings
def state():
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "files": sorted(os.listdir("/proc/self/fd")),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "path": sys.path[:],
        "hooks": list(map(repr, [sys.excepthook, sys.displayhook, threading.excepthook,
                                 sys.unraisablehook, warnings.showwarning,
                                 warnings.formatwarning, asyncio.get_event_loop_policy])),
        "signals": {str(s): repr(signal.getsignal(s)) for s in signal.Signals},
        "limits": [sys.getrecursionlimit(), sys.getswitchinterval(), gc.get_threshold()],
        "locale": locale.setlocale(locale.LC_ALL),
        "decimal": repr(decimal.getcontext()),
        "logging": [logging.root.level, repr(logging.root.handlers), repr(logging._srcfile)],
        "streams": [repr(sys.stdout), repr(sys.stderr)],
    }
"""

PRELOADED = """
import json
from site_tools.worker import preloads
preloads.load([preloads.SHELL] if PACKAGE != preloads.SHELL else [])
before, modules, filters = state(), set(sys.modules), warnings.filters[:]
preloads.load([PACKAGE])
after = state()
top = {name.partition(".")[0] for name in set(sys.modules) - modules} | {PACKAGE}
foreign = []
for action, message, kind, module, line in warnings.filters:
    if (action, message, kind, module, line) not in filters and message is None:
        if kind.__module__.partition(".")[0] not in top:
            foreign.append(repr((action, message, kind)))
found = {"before": before, "after": after, "filters": foreign, "imported": PACKAGE in sys.modules}

def in_a_fork(program):
    read_end, write_end = os.pipe()
    if not os.fork():
        answer = {}
        try:
            exec(program, {"answer": answer})
        except BaseException as error:
            answer = repr(error)
        os.write(write_end, json.dumps(answer).encode())
        os._exit(0)
    os.close(write_end)
    with open(read_end) as file:
        return json.load(file)

found |= {name: in_a_fork(program) for name, program in PROGRAMS.items()}
print(json.dumps(found))
"""
"""Each program runs in a fork of the process that has preloaded, as posts do."""

HIDDEN = """
import importlib, sys
from site_tools.worker import preloads
(hidden,) = [f for f in sys.meta_path if isinstance(f, preloads._HiddenModules)]
kept = hidden.modules[{module!r}]
module = importlib.import_module({module!r})
assert module is kept is sys.modules[{module!r}]
assert sys.modules[{package!r}].{child} is kept
assert kept.__spec__.loader is not hidden
assert hidden not in sys.meta_path
"""

GRADIENT = """
import torch
answer["gradient"] = torch.func.grad(lambda p: (p**2).sum())(torch.ones(3)).tolist()
"""

SEEDS = """
import sys
from site_tools.worker import fork_server
executed = []
sys.addaudithook(lambda event, _: executed.append(event) if event == "exec" else None)
fork_server._draw_new_seeds()
answer["executed"] = executed
"""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("preloads")]


def names(package: str) -> str:
    """Return a program that answers with the names of a package."""
    return f"import {package}\nanswer['names'] = sorted(vars({package}))"


def run(code: str) -> tuple[Any, str]:
    """Return what a new process prints, as JSON, and its errors."""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=variables(), check=True, capture_output=True, text=True)
    return json.loads(ran.stdout), ran.stderr


@cache
def preloaded(package: str) -> tuple[Any, str]:
    """Return what a process finds that preloads a package, and its errors."""
    programs = {"names": names(package)}
    for module in MODULES[package]:
        child = module.partition(".")[2]
        programs[module] = HIDDEN.format(package=package, module=module, child=child)
    if package == "torch":
        programs["gradient"] = GRADIENT
    if package == "numpy":
        programs["seeds"] = SEEDS
    return run(f"PACKAGE, PROGRAMS = {package!r}, {programs!r}\n{STATE}{PRELOADED}")


@pytest.mark.parametrize("package", MODULES)
def test_preloading_leaves_the_process_state_unchanged(package: str) -> None:
    found, errors = preloaded(package)
    assert found["after"] == found["before"]
    assert found["imported"]
    assert found["filters"] == []
    assert errors == ""


@pytest.mark.parametrize("package", MODULES)
def test_preloaded_package_has_the_names_of_a_plain_import(package: str) -> None:
    """Otherwise a program that forgets an import would run here and fail as a script."""
    plain, _ = run(f"answer = {{}}\n{names(package)}\nimport json\nprint(json.dumps(answer))")
    assert preloaded(package)[0]["names"] == plain


@pytest.mark.parametrize("module", [m for modules in MODULES.values() for m in modules])
def test_hidden_module_is_executed_once(module: str) -> None:
    """A second copy would lack what its submodules have left in the first."""
    assert preloaded(module.partition(".")[0])[0][module] == {}


def test_gradients_of_functions_work_after_preloading() -> None:
    assert preloaded("torch")[0]["gradient"] == {"gradient": [2.0, 2.0, 2.0]}


def test_new_seeds_import_nothing() -> None:
    """Each process that is forked draws them."""
    assert preloaded("numpy")[0]["seeds"] == {"executed": []}
