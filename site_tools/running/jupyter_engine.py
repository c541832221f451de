"""The reference engine: runs each published run in a stock Jupyter kernel, driven by nbclient.

The code reaches the kernel verbatim. Only its surroundings are controlled: the environment (one
thread, a fixed hash seed, its own folder), the order, the time limit, and one silent request after
the last cell that evaluates the metrics and leaves no trace in the notebook. Trials are not
notebooks; the spawn engine runs them.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from ipykernel.compiler import get_file_name
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, DeadKernelError

from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.protocol import KERNEL_LOG_FILE, TEMPORARY_FOLDER, WORK_FOLDER
from site_tools.model.run import Failure, Run
from site_tools.model.source import RAISES
from site_tools.model.terminal_text import plain
from site_tools.model.text import cut
from site_tools.running import spawn_engine
from site_tools.running.answer_schema import Measured, parse_measured, parse_outputs
from site_tools.running.environment import new_run, variables
from site_tools.running.failures import exited, not_raised, raised, timed_out, unfit_output
from site_tools.running.job_directory import PrintListener, job_directory, request_of
from site_tools.running.kernel_client import KernelClient, new_context
from site_tools.running.limits import Limits
from site_tools.worker.code_locations import LONGEST_TEXT
from site_tools.worker.notebook_run import BACKEND, FIGURES
from site_tools.worker.output_limits import CellOutputs, shown_by_kernel, trim

ALIVE_SECONDS = 1.0
"""Interval at which a kernel that evaluates metrics is checked to be alive."""

GRACE_SECONDS = 2.0
"""How long an interrupted kernel may take to send a traceback."""

LONGEST_SOCKET_PATH = 90
"""Bytes of a folder's path below which sockets fit in it: a socket's path has at most 107 bytes."""

_NEVER_MEANT = {"SystemExit", "KeyboardInterrupt", "GeneratorExit", "MemoryError"}
"""Exceptions that end a run also in a cell that is meant to raise."""

_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")


class Engine(spawn_engine.Engine):
    """Runs each published run in a kernel; trials, and runs on a GPU, in a new interpreter."""

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job in a new process, a published one in a kernel."""
        if job.condition.kind != "published" or job.device == "gpu":
            return await super().run(job, limits)
        self.number += 1
        folder = self.folder / str(self.number)
        if "network" in limits.sandbox and not _fits(folder):
            what = f"{folder}: this path is too long for the sockets of a confined kernel."
            raise BadProject(f"{what} Set `TMPDIR` to a shorter path.")
        request = request_of(job, limits, listen=False)
        with job_directory(folder, request, job.post.data):
            return await _run(job, folder, limits, self.on_print)


@dataclass
class _Record:
    """The results of a run so far."""

    post: Post
    seconds: list[float] = field(default_factory=list)
    measured: Measured = field(default_factory=lambda: Measured({}, {}))
    failure: Failure | None = None

    @property
    def cell(self) -> int:
        """Return the number of the running cell, from 1; 0 when all have run."""
        return (len(self.seconds) + 1) % (len(self.post.code_cells) + 1)

    def place(self, traceback: str) -> tuple[int, int]:
        """Return the innermost cell and line of the post that a traceback names."""
        frames = [(int(cell), int(line)) for cell, line in _FRAME.findall(traceback)]
        known = [(cell, line) for cell, line in frames if self.post.has_line(cell, line)]
        return known[-1] if known else (self.cell, 0)


async def _run(job: Job, folder: Path, limits: Limits, on_print: PrintListener | None) -> Run:
    record = _Record(job.post)
    client = _client(job.post, folder)
    if on_print:
        client.on_cell_executed = lambda cell, **_: [
            on_print(job, output["text"]) for output in cell.outputs if "text" in output
        ]
    try:
        async with _kernel(client, folder, job.device):
            await _run_cells(client, job, record, limits)
    except _NoKernel as error:
        what = f"no fault of the post, but its kernel did not start: {error}."
        record.failure = Failure(1, 0, what, "Fix this and run again.", repeatable=False)
    except Exception as error:  # noqa: BLE001  one post never takes the others down
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        what = f"this cell cannot be run: {why}."
        remedy = "Run it in Jupyter to see more."
        record.failure = Failure(record.cell, 0, what, remedy, repeatable=False)
    shown = _shown(client, job.post, len(record.seconds))
    if shown is None:
        what = "the kernel reported outputs that no notebook can hold."
        record.failure = Failure(1, 0, what, "Show results with `print` or `display`.")
        shown = []
    return replace(
        new_run(job),
        outputs=trim(shown),
        values=record.measured.values,
        texts=record.measured.texts,
        seconds=tuple(round(seconds, 3) for seconds in record.seconds),
        failure=record.failure or not_raised(job, shown) or unfit_output(shown),
    )


