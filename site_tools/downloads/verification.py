"""Downloads → their problems, found by running each as a reader would, without this project.

Each runs in an empty folder, in an environment with only the packages that it requires. A script
and a notebook must reach the page's numbers without a warning. An exercise must fail as it is, must
say what to do, must not pass when that line is deleted, and must pass with the page's own code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import nbformat
from packaging.requirements import Requirement

from site_tools.downloads import self_check
from site_tools.downloads.code_blanks import YOUR_TURN, Level
from site_tools.downloads.exercises import exercise_name, levels, solution
from site_tools.downloads.install_instructions import pinned
from site_tools.downloads.program_run import Allowance, ProgramResult, ProgramRunner
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Place

JUPYTER = ("ipykernel", "nbclient")
"""The packages of a reader's Jupyter."""

_HEAD = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)
_FRAME = re.compile(r'^  File ".*", line \d+, in .*\n    (.+)$', re.MULTILINE)


Check = Callable[[], Iterator[Problem]]
"""Runs a download and yields its problems."""


def checks(post: Post, run: Run, files: Mapping[str, bytes], runner: ProgramRunner) -> list[Check]:
    """Return the checks of a post's downloads; they may run in any order and in parallel."""
    one = _Post(post, run, files, runner)
    found = [one.script, one.notebook]
    return [*found, *(partial(one.exercise, level) for level in levels(post))]


def environments(run: Run) -> list[tuple[str, ...]]:
    """Return the requirements of each environment in which downloads of a run are checked."""
    return [tuple(pinned(run.versions)), JUPYTER]


def stated(script: str) -> list[str]:
    """Return the requirements in a script's head, by the reference regex of PEP 723.

    Raises ValueError when the head is not TOML.
    """
    match = _HEAD.search(script)
    lines = match["content"].splitlines() if match else []
    head = tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
    return [str(Requirement(text)) for text in head.get("dependencies", [])]


@dataclass(frozen=True, slots=True)
class _Post:
    post: Post
    run: Run
    """The published run, whose numbers the page shows."""
    files: Mapping[str, bytes]
    runner: ProgramRunner

    @property
    def requirements(self) -> list[str]:
        return pinned(self.run.versions)

    @property
    def lines(self) -> list[str]:
        """Return the last lines that a download must print."""
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
        environments = self.runner.environments
        packages = environments.packages(environments.python(self.requirements))
        jupyter = environments.python(JUPYTER)
        command = [str(jupyter), "-m", "jupyter", "execute", "--inplace", "--timeout=-1", name]
        with self.runner.folder() as folder:
            path = folder.place(name, self.files[name])
            result = folder.run(command, self.allowance, [packages], PYTHONPATH=str(packages))
            if result.code == 0:
                book = nbformat.read(path, as_version=4)
                result = ProgramResult(0, _streams(book, "stdout"), _streams(book, "stderr"))
        yield from self._judge(name, result)

    def exercise(self, level: Level) -> Iterator[Problem]:
        """Check that an exercise asks for code, and passes with the page's and not without."""
        name = exercise_name(self.post, level)
        source = _code_of(self.files[name])
        asked = self._python(f"{name}.py", source)
        if asked.code == 0:
            yield self._problem(f"{name} has no blank: it runs as it is.", _TAG_REMEDY)
        elif "Your turn" not in asked.last:
            what = f"{name} does not ask its reader to write anything: {asked.last}."
            yield self._problem(what, _TAG_REMEDY)
        else:
            unasked = [line for line in source.split("\n") if line != YOUR_TURN]
            if self._python(f"{name}.py", "\n".join(unasked)).code == 0:
                what = f"{name} is passed without writing anything."
                yield self._problem(what, "No claim depends on the cells that it leaves blank.")
            yield from self._solved(level)

    def _solved(self, level: Level) -> Iterator[Problem]:
        """Check that an exercise passes with the page's own code."""
        name = exercise_name(self.post, level)
        source = solution(self.post, self.run, level)
        patient = replace(self.runner, timeout=_RERUNS * self.runner.timeout)
        result = self._python(f"{name}.py", source, patient)
        if result.code:
            said = result.errors.partition("AssertionError: ")[2] or result.last
            what = f"{name} does not pass with the code of the page: {' '.join(said.split())}"
            yield self._problem(what, "Do its claims depend on the cells that readers write?")

    def _python(self, name: str, source: str, runner: ProgramRunner | None = None) -> ProgramResult:
        runner = runner or self.runner
        python = runner.environments.python(self.requirements)
        with runner.folder() as folder:
            folder.place(name, source.encode("utf-8"))
            command = [str(python), "-W", "error", name]
            return folder.run(command, self.allowance, [python.parents[1]])

    @property
    def allowance(self) -> Allowance:
        """Return what the programs of this post may use."""
        return Allowance(self.post.memory or self.runner.memory, self.run.device)

    def _judge(self, name: str, result: ProgramResult) -> Iterator[Problem]:
        """Yield the problems of a program that should reach the page's numbers."""
        if result.code or result.errors.strip():
            what = f"{name} does not run by itself: {result.last}."
            yield Problem(self._place(result.errors), what, _remedy(result.last, self.requirements))
            return
        reached = result.printed.splitlines()[-len(self.lines) :] if self.lines else []
        for wanted, found in zip(self.lines, reached, strict=False):
            if wanted != found:
                what = f"{name} does not reach what the page says."
                evidence = (f"the page  {wanted}", f"{name}  {found}")
                remedy = "Is something random without a seed, or does it depend on the machine?"
                yield Problem(Place(self.post.file, 1), what, remedy, evidence=evidence)

    def _place(self, errors: str) -> Place:
        """Return the last line of the post that a traceback names, or the post."""
        lines = {
            line.text.strip(): line.place for cell in self.post.code_cells for line in cell.lines
        }
        named = [lines[text] for text in _FRAME.findall(errors) if text in lines]
        return named[-1] if named else Place(self.post.file, 1)

    def _problem(self, what: str, remedy: str) -> Problem:
        return Problem(Place(self.post.file, 1), what, remedy)


_RERUNS = 8
"""An exercise with the page's code may take so many times the seconds of a program: its check runs
it again up to seven times."""

_TAG_REMEDY = "Tag the cells that a reader should write: `program`."


def _remedy(last: str, requirements: Sequence[str]) -> str:
    if last.startswith("ModuleNotFoundError"):
        return f"It asks for {', '.join(requirements) or 'nothing'}. `packages` adds what it needs."
    return "Readers run it with `python`, alone in a folder. Fix the post."


def _code_of(notebook: bytes) -> str:
    """Return the code of a notebook, with an empty line between the cells."""
    book: Any = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")


def _streams(book: Any, name: str) -> str:
    """Return all that an executed notebook wrote to `stdout` or `stderr`."""
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    return "".join(output.text for output in outputs if output.get("name") == name)
