"""The reference engine: one stock Jupyter kernel a post, driven by nbclient.

The code reaches the kernel verbatim. What we arrange stands around it: the environment (one
thread, a fixed hash seed, an own folder), the order, the clock, and one question after the last
cell, asked as a silent request that leaves no trace in the notebook.
"""

from __future__ import annotations

import ast
import asyncio
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from site_tools.engines.outputs import tidy
from site_tools.engines.surroundings import begun, raised, variables
from site_tools.plan import Job
from site_tools.post import Failure, Output, Post, Run
from site_tools.terminal import plain

ALIVE_SECONDS = 1.0
"""How often we look whether a process that measures is still there."""

GRACE_SECONDS = 2.0
"""How long an interrupted post may take to say where it was."""

LONGEST_SOCKET_PATH = 80
"""Bytes of a folder's path that leave room for a socket's name: the system allows about 100."""

_FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")
_IPYTHON_CONFIG = """\
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.HistoryManager.enabled = False
"""


@dataclass
class _Record:
    """What is known of a run while it goes on."""

    post: Post
    seconds: list[float] = field(default_factory=list)
    outputs: list[tuple[Output, ...]] = field(default_factory=list)
    values: Mapping[str, float | str] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def cell(self) -> int:
        """Return the cell that is running, counted from 1; 0 when all have run."""
        return (len(self.seconds) + 1) % (len(self.post.code_cells) + 1)

    def fail(self, what: str, remedy: str = "", *, traceback: str = "", stable: bool) -> None:
        """Note why the run ended, at the innermost line of the post that the traceback names."""
        frames = [(int(cell), int(line)) for cell, line in _FRAME.findall(traceback)]
        known = [(cell, line) for cell, line in frames if self._has(cell, line)]
        cell, line = known[-1] if known else (self.cell, 0)
        self.failure = Failure(cell, line, what, remedy, traceback, repeatable=stable)

    def _has(self, cell: int, line: int) -> bool:
        cells = self.post.code_cells
        return 1 <= cell <= len(cells) and 1 <= line <= len(cells[cell - 1].lines)


async def run(job: Job, timeout: float) -> Run:  # noqa: ASYNC109
    """Run a post in a fresh kernel, for at most `timeout` seconds."""
    record = _Record(job.post)
    with TemporaryDirectory(prefix="elevenlines-", ignore_cleanup_errors=True) as folder:
        client = _client(job.post, Path(folder))
        try:
            async with _kernel(client, _environment(Path(folder))):
                await _run_cells(client, job, record, timeout)
        except Exception as error:  # noqa: BLE001  one post never takes the others down
            why = f"{type(error).__name__}: {error}".splitlines()[0]
            record.fail(
                f"this cell cannot be run: {why}.", "Run it in Jupyter to see more.", stable=False
            )
    return replace(
        begun(job),
        outputs=tuple(record.outputs),
        values=record.values,
        seconds=tuple(round(seconds, 3) for seconds in record.seconds),
        failure=record.failure,
    )


@asynccontextmanager
async def _kernel(client: Any, environment: dict[str, str]) -> AsyncIterator[None]:
    """Start a kernel, and stop it whatever happens.

    nbclient has a function for this, which takes Ctrl-C for itself and carries on.
    """
    manager = client.km
    await client.async_start_new_kernel(env=environment)
    try:
        await client.async_start_new_kernel_client()
        yield
    finally:
        if client.kc:
            client.kc.stop_channels()
        await manager.shutdown_kernel(now=True)


def _client(post: Post, folder: Path) -> Any:
    """Return a client whose kernel is our own interpreter's, whatever else is installed."""
    specs = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    # A socket file cannot be taken by another build, a port can.
    if os.name == "posix" and len(os.fsencode(folder)) < LONGEST_SOCKET_PATH:
        manager.transport = "ipc"
        manager.ip = str(folder / "kernel")
    manager.connection_file = str(folder / "kernel.json")
    work = folder / "work"
    work.mkdir()
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(_IPYTHON_CONFIG, encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(cell.source) for cell in post.code_cells]
    return NotebookClient(
        nbformat.v4.new_notebook(cells=cells),
        km=manager,
        timeout=None,
        resources={"metadata": {"path": str(work)}},
    )


def _environment(folder: Path) -> dict[str, str]:
    return {
        **variables(folder),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(folder / "ipython"),
    }


async def _run_cells(client: Any, job: Job, record: _Record, timeout: float) -> None:  # noqa: ASYNC109
    clock = asyncio.timeout(timeout)
    try:
        async with clock:
            for index, cell in enumerate(client.nb.cells):
                await _run_cell(client, record, index, cell)
            if job.metrics:
                record.values = await _measure(client, job.metrics)
    except TimeoutError:
        await _interrupted(client, record, timeout)
    except CellExecutionError as error:
        _raised(record, error)
    except DeadKernelError:  # nbclient's word for a cancelled cell as well
        if clock.expired():
            await _interrupted(client, record, timeout)
        else:
            await _died(client, record)


async def _run_cell(client: Any, record: _Record, index: int, cell: Any) -> None:
    folder = Path(client.resources["metadata"]["path"]).parent
    start = time.monotonic()
    await client.async_execute_cell(cell, index)
    record.seconds.append(time.monotonic() - start)
    record.outputs.append(tuple(tidy(cell.outputs, record.post, folder)))


async def _measure(client: Any, metrics: Sequence[str]) -> dict[str, float | str]:
    """Ask the kernel for the metrics, silently."""
    module = "__import__('site_tools.child', fromlist=['measure'])"
    ask = f"{module}.measure({list(metrics)!r}, globals())"
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
        fault = f"cannot be evaluated: {answer['ename']}: {answer['evalue']}"
        return dict.fromkeys(metrics, fault)
    return dict(json.loads(ast.literal_eval(answer["data"]["text/plain"])))


async def _interrupted(client: Any, record: _Record, timeout: float) -> None:  # noqa: ASYNC109
    """Ask a post whose time is up where it is, and note it."""
    traceback = ""
    with suppress(Exception):  # a dead or deaf kernel has nothing to say
        await client.km.interrupt_kernel()
        async with asyncio.timeout(GRACE_SECONDS):
            while not traceback:
                message = await client.kc.get_iopub_msg()
                if message["msg_type"] == "error":
                    traceback = plain("\n".join(message["content"]["traceback"]))
    remedy = "Make it faster, or allow more with `--timeout SECONDS`."
    record.fail(f"still running after {timeout:g} s.", remedy, traceback=traceback, stable=False)


def _raised(record: _Record, error: CellExecutionError) -> None:
    what, remedy, stable = raised(error.ename, " ".join(plain(error.evalue).split()))
    record.fail(what, remedy, traceback=plain(error.traceback), stable=stable)


async def _died(client: Any, record: _Record) -> None:
    code = await client.km.provisioner.poll() if client.km.provisioner else None
    thing = "this cell" if record.cell else "the metric"
    how = "ended the process"
    if code is not None and code < 0:
        how = f"was killed by {signal.Signals(-code).name}"
    elif code is not None:
        how = f"ended the process with exit code {code}"
    remedy = "A post must run to its end: no `exit()`, and no more memory than there is."
    record.fail(f"{thing} {how}.", remedy, stable=False)
