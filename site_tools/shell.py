"""The published run inside its process: cells → outputs, as a notebook would show them.

The cells run in an IPython shell without a kernel around it. What a kernel sends over a socket,
prints and figures and the value of a last line, is written into a list instead.
"""

from __future__ import annotations

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

from site_tools.capture import Listen, Outputs, Stream
from site_tools.frames import Mark, describe, name_of
from site_tools.measure import measure
from site_tools.outputs import POST_SHOWN_LIMIT, SHOWN_LIMIT, size_of

BACKEND = "module://matplotlib_inline.backend_inline"
"""What draws a post's figures into its outputs."""

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
        self.mark: Mark = lambda _cell, _line: None
        super().__init__(user_module=types.ModuleType("__main__"), **rest)

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        line = next((line for *_, line in code_obj.co_lines() if line), 0)
        self.mark(self.compile.cell, line)
        return bool(await super().run_code(code_obj, result, async_=async_))

    def drain(self) -> None:
        """Take in what was printed past Python."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Stream):
                stream.drain()

    # Errors are told by us, not printed.

    def showtraceback(self, *_: Any, **__: Any) -> None:
        pass

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
    shell.run_cell("None")
    return shell


def run_published(request: dict[str, Any], mark: Mark, listen: Listen) -> dict[str, Any]:
    """Run a post's cells, and measure it.

    The request has `cells` and `metrics`. `mark` is told each line before it runs, and `listen`
    what is printed.
    """
    shell = Shell.instance() if Shell.initialized() else prepare()
    shell.mark = mark
    sys.stdout = Stream("stdout", 1, shell.outputs)
    sys.stderr = Stream("stderr", 2, shell.outputs)
    shell.outputs.listen = listen
    builtins.input = _nobody_answers
    _choose_backend()
    shown: list[tuple[list[dict[str, Any]], int]] = []
    seconds: list[float] = []
    failure = None
    for number, source in enumerate(request["cells"], start=1):
        mark(number, 0)
        shell.compile.cell = number
        start = time.monotonic()
        result = shell.run_cell(source, store_history=True)
        shell.drain()
        printed, outputs = shell.outputs.printed, shell.outputs.take()
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            failure = describe(error)
            break
        seconds.append(round(time.monotonic() - start, 3))
        shown.append((outputs, printed))
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
