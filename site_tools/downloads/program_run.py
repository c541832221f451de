"""Run a program as a reader would: alone in a folder, in a clean environment, confined."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from site_tools.downloads.virtualenvs import Environments
from site_tools.model.protocol import Confinement
from site_tools.sandbox import confined_program, supervision
from site_tools.sandbox.environment_variables import inherited


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one program may use."""

    memory: int
    """Bytes."""
    device: str
    """`cpu` or `gpu`."""


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """The exit code and the output of a program."""

    code: int
    printed: str
    errors: str

    @property
    def last(self) -> str:
        """Return the last line of its error output, or its exit code in words."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        return lines[-1] if lines else f"it ended with exit code {self.code}"


@dataclass(frozen=True, slots=True)
class ProgramRunner:
    """How programs are run."""

    environments: Environments
    layers: Sequence[str]
    """The layers that confine them, of `confinement.LAYERS`."""
    timeout: float
    """Seconds for each."""
    memory: int
    """Bytes for each, unless its post asks for another amount."""

    @contextmanager
    def folder(self) -> Iterator[ProgramFolder]:
        """Make a folder for one program, and remove it."""
        with tempfile.TemporaryDirectory(prefix="elevenlines-", ignore_cleanup_errors=True) as name:
            confined_program.create_folders(Path(name))
            yield ProgramFolder(Path(name), self)


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """The folder of one program."""

    path: Path
    runner: ProgramRunner

    def place(self, name: str, data: bytes) -> Path:
        """Write a file into the working directory; return its path."""
        path = self.path / confined_program.WORK / name
        path.write_bytes(data)
        return path

    def run(
        self,
        command: Sequence[str],
        allowance: Allowance,
        readable: Iterable[Path],
        **variables: str,
    ) -> ProgramResult:
        """Run a command in the working directory, confined; kill it at the time limit."""
        runner = self.runner
        paths = [str(runner.environments.folder), *map(str, readable)]
        confinement = Confinement(runner.layers, paths, allowance.memory, allowance.device)
        process = subprocess.Popen(
            confined_program.command(self.path, confinement, command),
            cwd=self.path / confined_program.WORK,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**inherited(), **variables},
            start_new_session=True,
        )
        try:
            printed, errors = process.communicate(timeout=runner.timeout)
        except subprocess.TimeoutExpired:
            return ProgramResult(1, "", f"it did not end within {runner.timeout:g} s")
        finally:
            supervision.kill(process.pid)
            process.wait()
        return ProgramResult(process.returncode, printed, errors)
