"""The published run inside its process: cells → outputs, as a notebook would show them.

The cells run in an IPython shell without a kernel around it. What a kernel sends over a socket,
prints and figures and the value of a last line, is written into a list instead.
"""

from __future__ import annotations

import asyncio
import builtins
import json
import os
import sys
import time
import types
from collections.abc import Iterable
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from site_tools.sandbox import supervision
from site_tools.worker.code_locations import Failed, Mark, describe, name_of
from site_tools.worker.metrics import measure
from site_tools.worker.output_capture import Listen, Outputs, Stream
from site_tools.worker.output_limits import POST_SHOWN_LIMIT, SHOWN_LIMIT, size_of

BACKEND = "module://matplotlib_inline.backend_inline"
"""What draws a post's figures into its outputs."""

MAIN = "Automatically created module for IPython interactive environment"
"""What a notebook finds in `__doc__`."""

FIGURES = {
    "figure_formats": {"svg"},
    "print_figure_kwargs": {"bbox_inches": "tight", "metadata": {"Date": None}},
}
"""How figures are drawn: sharp at every size, and the same bytes each time."""


class _Compiler(CachingCompiler):
    """Names a cell's code by its number, so that tracebacks and warnings point into the post."""

    cell = 0

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:  # noqa: ARG002
        return name_of(self.cell)


class _Publisher(DisplayPublisher):
    """What `display` and `clear_output` write to."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_rest: Any,
    ) -> None:
        self._validate_data(data, metadata)
        name = (transient or {}).get("display_id", "")
        self.shell.drain()
        if update:
            self.shell.outputs.update(data, metadata, name)
        else:
            self.shell.outputs.show("display_data", data, metadata, name)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.drain()
        self.shell.outputs.clear(wait=wait)


class _Hook(DisplayHook):
    """What the value of a cell's last line goes through."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        assert isinstance(self.shell, Shell)  # noqa: S101
        self.shell.drain()
        self.shell.outputs.show("execute_result", format_dict, md_dict)

    def log_output(self, format_dict: Any) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """A shell whose outputs are a list. Build it before a fork: it computes nothing."""

    compile: _Compiler
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    compiler_class = Type(_Compiler)

    def __init__(self, **rest: Any) -> None:
        self.outputs = Outputs()
        self.streams: tuple[Stream, ...] = ()
        self.mark: Mark = lambda _cell, _line: None
        self.told: list[dict[str, Any]] = []
        """What went wrong in the running cell, as IPython would have told it."""
        super().__init__(user_module=types.ModuleType("__main__", MAIN), **rest)

    def run(self, number: int, source: str, loop: asyncio.AbstractEventLoop) -> Failed | None:
        """Run a cell; return why it failed, or None."""
        self.compile.cell = number
        self.told.clear()
        self.mark(number, 0)
        try:
            result = loop.run_until_complete(self._run(number, source))
        except BaseException as error:  # noqa: BLE001  a task of the post has ended the loop
            supervision.take_reserve()
            return describe(error)
        self.drain()
        if self.told:
            return self.told[0]
        raised = result.error_before_exec or result.error_in_exec
        return describe(raised) if raised else None

    async def _run(self, number: int, source: str) -> Any:
        """Run a cell as a kernel does: while the loop runs, whether the cell awaits or not."""
        try:
            cell, problem = self.transform_cell(source), None
        except Exception:  # noqa: BLE001  it is told like any other
            cell, problem = source, sys.exc_info()
        result = await self.run_cell_async(
            source, store_history=True, transformed_cell=cell, preprocessing_exc_tuple=problem
        )
        self.mark(number, 0)
        self.events.trigger("post_execute")  # draws the figures
        self.events.trigger("post_run_cell", result)
        return result

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        line = next((line for *_, line in code_obj.co_lines() if line), 0)
        self.mark(self.compile.cell, line)
        return bool(await super().run_code(code_obj, result, async_=async_))

    def drain(self) -> None:
        """Take in what was printed past Python."""
        for stream in self.streams:
            stream.drain()

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """Note an error, also one that IPython goes on after: of a `__repr__`, of a figure."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if error is not None:
            supervision.take_reserve()
            self.told.append(describe(error, caught_in=sys._getframe()))  # noqa: SLF001

    # Errors are told by us, not printed.

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass

    def showindentationerror(self) -> None:
        pass

    def ask_exit(self) -> None:
        raise SystemExit

    # Kernels have none of these either.

    def init_io(self) -> None:
        pass

    def init_virtualenv(self) -> None:
        pass


def prepare() -> Shell:
    """Build the shell of this process, and have everything imported that a first cell needs."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InlineBackend.update(FIGURES)
    shell: Shell = Shell.instance(config=config)
    shell.run_cell("None")  # and what that imports
    return shell


def run_published(request: dict[str, Any], mark: Mark, listen: Listen) -> dict[str, Any]:
    """Run a post's cells, and measure it.

    The request has `cells` and `metrics`. `mark` is told each line before it runs, and `listen`
    what is printed.
    """
    shell = Shell.instance() if Shell.initialized() else prepare()
    shell.mark = mark
    shell.streams = Stream("stdout", 1, shell.outputs), Stream("stderr", 2, shell.outputs)
    sys.stdout, sys.stderr = shell.streams
    shell.outputs.listen = listen
    builtins.input = _nobody_answers
    _choose_backend()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    shown: list[tuple[list[dict[str, Any]], int]] = []
    seconds: list[float] = []
    failure = None
    for number, source in enumerate(request["cells"], start=1):
        start = time.monotonic()
        failure = shell.run(number, source, loop)
        if failure:
            break
        seconds.append(round(time.monotonic() - start, 3))
        shown.append(shell.outputs.take())
    if not failure:
        mark(0, 0)
    values = {} if failure else json.loads(measure(request["metrics"], shell.user_ns))
    return {"cells": _told(shown), "seconds": seconds, "values": values, "failure": failure}


def _told(shown: Iterable[tuple[list[dict[str, Any]], int]]) -> list[dict[str, Any]]:
    """Return what is told of each cell; of a cell that shows too much only how much."""
    told, left = [], POST_SHOWN_LIMIT
    for outputs, printed in shown:
        size = size_of(outputs)
        left -= size
        fits = size <= SHOWN_LIMIT and left >= 0
        told.append({"outputs": outputs if fits else [], "printed": printed, "size": size})
    return told


def _nobody_answers(prompt: object = "", /) -> str:
    raise StdinNotImplementedError(str(prompt))


def _choose_backend() -> None:
    """Have figures drawn into the outputs, also if matplotlib was imported before the fork."""
    os.environ["MPLBACKEND"] = BACKEND
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = BACKEND
