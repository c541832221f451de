"""A post's cells as a trial runs them: one statement after another, in a fresh `__main__`."""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import sys
import time
import types
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from site_tools.analysis.instrument import SWITCH, Instrumented
from site_tools.model.protocol import RaisedException
from site_tools.sandbox import supervision
from site_tools.worker.code_locations import Mark, describe, register_source
from site_tools.worker.curve_sampler import CurveSampler
from site_tools.worker.draws import Watch
from site_tools.worker.update_switch import Enough, Switch


class Program:
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
        self.sampler: CurveSampler | None = None
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
            if self.sampler is not None:
                self.sampler.begin()
            with suppress(Enough):  # this statement would not end; go on with the next
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(eval(code, self.namespace))  # noqa: S307  the author's own code
                else:
                    exec(code, self.namespace)  # noqa: S102  the author's own code
            if self.sampler is not None:
                self.sampler.end()
            if imports:
                self.watch.after_import()
            self.watch.record(number, statement.lineno)
