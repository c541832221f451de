"""The engines that there are. To add one, write a module with a class `Engine`, and add it here.

The command line reads their names, so this imports as little as possible.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_tools.model.errors import BadProject

if TYPE_CHECKING:
    from site_tools.running.engine import Engine
    from site_tools.running.job_directory import PrintListener
    from site_tools.running.options import Options


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine that can be asked for."""

    module: str
    """The module of this package with its class `Engine`."""
    help: str
    """What it does, for `--help`."""
    extra: str = ""
    """The optional dependencies of this project that it needs."""


ENGINES = {
    "warm": Kind(
        "fork_engine",
        "fork each run from a process that has imported the packages (default on Linux)",
    ),
    "fresh": Kind("spawn_engine", "start Python for each run"),
    "jupyter": Kind(
        "jupyter_engine", "run each published post in a Jupyter kernel (default elsewhere)"
    ),
    "dask": Kind("dask_engine", "on the workers of a cluster", extra="cluster"),
}
"""By the value of `--engine`."""

DEFAULT = "warm" if sys.platform == "linux" else "jupyter"
"""The fastest safe engine: on macOS a process that has loaded Apple's libraries cannot fork."""


def new_engine(options: Options, on_print: PrintListener | None = None) -> Engine:
    """Return the engine of these options; raises BadProject if its packages are missing."""
    name = options.engine or DEFAULT
    kind = ENGINES[name]
    try:
        module = importlib.import_module(f"site_tools.running.{kind.module}")
    except ImportError:
        if not kind.extra:
            raise
        what = f"`--engine {name}` needs packages more."
        raise BadProject(f'{what} `pip install "elevenlines[{kind.extra}]"`.') from None
    engine: Callable[[Options, PrintListener | None], Engine] = module.Engine
    return engine(options, on_print)
