"""The published run inside its process: cells → outputs, as a notebook would show them.

The cells run in an IPython shell without a kernel. What a kernel would send over a socket (prints,
figures, the value of a cell's last line) is collected in a list instead.
"""

from __future__ import annotations

import asyncio
import builtins
import json
import os
import sys
import time
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from site_tools.model.protocol import CellOutputs, JobAnswer, JobRequest, RaisedException
from site_tools.sandbox import supervision
from site_tools.worker.baselines import measure_all
from site_tools.worker.code_locations import Mark, describe, name_of
from site_tools.worker.local_modules import start
from site_tools.worker.output_capture import Listen, Outputs, Stream
from site_tools.worker.output_limits import POST_SHOWN_LIMIT, SHOWN_LIMIT, largest_of, size_of

BACKEND = "module://matplotlib_inline.backend_inline"
"""The matplotlib backend that turns figures into outputs."""

MAIN = "Automatically created module for IPython interactive environment"
"""The docstring of `__main__` in a notebook."""

FIGURES = {
    "figure_formats": {"svg"},
    "print_figure_kwargs": {"bbox_inches": "tight", "metadata": {"Date": None}},
}
"""SVG is sharp at every size; without a date, equal figures are equal bytes."""


class _Compiler(CachingCompiler):
    """Compiles a cell under its number, so that tracebacks and warnings point into the post."""

    cell = 0

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:  # noqa: ARG002
        return name_of(self.cell)


class _Publisher(DisplayPublisher):
    """Receives what `display` and `clear_output` send."""

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
    """Receives the value of a cell's last line."""

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
    """A shell that collects outputs in a list. Build it before a fork: it starts no thread."""

    compile: _Compiler
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    compiler_class = Type(_Compiler)

    def __init__(self, **rest: Any) -> None:
        self.outputs = Outputs()
        self.streams: tuple[Stream, ...] = ()
        self.mark: Mark = lambda _cell, _line: None
        self.errors: list[RaisedException] = []
        """The errors of the running cell for which IPython would have printed a traceback."""
        super().__init__(user_module=types.ModuleType("__main__", MAIN), **rest)

    def run(
        self, number: int, source: str, loop: asyncio.AbstractEventLoop
    ) -> RaisedException | None:
        """Run a cell; return the exception that it raised, or None."""
        self.compile.cell = number
        self.errors.clear()
        self.mark(number, 0)
        try:
            result = loop.run_until_complete(self._run(number, source))
        except BaseException as error:  # noqa: BLE001  a task of the post has ended the loop
            supervision.release_memory_reserve()
            return describe(error)
        self.drain()
        if self.errors:
            return self.errors[0]
        raised = result.error_before_exec or result.error_in_exec
        return describe(raised) if raised else None

    async def _run(self, number: int, source: str) -> Any:
        """Run a cell as a kernel does: inside a running event loop, even if it awaits nothing."""
        try:
            cell, problem = self.transform_cell(source), None
        except Exception:  # noqa: BLE001  `run_cell_async` reports it
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
        """Collect what was written to the file descriptors directly."""
        for stream in self.streams:
            stream.drain()

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """Record an error, also one after which IPython continues: in a `__repr__` or a figure."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if error is not None:
            supervision.release_memory_reserve()
            self.errors.append(describe(error, caught_in=sys._getframe()))  # noqa: SLF001

    # Errors are reported in the answer, not printed.

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass

    def showindentationerror(self) -> None:
        pass

    def ask_exit(self) -> None:
        raise SystemExit

    # A kernel skips these steps too.

    def init_io(self) -> None:
        pass

    def init_virtualenv(self) -> None:
        pass


def prepare() -> Shell:
    """Build the shell of this process, and import everything that the first cell needs."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InlineBackend.update(FIGURES)
    shell: Shell = Shell.instance(config=config)
    shell.run_cell("None")  # imports modules on first use
    return shell


def run_published(request: JobRequest, mark: Mark, listen: Listen) -> JobAnswer:
    """Run a post's cells, and evaluate its metrics.

    `mark` is called before each line runs, `listen` with each text that is printed.
    """
    shell = Shell.instance() if Shell.initialized() else prepare()
    shell.mark = mark
    modules = start(request.launch, request.cells, shell.user_ns)
    shell.streams = Stream("stdout", 1, shell.outputs), Stream("stderr", 2, shell.outputs)
    sys.stdout, sys.stderr = shell.streams
    shell.outputs.listen = listen
    builtins.input = _refuse_input
    _choose_backend()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    shown: list[tuple[Sequence[Mapping[str, Any]], int]] = []
    seconds: list[float] = []
    failure = None
    for number, source in enumerate(request.cells, start=1):
        began = time.monotonic()
        failure = None if number in modules else shell.run(number, source, loop)
        if request.launch and failure and failure.ends_well:
            failure = None
        if failure and number in request.raising and failure.may_be_meant:
            shell.outputs.fail(failure.kinds[0], failure.text)
            failure = None
        if failure:
            break
        seconds.append(round(time.monotonic() - began, 3))
        shown.append(shell.outputs.take())
    if not failure:
        mark(0, 0)
    measured: dict[str, dict[str, Any]] = {"values": {}, "texts": {}}
    if not failure:
        asked = request.metrics, request.texts
        measured = json.loads(measure_all(*asked, shell.user_ns, request.cells))
    values, texts = measured["values"], measured["texts"]
    return JobAnswer(seconds, values, failure, cells=_limited(shown), texts=texts)


def _limited(shown: Iterable[tuple[Sequence[Mapping[str, Any]], int]]) -> list[CellOutputs]:
    """Return the outputs of each cell; for a cell that shows too much only their size."""
    cells, left = [], POST_SHOWN_LIMIT
    for outputs, printed in shown:
        size = size_of(outputs)
        left -= size
        fits = size <= SHOWN_LIMIT and left >= 0
        cells.append(CellOutputs(outputs if fits else [], printed, size, largest_of(outputs)))
    return cells


def _refuse_input(prompt: object = "", /) -> str:
    raise StdinNotImplementedError(str(prompt))


def _choose_backend() -> None:
    """Draw figures into the outputs, also if matplotlib was imported before the fork."""
    os.environ["MPLBACKEND"] = BACKEND
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = BACKEND
