"""Run a program as a reader would: alone in a folder, in a clean environment, confined.

Nothing about the program is trusted: neither its exit code, nor that it ends, nor that it prints
little, nor that it leaves no process behind.
"""

from __future__ import annotations

import secrets
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from site_tools.downloads.output_pipes import Overrun, read_to_end
from site_tools.downloads.virtualenvs import Environments
from site_tools.model.protocol import EXIT_TOO_MANY_PROCESSES, EXIT_TOO_MUCH_MEMORY, Confinement
from site_tools.model.terminal_text import plain
from site_tools.sandbox import confined_program, supervision, untrusted_file
from site_tools.sandbox.environment_variables import inherited
from site_tools.sandbox.removal import remove

END_FILE = "end.txt"
"""The file in a program's folder that its last statement writes."""

LONGEST_LINE = 300
"""Characters of a program's line that a message shows."""

_KILL_SECONDS = 5.0
"""How long the supervisor of a program may take to kill it, before it is killed itself."""

_WATCHED = {
    EXIT_TOO_MUCH_MEMORY: "it needs more memory than it may use",
    EXIT_TOO_MANY_PROCESSES: "it has too many processes and threads at once",
}
"""Why a program was killed that used too much, by its exit code."""

_MOST_KILLS = 10
"""How often the processes that are left are killed: some may start others in the meantime."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one program may use."""

    memory: int
    """Bytes."""
    device: str
    """`cpu` or `gpu`."""


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended, and what it printed."""

    code: int
    """Its exit code, negative for a signal."""
    printed: str
    """The end of what it printed to standard output."""
    errors: str
    """The end of what it printed to standard error, or why it was killed."""
    at_end: bool = False
    """Whether its last statement ran; exit code 0 alone does not show that."""

    @property
    def passed(self) -> bool:
        """Return whether it ran to its end without an error."""
        return not self.code and self.at_end

    @property
    def last(self) -> str:
        """Return the last line of its error output, or its exit code in words."""
        lines = [line for line in map(str.strip, plain(self.errors).splitlines()) if line]
        return shortened(lines[-1]) if lines else self._ended

    @property
    def _ended(self) -> str:
        if self.code < 0:
            with suppress(ValueError):
                return f"it was killed by {signal.Signals(-self.code).name}"
        return f"it ended with exit code {self.code}"


def shortened(line: str) -> str:
    """Return a line that a program printed as a message can show it."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in plain(line))
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…"


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
        folder = Path(tempfile.mkdtemp(prefix="elevenlines-")).resolve()
        try:
            confined_program.create_folders(folder)
            yield ProgramFolder(folder, self)
        finally:
            remove(folder)


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """The folder of one program."""

    path: Path
    runner: ProgramRunner
    token: str = field(default_factory=secrets.token_hex)
    """What the program's last statement writes."""

    @property
    def last_statement(self) -> str:
        """Return the line that must end the program: it shows that the lines above it ran.

        It uses no name that the program can have bound.
        """
        path, token = str(self.path / END_FILE), self.token.encode("ascii")
        return f"__import__('pathlib').Path({path!r}).write_bytes({token!r})"

    def place(self, name: str, data: bytes) -> Path:
        """Write a file into the working directory; return its path."""
        path = self.path / confined_program.WORK / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def run(
        self,
        command: Sequence[str],
        allowance: Allowance,
        readable: Iterable[Path],
        **variables: str,
    ) -> ProgramResult:
        """Run a command in the working directory, confined; end it when it exceeds a limit.

        No process that it has started is left.
        """
        runner = self.runner
        paths = [str(runner.environments.folder), *map(str, readable)]
        confinement = Confinement(runner.layers, paths, allowance.memory, allowance.device)
        with subprocess.Popen(
            confined_program.command(self.path, confinement, command),
            cwd=self.path / confined_program.WORK,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**inherited(), "CUDA_VISIBLE_DEVICES": "", **variables},  # its numbers: the CPU's
            start_new_session=True,
        ) as process:
            try:
                printed, errors = read_to_end(process, runner.timeout)
            except Overrun as overrun:
                return ProgramResult(1, "", str(overrun))
            finally:
                self._end(process)
        errors = _WATCHED.get(process.returncode, errors)
        return ProgramResult(process.returncode, printed, errors, self._at_end())

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Have the supervisor kill the program; kill what is left if it could not."""
        process.terminate()
        try:
            process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            supervision.kill(process.pid)
            process.wait()
        for _ in range(_MOST_KILLS):
            users = self._users()
            if not users:
                break
            for user in users:
                with suppress(psutil.Error):
                    user.kill()
            psutil.wait_procs(users, _KILL_SECONDS)

    def _users(self) -> list[psutil.Process]:
        """Return the processes whose home or working directory is in this folder.

        There are some where a program could kill its supervisor, or the system has no subreaper.
        """
        return [one for one in psutil.process_iter() if self._is_used_by(one)]

    def _is_used_by(self, process: psutil.Process) -> bool:
        # psutil gives an OSError for a working directory whose path is too long.
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if Path(process.environ().get("HOME", "")).is_relative_to(self.path):
                return True
            return Path(process.cwd()).is_relative_to(self.path)
        return False

    def _at_end(self) -> bool:
        """Return whether the last statement ran."""
        token = self.token.encode("ascii")
        return untrusted_file.read(self.path / END_FILE, len(token) + 1) == token