class _NoKernel(Exception):
    """A kernel did not start; the text says why."""


@asynccontextmanager
async def _kernel(client: Any, folder: Path, device: str) -> AsyncIterator[None]:
    """Start a kernel, and stop it in any case; raises _NoKernel.

    nbclient's own context manager handles Ctrl-C itself and carries on, so it is not used.
    """
    manager = client.km  # the client drops its reference when the start fails
    errors = folder / KERNEL_LOG_FILE
    environment = {**variables(device), "MPLBACKEND": BACKEND}
    try:
        try:
            with errors.open("wb") as file:
                await client.async_start_new_kernel(env=environment, stdout=file, stderr=file)
            await client.async_start_new_kernel_client()
        except Exception as error:  # noqa: BLE001  each part of Jupyter has its own exceptions
            lines = [str(error), *errors.read_text(encoding="utf-8", errors="replace").splitlines()]
            raise _NoKernel([line.strip() for line in lines if line.strip()][-1]) from None
        yield
    finally:
        if client.kc:
            client.kc.stop_channels()
        with suppress(RuntimeError):  # no kernel was started
            await manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


def _client(post: Post, folder: Path) -> Any:
    """Return a client whose kernel runs in this interpreter, whatever kernels are installed."""
    argv = [sys.executable, "-m", "site_tools.worker.jupyter_kernel", str(folder)]
    specs = _Specs(kernel_dirs=[])
    specs.argv = [*argv, "-f", "{connection_file}"]
    manager = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=specs, context=new_context()
    )
    # Another build could take a port between its choice and its use, but not a socket file.
    if _fits(folder):
        manager.transport = "ipc"
        manager.ip = str(folder / "kernel")
    manager.connection_file = str(folder / "kernel.json")
    profile = folder / TEMPORARY_FOLDER / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(_CONFIG, encoding="utf-8")
    cells = [
        nbformat.v4.new_code_cell(cell.source, metadata={"tags": sorted(cell.tags & {RAISES})})
        for cell in post.code_cells
    ]
    return KernelClient(
        nbformat.v4.new_notebook(cells=cells),
        km=manager,
        timeout=None,
        resources={"metadata": {"path": str(folder / WORK_FOLDER)}},
    )


def _fits(folder: Path) -> bool:
    """Return whether the path of a folder is short enough for sockets in it."""
    return os.name == "posix" and len(os.fsencode(folder)) < LONGEST_SOCKET_PATH


_CONFIG = (
    "".join(f"c.InlineBackend.{name} = {value!r}\n" for name, value in FIGURES.items())
    + "c.HistoryManager.enabled = False\n"
)


class _Specs(KernelSpecManager):
    """Provides one kernel: ours."""

    argv: Sequence[str] = ()

    def get_kernel_spec(self, _name: str) -> KernelSpec:
        return KernelSpec(argv=list(self.argv), display_name="Python", language="python")


async def _run_cells(client: Any, job: Job, record: _Record, limits: Limits) -> None:
    clock = asyncio.timeout(limits.timeout)
    try:
        async with clock:
            for index, cell in enumerate(client.nb.cells):
                await _run_cell(client, record, index, cell)
            if job.metrics or job.texts:
                record.measured = await _measure(client, job)
    except TimeoutError:
        await _interrupted(client, record, limits)
    except CellExecutionError as error:
        _raised(record, error, limits)
    except DeadKernelError:  # nbclient raises this for a cancelled cell too
        if clock.expired():
            await _interrupted(client, record, limits)
        else:
            await _died(client, record, limits)


