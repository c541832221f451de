"""Downloads → their problems, found by running each as a reader would, without this project.

Each runs in an empty folder, in an environment with only the packages that it requires. A script
and a notebook must reach the page's numbers without a warning. An exercise must fail as it is, must
say what to do, must not pass when that line is deleted, and must pass with the page's own code. The
program without its learning must end where the control did: it runs with nothing of this project in
its process, which a program that acts differently under test cannot know.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import nbformat
from packaging.requirements import Requirement

from site_tools.downloads import notebook_cells, notebook_player, self_check, virtualenvs
from site_tools.downloads.code_blanks import YOUR_TURN, Level
from site_tools.downloads.exercises import exercise_name, levels, solution
from site_tools.downloads.install_instructions import pinned
from site_tools.downloads.learning_off import DIGITS, label
from site_tools.downloads.program_run import (
    Allowance,
    ProgramFolder,
    ProgramResult,
    ProgramRunner,
    shortened,
)
from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.evidence.statistics import same
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Place
from site_tools.sandbox.environment_variables import THREADS

JUPYTER = ("ipykernel", "nbclient")
"""The packages of a reader's Jupyter."""

_HEAD = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)
_FRAME = re.compile(r'  File ".*", line \d+, in ')
"""The line of a traceback above a line of code."""

_ENDS_EARLY = "ends before its last line, without an error."
_ENDS_EARLY_REMEDY = "Remove what ends it, such as `exit()`, `sys.exit()` or `os._exit()`."
_ERRORS_REMEDY = "Fix the cause of a warning; print everything else to standard output."
_SILENT_REMEDY = "Is `sys.stdout` redirected or closed, and never restored?"
_LAST_LINE_REMEDY = (
    "Is `sys.stdout` redirected or closed, or does something print after the last cell?"
)

Check = Callable[[], Iterator[Problem]]
"""Runs a download and yields its problems."""


