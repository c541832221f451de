"""A process that has imported MkDocs and its plugins, and forks for each build.

Importing them takes longer than laying out a small site. The process is started before the posts
are read from the cache, so that it imports them meanwhile; it ends with its parent. What a build
changes in its process, such as the registries of plugins, ends with the fork.

Run as a program, it reads a `Build` as JSON from each line of its standard input, and writes the
exit code of each.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import NoReturn

from site_tools.posts.skipped_imports import skip_imports
from site_tools.sandbox import supervision

FEW_EXPORTERS = {"NBCONVERT_DISABLE_CONFIG_EXPORTERS": "1"}
"""Has nbconvert not try each of its exporters on import, which takes a quarter of a second."""

_IMPORTED = (
    "click",
    "mkdocs.commands.build",
    "material.plugins.blog.plugin",
    "material.plugins.search.plugin",
    "material.plugins.tags.plugin",
    "mkdocs_jupyter.plugin",
    "mkdocs_rss_plugin.plugin",
    "pymdownx.superfences",
    "site_tools.publishing.mkdocs_plugin",
)


@dataclass(frozen=True)
class Build:
    """One call of MkDocs."""

    arguments: Sequence[str]
    folder: str
    """Its working directory."""
    environment: Mapping[str, str]
    output: str
    """The file that gets all that it writes."""


class MkDocsServer:
    """The parent's handle."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._path: str | None = None
        """PYTHONPATH at its start."""
        atexit.register(self.stop)

    def start(self) -> subprocess.Popen[str]:
        """Have a process that imports MkDocs, or has imported it."""
        path = os.environ.get("PYTHONPATH")
        if self._process and (self._process.poll() is not None or path != self._path):
            self.stop()
        if self._process is None:
            self._path = path
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "site_tools.publishing.mkdocs_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        return self._process

    def build(self, build: Build) -> int:
        """Run MkDocs; return its exit code, or 1 when the process was killed meanwhile."""
        process = self.start()
        assert process.stdin is not None  # noqa: S101  they are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(f"{json.dumps(asdict(build))}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BaseException:  # an interrupt too: its answer would be taken for the next one's
            self.stop()
            raise
        if not answer:
            self.stop()
        return int(answer or 1)

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _serve() -> None:
    """Import what builds need, and fork for each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it as well, and decides
    server = os.getpid()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            supervision.end_with_parent(server)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _build(Build(**json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _build(build: Build) -> NoReturn:
    """Do what `python -m mkdocs` does, and exit."""
    output = os.open(build.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(build.environment)
    os.chdir(build.folder)
    sys.path.insert(0, build.folder)  # hooks and extensions of the project
    tempfile.tempdir = None
    from mkdocs.__main__ import cli  # noqa: PLC0415

    sys.exit(cli(build.arguments))


def _import() -> None:
    os.environ.update(FEW_EXPORTERS)
    skip_imports()
    for name in _IMPORTED:
        import_module(name)


if __name__ == "__main__":
    _import()
    _serve()
