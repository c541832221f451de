"""Downloads → what is wrong with them, when they are run by themselves, away from this project.

Each runs in a folder that holds nothing else, in an environment that has only what it asks for.
A script and a notebook must reach the page's numbers without a warning; an exercise must not run
as it is, must tell the reader what to do, and must not be passed by deleting that line.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from packaging.requirements import Requirement

from site_tools.downloads import self_check
from site_tools.downloads.code_blanks import YOUR_TURN
from site_tools.downloads.exercises import exercise_name, levels
from site_tools.downloads.install_instructions import pinned
from site_tools.downloads.virtualenvs import Environments
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.protocol import Confinement
from site_tools.model.run import Run
from site_tools.model.source import Place
from site_tools.sandbox import confined_program, supervision

JUPYTER = ("ipykernel", "nbclient")
"""What a reader's Jupyter brings along."""

_KEPT = re.compile("PATH|LANG|LC_.*|TZ|SYSTEMROOT|TEMP|TMP|CUDA_VISIBLE_DEVICES")
"""The variables of our environment that a download gets."""

_HEAD = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)
_FRAME = re.compile(r'^  File ".*", line \d+, in .*\n    (.+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where downloads are run, and how far they may go."""

    environments: Environments
    layers: Sequence[str]
    timeout: float
    """Seconds for each."""
    memory: int
    """Bytes for each, where its post does not ask for others."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended, and what it said."""

    code: int
    printed: str
    errors: str

    @property
    def last(self) -> str:
        """Return the end of what it said is wrong, on one line."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        return lines[-1] if lines else f"it ended with exit code {self.code}"


Check = Callable[[], Iterator[Problem]]
"""Runs a download and yields what is wrong with it."""


def checks(post: Post, run: Run, files: Mapping[str, bytes], bench: Bench) -> list[Check]:
    """Return what there is to run of a post's downloads; it can run in any order and at once."""
    one = _Post(post, run, files, bench)
    found = [one.script, one.notebook]
    names = [exercise_name(post, level) for level in levels(post)]
    return [*found, *(partial(one.exercise, name) for name in names)]


def environments(run: Run) -> list[tuple[str, ...]]:
    """Return the requirements of each environment in which downloads of a run are checked."""
    return [tuple(pinned(run.versions)), JUPYTER]


def stated(script: str) -> list[str]:
    """Return the requirements that a script's head states.

    It is read as its specification, PEP 723, reads it. Raises ValueError when it is no TOML.
    """
    match = _HEAD.search(script)
    lines = match["content"].splitlines() if match else []
    head = tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
    return [str(Requirement(text)) for text in head.get("dependencies", [])]


@dataclass(frozen=True, slots=True)
class _Post:
    post: Post
    run: Run
    """The published one: what the page says."""
    files: Mapping[str, bytes]
    bench: Bench

    @property
    def requirements(self) -> list[str]:
        return pinned(self.run.versions)

    @property
    def lines(self) -> list[str]:
        """Return what a download must print in the end."""
        said = [
            self_check.line(claim, value)
            for claim in self.post.claims
            if (value := self.run.number(claim.metric)) is not None
        ]
        return [*said, self_check.LEARNS] if said else []

    def script(self) -> Iterator[Problem]:
        """Run the script with every warning an error."""
        name = f"{self.post.slug}.py"
        source = self.files[name].decode("utf-8")
        if stated(source) != self.requirements:
            yield self._problem(f"the head of {name} does not state its requirements.", "")
        yield from self._judge(name, self._python(name, source))

    def notebook(self) -> Iterator[Problem]:
        """Run the notebook in a Jupyter kernel."""
        name = f"{self.post.slug}.ipynb"
        environments = self.bench.environments
        packages = environments.packages(environments.python(self.requirements))
        jupyter = environments.python(JUPYTER)
        command = [str(jupyter), "-m", "jupyter", "execute", "--inplace", "--timeout=-1", name]
        with _folder() as folder:
            path = folder / confined_program.WORK / name
            path.write_bytes(self.files[name])
            ending = self._run(command, folder, [packages], PYTHONPATH=str(packages))
            if ending.code == 0:
                book = nbformat.read(path, as_version=4)
                ending = Ending(0, _streams(book, "stdout"), _streams(book, "stderr"))
        yield from self._judge(name, ending)

    def exercise(self, name: str) -> Iterator[Problem]:
        """See that an exercise asks to be done, and is not passed without."""
        source = _code_of(self.files[name])
        asked = self._python(f"{name}.py", source)
        if asked.code == 0:
            yield self._problem(f"{name} has no blank: it runs as it is.", _TAG_REMEDY)
        elif "Your turn" not in asked.last:
            what = f"{name} does not ask its reader to write anything: {asked.last}."
            yield self._problem(what, _TAG_REMEDY)
        else:
            told = [line for line in source.split("\n") if line != YOUR_TURN]
            if self._python(f"{name}.py", "\n".join(told)).code == 0:
                what = f"{name} is passed without writing anything."
                yield self._problem(what, "No claim depends on the cells that it leaves blank.")

    def _python(self, name: str, source: str) -> Ending:
        python = self.bench.environments.python(self.requirements)
        with _folder() as folder:
            (folder / confined_program.WORK / name).write_text(source, encoding="utf-8")
            return self._run([str(python), "-W", "error", name], folder, [python.parents[1]])

    def _run(
        self, command: Sequence[str], folder: Path, readable: Iterable[Path], **variables: str
    ) -> Ending:
        """Run a program in a folder, confined; end it when its time is up."""
        bench = self.bench
        places = [str(bench.environments.folder), *map(str, readable)]
        memory = self.post.memory or bench.memory
        confinement = Confinement(bench.layers, places, memory, self.run.device)
        kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
        process = subprocess.Popen(
            confined_program.command(folder, confinement, command),
            cwd=folder / confined_program.WORK,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**kept, **variables},
            start_new_session=True,
        )
        try:
            printed, errors = process.communicate(timeout=bench.timeout)
        except subprocess.TimeoutExpired:
            return Ending(1, "", f"it did not end within {bench.timeout:g} s")
        finally:
            supervision.kill(process.pid)
            process.wait()
        return Ending(process.returncode, printed, errors)

    def _judge(self, name: str, ending: Ending) -> Iterator[Problem]:
        """Yield what is wrong with a program that should reach the page's numbers."""
        if ending.code or ending.errors.strip():
            what = f"{name} does not run by itself: {ending.last}."
            yield Problem(self._place(ending.errors), what, _remedy(ending.last, self.requirements))
            return
        reached = ending.printed.splitlines()[-len(self.lines) :] if self.lines else []
        for wanted, found in zip(self.lines, reached, strict=False):
            if wanted != found:
                what = f"{name} does not reach what the page says."
                evidence = (f"the page  {wanted}", f"{name}  {found}")
                remedy = "Is something random without a seed, or does it depend on the machine?"
                yield Problem(Place(self.post.file, 1), what, remedy, evidence=evidence)

    def _place(self, errors: str) -> Place:
        """Return the post's own line that a traceback names last, or the post."""
        lines = {
            line.text.strip(): line.place for cell in self.post.code_cells for line in cell.lines
        }
        named = [lines[text] for text in _FRAME.findall(errors) if text in lines]
        return named[-1] if named else Place(self.post.file, 1)

    def _problem(self, what: str, remedy: str) -> Problem:
        return Problem(Place(self.post.file, 1), what, remedy)


_TAG_REMEDY = "Tag the cells that a reader shall write: `program`."


def _remedy(last: str, requirements: Sequence[str]) -> str:
    if last.startswith("ModuleNotFoundError"):
        return f"It asks for {', '.join(requirements) or 'nothing'}. `packages` adds what it needs."
    return "Readers run it with `python`, alone in a folder. Mend the post."


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder for a guest, and remove it."""
    with tempfile.TemporaryDirectory(prefix="elevenlines-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        confined_program.create_folders(folder)
        yield folder


def _code_of(notebook: bytes) -> str:
    """Return the code of a notebook, a line between the cells."""
    book: Any = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")


def _streams(book: Any, name: str) -> str:
    """Return all that an executed notebook wrote to `stdout` or `stderr`."""
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    return "".join(output.text for output in outputs if output.get("name") == name)
