"""The cost of running posts: the engines of this project, stock nbclient, and `python post.py`.

Each method runs the same twelve posts without a cache, in alternation; ratios are relative to the
scripts run one after another. `ran` counts the posts that succeeded. Memory is the peak of the sum
over all processes of a method, with shared pages counted once (PSS), in a separate round, because
measuring it takes time. The last lines give the cost of a trivial post and of a run with nothing to
do.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

from benchmarks.corpus import PROGRAMS, write_corpus, write_trivial

ROUNDS = 3
WORKERS = 2
TRIVIAL = 1_000
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ENVIRONMENT = {**os.environ, **THREADS}
KERNEL = """\
import sys
sys.modules["rfc3987_syntax"] = None  # as cli.py does: saves a second of imports
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
"""


@dataclass(frozen=True)
class Cost:
    """The cost of running posts."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processes, user and system time."""
    ran: int
    """Posts that succeeded."""


Method = Callable[[Path], int]
"""Runs the posts of a folder; returns how many succeeded."""


def scripts(folder: Path) -> int:
    """Run each post as a script, one after another."""
    return sum(_ends_well([sys.executable, str(path)], "agg") for path in _files(folder, "py"))


def kernels(folder: Path) -> int:
    """Run each post as a notebook in a stock kernel, two at a time."""

    def run(path: Path) -> bool:
        inline = "module://matplotlib_inline.backend_inline"
        return _ends_well([sys.executable, "-c", KERNEL, str(path)], inline)

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(run, _files(folder, "ipynb")))


def ours(folder: Path) -> int:
    """Run the project's posts with an empty cache."""
    return _elevenlines(folder / "project", "run")


def ours_with_pages(folder: Path) -> int:
    """Build the site of the project's posts with an empty cache."""
    return _elevenlines(folder / "project", "build")


def fresh(folder: Path) -> int:
    """Run the project's posts in fresh interpreters."""
    return _elevenlines(folder / "project", "run", "--engine", "fresh")


METHODS: dict[str, Method] = {
    "python post.py, one after another": scripts,
    "nbclient, 2 at a time": kernels,
    "elevenlines run --engine fresh": fresh,
    "elevenlines run": ours,
    "elevenlines build, pages included": ours_with_pages,
}


def _ends_well(command: Sequence[str], backend: str) -> bool:
    environment = {**ENVIRONMENT, "MPLBACKEND": backend}
    return (
        subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    )


def _elevenlines(project: Path, *arguments: str) -> int:
    """Run a command with an empty cache; return how many successful runs it stored."""
    shutil.rmtree(project / ".elevenlines", ignore_errors=True)
    command = [sys.executable, "-m", "site_tools", *arguments, "--jobs", str(WORKERS)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    stored = (project / ".elevenlines").glob("store/??/*.run")
    runs = [json.loads(path.read_bytes().partition(b"\n")[2]) for path in stored]
    return sum(run["failure"] is None for run in runs)


def _files(folder: Path, suffix: str) -> list[Path]:
    return sorted((folder / suffix).glob(f"*.{suffix}"))


def write(folder: Path) -> None:
    """Write the twelve posts as scripts, as notebooks and as a project."""
    for suffix in ("py", "ipynb"):
        (folder / suffix).mkdir()
    for name, program in PROGRAMS.items():
        (folder / "py" / f"{name}.py").write_text(program.code, encoding="utf-8")
        cells = [nbformat.v4.new_code_cell(program.code)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "ipynb" / f"{name}.ipynb")
    write_corpus(folder / "project", claimed=False)


def measure(method: Method, folder: Path) -> Cost:
    """Run a method once."""
    before, start = _cpu(), time.monotonic()
    ran = method(folder)
    return Cost(time.monotonic() - start, _cpu() - before, ran)


def cpu_seconds(command: Sequence[str], folder: Path) -> float:
    """Return the CPU time of a command and of all its child processes."""
    before = _cpu()
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)
    return _cpu() - before


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_memory(method: Method, folder: Path) -> float:
    """Return the peak memory of all processes of a method together, in GB."""
    peak = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.2):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            peak = max(peak, total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    method(folder)
    over.set()
    watcher.join()
    return peak / 1e9


def compare(folder: Path) -> None:
    """Print the cost of each method, relative to the scripts."""
    costs: dict[str, list[Cost]] = {name: [] for name in METHODS}
    for _ in range(ROUNDS):
        for name, method in METHODS.items():
            costs[name].append(measure(method, folder))
    base = next(iter(costs.values()))
    print(
        f"{len(PROGRAMS)} posts, {ROUNDS} rounds: median seconds, and the median ratio to scripts"
    )
    print(f"  {'':<36} {'wall':>7}        {'CPU':>7}          ran  memory")
    for name, these in costs.items():
        wall = statistics.median(cost.wall for cost in these)
        cpu = statistics.median(cost.cpu for cost in these)
        pairs = list(zip(these, base, strict=True))
        wall_ratio = statistics.median(a.wall / b.wall for a, b in pairs)
        cpu_ratio = statistics.median(a.cpu / b.cpu for a, b in pairs)
        ran = min(cost.ran for cost in these)
        memory = peak_memory(METHODS[name], folder)
        figures = f"{wall:6.1f} s {wall_ratio:5.2f}  {cpu:6.1f} s {cpu_ratio:5.2f}  {ran:4}"
        print(f"  {name:<36} {figures}  {memory:4.1f} GB", flush=True)


def trivial(folder: Path) -> None:
    """Print the cost of a trivial post, and of a run with nothing to do."""
    write_trivial(folder / "project", TRIVIAL)
    first = measure(ours, folder)

    def nothing(folder: Path) -> int:
        command = [sys.executable, "-m", "site_tools", "run"]
        subprocess.run(command, cwd=folder / "project", check=True, capture_output=True)
        return 0

    again = measure(nothing, folder)
    each = (first.cpu - again.cpu) / TRIVIAL
    memory = peak_memory(ours, folder)
    print(
        f"{first.ran:,} trivial posts: {first.wall:.1f} s wall, {each:.4f} CPU s each to run",
        end="",
    )
    print(f", {memory:.2f} GB peak memory; second run, nothing to do: {again.cpu:.2f} CPU s")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        compare(folder)
        trivial(folder)


if __name__ == "__main__":
    main()
