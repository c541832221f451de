"""What a site of many posts costs: each step in CPU seconds, memory and bytes, by number of posts.

The posts have 140 lines and train nothing, so that what is measured is this program and not the
posts. Each step starts from what the step before left.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import write_long

PROGRAM = [sys.executable, "-m", "site_tools"]
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Step:
    """What a command cost."""

    name: str
    cpu: float
    """Seconds of all its processes, user and system time."""
    memory: float
    """The most bytes of its largest process."""


def measured(project: Path) -> Iterator[Step]:
    """Run every step in a project that was never built; yield what each cost."""
    archive = str(project.parent / "runs.tar.gz")
    store = project / ".elevenlines" / "store"
    yield _step("run, nothing stored", ["run"], project)
    yield _step("run, all stored", ["run", "--verbose"], project)  # verbose: not the kept answer
    yield _step("store export", ["store", "export", archive], project)
    store.rename(project.parent / "store")
    yield _step("store import", ["store", "import", archive], project)
    yield _step("build, first", ["build"], project)
    post = project / "posts" / "post-0000.md"
    post.write_text(f"{post.read_text(encoding='utf-8')}\nOne more line.\n", encoding="utf-8")
    yield _step("build, one post edited", ["build"], project)
    yield _step("build, nothing changed", ["build"], project)


def sizes(project: Path) -> dict[str, int]:
    """Return the bytes of what a site and its runs take."""
    folders = {"store": project / ".elevenlines" / "store", "site": project / "site"}
    return {
        name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for name, folder in folders.items()
    }


def _step(name: str, arguments: Sequence[str], project: Path) -> Step:
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)  # the children that it waited for are in it
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`elevenlines {' '.join(arguments)}` failed; run it in {project}.")
    return Step(name, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("posts", type=int, nargs="*", default=[10, 100, 1_000])
    for posts in parser.parse_args().posts:
        with tempfile.TemporaryDirectory() as name:
            project = Path(name, "project")
            write_long(project, posts)
            print(f"{posts:,} posts of 140 lines")
            for step in measured(project):
                each = 1000 * step.cpu / posts
                print(
                    f"  {step.name:<24} {step.cpu:8.2f} CPU s  {each:8.1f} ms a post"
                    f"  {step.memory / MEGABYTE:7.0f} MB"
                )
            for what, size in sizes(project).items():
                each = size / posts / 1000
                print(f"  {what:<24} {size / MEGABYTE:8.2f} MB     {each:8.1f} kB a post")


if __name__ == "__main__":
    main()