def checks(judged: JudgedPost, files: Mapping[str, bytes], runner: ProgramRunner) -> list[Check]:
    """Return the checks of a post's downloads; they may run in any order and in parallel."""
    post = judged.post
    one = _Post(post, judged.run, files, runner)
    found = [one.script, one.notebook]
    controls = [c for c in plain_controls(post, judged.evidence) if c.program]
    return [
        *found,
        *(partial(one.exercise, level) for level in levels(post)),
        *(partial(one.learning_off, control) for control in controls),
    ]


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
        packages = virtualenvs.packages(environments.python(self.requirements))
        jupyter = environments.python(JUPYTER)
        with self.runner.folder() as folder:
            book: Any = nbformat.reads(self.files[name].decode("utf-8"), as_version=4)
            book.cells.append(notebook_cells.code(folder.last_statement, "end"))
            folder.place(name, notebook_cells.write(book.cells).encode("utf-8"))
            self._place_data(folder)
            command = [str(jupyter), "-P", notebook_player.__file__, name]
            result = folder.run(command, self.allowance, [packages], PYTHONPATH=str(packages))
        yield from self._judge(name, result)

    def exercise(self, level: Level) -> Iterator[Problem]:
        """Check that an exercise asks for code, and passes with the page's and not without."""
        name = exercise_name(self.post, level)
        source = _code_of(self.files[name])
        asked = self._python(f"{name}.py", source)
        if asked.passed:
            yield self._problem(f"{name} has no blank: it runs as it is.", _TAG_REMEDY)
        elif not asked.code:
            yield self._problem(f"{name} {_ENDS_EARLY}", _ENDS_EARLY_REMEDY)
        elif "Your turn" not in asked.last:
            what = f"{name} does not ask its reader to write anything: {asked.last}."
            yield self._problem(what, _TAG_REMEDY)
        else:
            unasked = [line for line in source.split("\n") if line != YOUR_TURN]
            if self._python(f"{name}.py", "\n".join(unasked)).passed:
                what = f"{name} is passed without writing anything."
                yield self._problem(what, "No claim depends on the cells that it leaves blank.")
            yield from self._solved(level)

    def learning_off(self, control: PlainControl) -> Iterator[Problem]:
        """Check that a program without its learning ends where its control did.

        It may warn: a schedule of torch does so when its optimizer takes no step.
        """
        name = control.file(self.post)
        result = self._python(name, self.files[name].decode("utf-8"), strict=False)
        place = control.verdicts[0].claim.place
        if not result.passed:
            ending = f"does not run: {result.last}." if result.code else _ENDS_EARLY
            what = f"{name} {ending}"
            yield Problem(place, what, "It is the post without its updates. Does a line need them?")
            return
        lines = result.printed.splitlines()[-len(control.ends) :]
        wanted = [f"{label(verdict)} {value:{DIGITS}}" for verdict, value in control.ends]
        numbers = [
            _number(line, label(verdict))
            for line, (verdict, _) in zip(lines, control.ends, strict=False)
        ]
        complete = len(numbers) == len(control.ends)
        if not complete or not all(map(same, numbers, [value for _, value in control.ends])):
            what = f"{name} does not end where the control ended."
            evidence = [f"the control  {line}" for line in wanted]
            evidence += [f"{name}  {line}" for line in lines]
            yield Problem(place, what, _CONTROL_REMEDY, evidence=tuple(evidence))

    def _solved(self, level: Level) -> Iterator[Problem]:
        """Check that an exercise passes with the page's own code."""
        name = exercise_name(self.post, level)
        source = solution(self.post, self.run, level)
        patient = replace(self.runner, timeout=_RERUNS * self.runner.timeout)
        result = self._python(f"{name}.py", source, runner=patient)
        if not result.passed:
            said = result.errors.partition("AssertionError: ")[2] or result.last
            ending = " ".join(said.split()).rstrip(".") if result.code else _ENDS_EARLY.rstrip(".")
            what = f"{name} does not pass with the code of the page: {ending}."
            yield self._problem(what, "Do its claims depend on the cells that readers write?")

    def _python(
        self, name: str, source: str, *, strict: bool = True, runner: ProgramRunner | None = None
    ) -> ProgramResult:
        """Run a script in its environment; if `strict`, every warning is an error.

        It gets one thread, as its runs here do: more would add in another order.
        """
        runner = runner or self.runner
        python = runner.environments.python(self.requirements)
        threads = {} if strict or self.run.device != "cpu" else dict.fromkeys(THREADS, "1")
        with runner.folder() as folder:
            folder.place(name, f"{source}\n\n{folder.last_statement}\n".encode())
            self._place_data(folder)
            command = [str(python), *(["-W", "error"] if strict else []), name]
            return folder.run(command, self.allowance, [python.parents[1]], **threads)

    def _place_data(self, folder: ProgramFolder) -> None:
        """Put the data files beside a program: it runs without a network."""
        for file in self.post.data:
            folder.place(file.name, file.content)

    @property
    def allowance(self) -> Allowance:
        """Return what the programs of this post may use."""
        return Allowance(self.post.memory or self.runner.memory, self.run.device)

    def _judge(self, name: str, result: ProgramResult) -> Iterator[Problem]:
        """Yield the problems of a program that should reach the page's numbers."""
        if result.code:
            what = f"{name} does not run by itself: {result.last.rstrip('.')}."
            remedy = self._remedy(name, result.last)
            yield Problem(self._place(result.errors), what, remedy)
        elif result.errors.strip():
            what = f"{name} prints to standard error: `{result.last}`."
            yield Problem(self._place(result.errors), what, _ERRORS_REMEDY)
        elif not result.at_end:
            yield self._problem(f"{name} {_ENDS_EARLY}", _ENDS_EARLY_REMEDY)
        elif self._is_silent(result):
            yield self._problem(f"{name} prints nothing, and the page shows text.", _SILENT_REMEDY)
        else:
            yield from self._compare(name, result.printed.splitlines())

    def _is_silent(self, result: ProgramResult) -> bool:
        """Return whether a program prints nothing although the published run did."""
        shown = [output for outputs in self.run.outputs for output in outputs]
        texts = [str(output["text"]) for output in shown if output.get("name") == "stdout"]
        return not result.printed.strip() and bool("".join([*texts, *self.lines]).strip())

    def _compare(self, name: str, printed: Sequence[str]) -> Iterator[Problem]:
        """Yield where the last lines of a program differ from those that the page promises."""
        wanted = self.lines
        lines = [*[""] * len(wanted), *printed]
        reached = lines[len(lines) - len(wanted) :]
        if wanted[-1:] != reached[-1:]:  # this line is printed whatever the numbers are
            what = f"{name} does not end with `{wanted[-1]}`: its last line is"
            yield self._problem(f"{what} `{shortened(reached[-1])}`.", _LAST_LINE_REMEDY)
            return
        for promised, found in zip(wanted, reached, strict=True):
            if promised != found:
                what = f"{name} does not reach what the page says."
                evidence = (f"the page  {promised}", f"{name}  {shortened(found)}")
                remedy = "Is something random without a seed, or does it depend on the machine?"
                yield Problem(Place(self.post.file, 1), what, remedy, evidence=evidence)

    def _place(self, errors: str) -> Place:
        """Return the last line of the post that a traceback names, or the post."""
        lines = {
            line.text.strip(): line.place for cell in self.post.code_cells for line in cell.lines
        }
        said = errors.splitlines()
        frames = (text.strip() for frame, text in pairwise(said) if _FRAME.match(frame))
        named = [lines[text] for text in frames if text in lines]
        return named[-1] if named else Place(self.post.file, 1)

    def _remedy(self, name: str, last: str) -> str:
        if last.startswith("ModuleNotFoundError"):
            asks = ", ".join(self.requirements) or "nothing"
            return f"It asks for {asks}. `packages` adds what it needs."
        tool = "in Jupyter" if name.endswith(".ipynb") else "with `python`"
        return f"Readers run it {tool}, alone in a folder. Fix the post."

    def _problem(self, what: str, remedy: str) -> Problem:
        return Problem(Place(self.post.file, 1), what, remedy)


_CONTROL_REMEDY = (
    "It is the post without its updates, run outside of this project. Does the post act "
    "differently when it is tested, or does it depend on the machine?"
)
_RERUNS = 8
"""An exercise with the page's code may take so many times the seconds of a program: its check runs
it again up to seven times."""

_TAG_REMEDY = "Tag the cells that a reader should write: `program`."


def _number(line: str, before: str) -> float | None:
    """Return the number that a line states, or None when it is another line."""
    try:
        return float(line.removeprefix(before)) if line.startswith(before) else None
    except ValueError:
        return None


def _code_of(notebook: bytes) -> str:
    """Return the code of a notebook, with an empty line between the cells."""
    book: Any = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
