"""Preloading a package changes nothing for posts that do not import it."""

from __future__ import annotations

import json
import subprocess
import sys

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

pytestmark = [pytest.mark.slow]


@pytest.mark.parametrize("package", MODULES)
def test_preloading_leaves_the_process_state_unchanged(package: str) -> None:
    code = f"""{STATE}
import json
from site_tools.worker import preloads
preloads.load([preloads.SHELL] if {package != "site_tools.worker.notebook_run"} else [])
before, modules, filters = state(), set(sys.modules), warnings.filters[:]
preloads.load([{package!r}])
top = {{name.partition(".")[0] for name in set(sys.modules) - modules}} | {{{package!r}}}
for action, message, kind, module, line in warnings.filters:
    if (action, message, kind, module, line) not in filters:
        owner = kind.__module__.partition(".")[0]
        assert owner in top or message is not None, (action, message, kind)
print(json.dumps([before, state(), {package!r} in sys.modules]))
"""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=variables(), check=True, capture_output=True, text=True)
    before, after, imported = json.loads(ran.stdout)
    assert after == before
    assert imported
    assert ran.stderr == ""


@pytest.mark.parametrize("package", MODULES)
def test_preloaded_package_has_the_names_of_a_plain_import(package: str) -> None:
    """Otherwise a program that forgets an import would run here and fail as a script."""

    def names(prepare: str) -> list[str]:
        code = f"import json, {package}\nprint(json.dumps(sorted(vars({package}))))"
        command = [sys.executable, "-c", f"{prepare}\n{code}"]
        ran = subprocess.run(command, env=variables(), check=True, capture_output=True, text=True)
        return list(json.loads(ran.stdout))

    preloaded = names(f"from site_tools.worker import preloads\npreloads.load([{package!r}])")
    assert preloaded == names("")


@pytest.mark.parametrize("module", [m for modules in MODULES.values() for m in modules])
def test_hidden_module_is_executed_once(module: str) -> None:
    """A second copy would lack what its submodules have left in the first."""
    package, _, child = module.partition(".")
    code = f"""
import importlib, sys
from site_tools.worker import preloads
preloads.load([{package!r}])
(hidden,) = [f for f in sys.meta_path if isinstance(f, preloads._HiddenModules)]
kept = hidden.modules[{module!r}]
module = importlib.import_module({module!r})
assert module is kept is sys.modules[{module!r}]
assert sys.modules[{package!r}].{child} is kept
assert kept.__spec__.loader is not hidden
assert hidden not in sys.meta_path
"""
    subprocess.run([sys.executable, "-c", code], env=variables(), check=True)


def test_gradients_of_functions_work_after_preloading() -> None:
    code = """
from site_tools.worker import preloads
preloads.load(["torch"])
import torch
print(torch.func.grad(lambda p: (p**2).sum())(torch.ones(3)).tolist())
"""
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=variables(), check=True, capture_output=True, text=True)
    assert ran.stdout == "[2.0, 2.0, 2.0]\n"