async def _run_cell(client: Any, record: _Record, index: int, cell: Any) -> None:
    start = time.monotonic()
    try:
        await client.async_execute_cell(cell, index)
    except CellExecutionError as error:
        raise _first_error(cell) or error from None
    hidden = _first_error(cell)
    if hidden and (RAISES not in cell.metadata.tags or hidden.ename in _NEVER_MEANT):
        raise hidden
    record.seconds.append(time.monotonic() - start)


def _first_error(cell: Any) -> CellExecutionError | None:
    """Return the first error in a cell's outputs: a kernel continues after one in a `__repr__`."""
    for output in cell.outputs:
        if output["output_type"] == "error":
            traceback = "\n".join(output["traceback"])
            return CellExecutionError(traceback, output["ename"], output["evalue"])
    return None


def _shown(client: Any, post: Post, count: int) -> list[CellOutputs] | None:
    """Return the outputs of the first cells, at the end: later cells can update them.

    The post can make its kernel send anything; returns None for what is not valid.
    """
    outputs = parse_outputs([cell.outputs for cell in client.nb.cells[:count]])
    if outputs is None or client.too_much:
        return None
    numbered = enumerate(post.sources, start=1)
    files = {Path(get_file_name(source)).stem: number for number, source in numbered}
    return [shown_by_kernel(cell, files, client.lost[i]) for i, cell in enumerate(outputs)]


async def _measure(client: Any, job: Job) -> Measured:
    """Evaluate the metrics, and the expressions of the prose, in the kernel by a silent request."""
    metrics, texts = list(job.metrics), list(job.texts)
    module = "__import__('site_tools.worker.baselines', fromlist=['measure_all'])"
    ask = f"{module}.measure_all({metrics!r}, {texts!r}, globals(), {job.post.sources!r})"
    asked = asyncio.ensure_future(
        client.kc.execute_interactive(
            "",
            silent=True,
            store_history=False,
            user_expressions={"values": ask},
            output_hook=lambda _message: None,
        )
    )
    try:
        while not (await asyncio.wait([asked], timeout=ALIVE_SECONDS))[0]:
            if not await client.km.is_alive():
                raise DeadKernelError
    finally:
        asked.cancel()
    reply = asked.result()
    answer = reply["content"]["user_expressions"]["values"]
    if answer["status"] == "error":
        text = f"cannot be evaluated: {answer['ename']}: {answer['evalue']}"
        fault = MetricFault("raises", text)
        return Measured(dict.fromkeys(metrics, fault), dict.fromkeys(texts, fault))
    text = str(ast.literal_eval(answer["data"]["text/plain"]))
    measured = parse_measured(text, metrics, texts)
    if measured is None:
        raise ValueError("the kernel's answer does not have the values of the metrics")
    return measured


async def _interrupted(client: Any, record: _Record, limits: Limits) -> None:
    """Interrupt a kernel at its time limit, and record where it was."""
    traceback = ""
    with suppress(Exception):  # the kernel may be dead, or not respond
        await client.km.interrupt_kernel()
        async with asyncio.timeout(GRACE_SECONDS):
            while not traceback:
                message = await client.kc.get_iopub_msg()
                if message["msg_type"] == "error":
                    traceback = plain("\n".join(message["content"]["traceback"]))
    record.failure = timed_out(record.place(traceback), limits, traceback)


def _raised(record: _Record, error: CellExecutionError, limits: Limits) -> None:
    traceback, text = plain(error.traceback), " ".join(plain(error.evalue).split())
    place = record.place(traceback)
    kind, text = cut(str(error.ename), LONGEST_TEXT), cut(text, LONGEST_TEXT)
    record.failure = raised(place, _kinds(kind), text, limits, traceback)


def _kinds(name: str) -> list[str]:
    """Return the names of an exception's class and of those above it, as far as they are known.

    A kernel names the class alone.
    """
    known = getattr(builtins, name, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        return [one.__name__ for one in known.__mro__]
    return [name]


async def _died(client: Any, record: _Record, limits: Limits) -> None:
    code = await client.km.provisioner.poll() if client.km.provisioner else None
    record.failure = exited(record.post, (record.cell, 0), code, limits)
