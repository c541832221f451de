"""The values that the stages pass to each other: a post, its cells, its run.

Everything here is frozen and knows nothing of files, kernels or pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Output = Mapping[str, Any]
"""One output of a code cell, in the notebook format's own JSON form."""


MORE = "<!-- more -->"
"""In prose: ends the part of a post that lists of posts show."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where something stands in the author's own file; its text opens every error message."""

    file: str
    """Path relative to the project's root, with `/`."""
    line: int
    """1-based line of that file; 0 for the file as a whole."""
    within: str = ""
    """A second address for notebooks, whose file lines nobody sees: `cell 4, line 2`."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} ({self.within})" if self.within else where


@dataclass(frozen=True, slots=True)
class Line:
    """One source line and where the author wrote it; a snippet's lines stand in the snippet."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of prose or of code."""

    kind: Literal["prose", "code"]
    place: Place
    """Where the cell starts."""
    lines: tuple[Line, ...]
    """The source with its snippets pasted in."""
    tags: frozenset[str] = frozenset()
    """`remove-input`, `remove-output` and `remove-cell` hide parts of a code cell on the page;
    `program` tells the program from experiments with it."""
    alt: str = ""
    """What the cell's figure shows, for a reader who cannot see it."""

    @property
    def source(self) -> str:
        """Return the cell's text without a final newline."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Goal:
    """A comparison that a metric must meet, such as `< 0.05`."""

    sign: str
    """One of `<`, `<=`, `>`, `>=`, `==`."""
    number: float
    digits: str
    """The number as the author wrote it."""

    def __str__(self) -> str:
        return f"{self.sign} {self.digits}"


Kind = Literal["published", "sham", "seed", "control", "shuffle", "curve", "flat"]
"""What a run is for. Published: the code verbatim. Sham: the control's instruments, learning on.
Seed: another random start. Control: that start with learning off. Shuffle: with mixed answers.
Curve: a sham that is looked at while it learns. Flat: the same with learning off. These two show
how the network learns, and judge nothing."""


@dataclass(frozen=True, order=True, slots=True)
class Condition:
    """Under which condition of the experiment a program runs."""

    kind: Kind
    trial: int = 0
    """The number of the random start, from 1; 0 where the seeds are the author's."""
    freeze: tuple[str, ...] = ()
    tally: tuple[str, ...] = ()
    constants: tuple[tuple[str, float], ...] = ()
    shuffle: str = ""

    @property
    def judges(self) -> bool:
        """Return whether a verdict needs this run; a learning curve does without."""
        return self.kind not in {"curve", "flat"}


PUBLISHED = Condition("published")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the post says its network does, as a number that can be measured."""

    says: str
    """The claim in words."""
    metric: str
    """A Python expression, evaluated in the final namespace."""
    goal: Goal
    place: Place
    """Where the claim starts in the front matter."""
    seeds: int = 8
    """How many seed trials there are."""
    controls: int = 3
    """How many of them are run with learning off as well."""
    freeze: tuple[str, ...] = ()
    """Names whose updates are learning, in programs that update by hand."""
    tally: tuple[str, ...] = ()
    """Names that learn by counting: their changes do not depend on what they hold."""
    constants: tuple[tuple[str, float], ...] = ()
    """The front matter's `set`: top-level names and the values that switch learning off."""
    expect: int | None = None
    """How many seed trials reach the goal in the author's words; None for as good as all."""
    baseline: str = ""
    """A Python expression for what can be had without a network; must miss the goal."""
    shuffle: str = ""
    """A top-level name, such as `y_train`, whose rows further controls mix."""
    curve: str = ""
    """A Python expression to look at during training; empty for the metric."""

    @property
    def looked_at(self) -> str:
        """Return the expression whose course the claim's learning curve shows."""
        return self.curve or self.metric

    def condition(self, kind: Kind, trial: int = 0) -> Condition:
        """Return the condition of one of the claim's runs."""
        if kind in {"sham", "control", "curve", "flat"}:
            return Condition(kind, trial, self.freeze, self.tally, self.constants)
        return Condition(kind, trial, shuffle=self.shuffle if kind == "shuffle" else "")

    @property
    def conditions(self) -> list[Condition]:
        """Return the conditions of all runs that judge this claim, the published one first."""
        controls = range(1, self.controls + 1)
        return [
            PUBLISHED,
            self.condition("sham"),
            *(self.condition("seed", trial) for trial in range(1, self.seeds + 1)),
            *(self.condition("control", trial) for trial in controls),
            *(self.condition("shuffle", trial) for trial in controls if self.shuffle),
        ]


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes posts, as `posts/.authors.yml` has them."""

    name: str
    role: str
    """Their description there, such as `Author`."""
    page: str
    """The last part of the address of the page that lists their posts."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its author wrote it."""

    slug: str
    """The file's name without suffix; the last part of the page's address."""
    file: str
    """Path relative to the project's root."""
    title: str
    description: str
    date: date
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    requires: tuple[str, ...]
    """Slugs of the posts to read first."""
    read_minutes: int
    do_minutes: int
    device: Literal["cpu", "gpu", "any"]
    claims: tuple[Claim, ...]
    no_learning: str
    """Why the post trains nothing; empty when it has claims."""
    packages: tuple[str, ...]
    """Distributions that the code needs."""
    draft: bool
    cells: tuple[Cell, ...]
    explain: Literal["", "comments", "every-line"] = ""
    """Whether the program's comments are its explanation, and whether each line must have one."""
    memory: int = 0
    """Bytes that a run may use, as the author wrote it; 0 for what the machine can spare."""
    key_places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where each front matter key stands, such as `title` or `learns.0.goal`, for messages."""

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """Return the cells that run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @property
    def sources(self) -> list[str]:
        """Return the code of those cells."""
        return [cell.source for cell in self.code_cells]

    def has_line(self, cell: int, line: int) -> bool:
        """Return whether there is such a line of a code cell, both counted from 1."""
        cells = self.code_cells
        return 1 <= cell <= len(cells) and 1 <= line <= len(cells[cell - 1].lines)

    def place_in_code(self, cell: int, line: int) -> Place:
        """Return where a line of a code cell stands, both counted from 1.

        Line 0 is the cell as a whole, cell 0 what comes after the cells: the first claim.
        """
        if not cell:
            return self.claims[0].place if self.claims else self.code_cells[-1].place
        code_cell = self.code_cells[cell - 1]
        return code_cell.lines[line - 1].place if line else code_cell.place

    def place_of(self, key: str) -> Place:
        """Return where a front matter key stands."""
        return self.key_places.get(key, Place(self.file, 1))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run did not end well.

    It stands at a line of a cell, not of a file: prose may be edited after the run.
    """

    cell: int
    """The code cell, counted from 1; 0 when the cells ran and the measuring failed."""
    line: int
    """The line in that cell, counted from 1; 0 when it is not known."""
    what: str
    """The error with its value, such as `ValueError: shapes do not match`."""
    remedy: str = ""
    detail: str = ""
    """A longer text for `-v`: the traceback."""
    repeatable: bool = True
    """False for failures of the environment (a timeout, a missing package): never stored."""


@dataclass(frozen=True, slots=True)
class Update:
    """A place in the code where a control takes learning away, and how often it came there."""

    how: Literal["freeze", "step", "backward", "set", "probe"]
    """By `freeze`, by an optimizer's step or its gradients, by `set`; a probe only counts."""
    cell: int
    """The code cell, counted from 1; 0 when it is not in the post."""
    line: int
    text: str
    """The line of code, shortened."""
    count: int
    name: str = ""
    """The name that it updates, or sets."""
    used: bool = False
    """For `step`: whether it changed a parameter. For `backward`: whether its gradients are used
    by hand, outside of an optimizer. Only the sham knows."""

    @property
    def learns(self) -> bool:
        """Return whether a control that stops this stops learning, as far as the sham can tell."""
        return self.count > 0 and (self.how in {"freeze", "set"} or self.used)


@dataclass(frozen=True, slots=True)
class Unseeded:
    """A random generator that a program used and never seeded."""

    name: str
    remedy: str
    """The line that seeds it."""
    cell: int
    line: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What the instruments of a trial saw."""

    updates: tuple[Update, ...] = ()
    total: int = 0
    """Updates in all."""
    peaks: tuple[int, ...] = ()
    """For each loop, the most updates in one run of it."""
    stopped: bool = False
    """Whether the program would not have ended by itself."""
    unseeded: tuple[Unseeded, ...] = ()

    @property
    def most(self) -> int:
        """Return how often the line that learns most often ran; with `set`, a loop's rounds."""
        counts = [update.count for update in self.learning if update.how != "set"]
        return max(counts, default=max(self.peaks, default=self.total))

    @property
    def learning(self) -> tuple[Update, ...]:
        """Return the updates that are learning."""
        return tuple(update for update in self.updates if update.learns)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a run in which a program trained, and what an expression gave meanwhile."""

    place: tuple[int, int]
    """The top-level statement, counted from 1; and how many stretches began in it before."""
    updates: tuple[int, ...]
    """How often, since the stretch began, the line that learns most often had run."""
    values: tuple[float, ...]
    """What the expression gave then."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened when a post's code ran, once."""

    outputs: tuple[tuple[Output, ...], ...]
    """For each code cell that ran, what it printed and drew; trials keep nothing of it."""
    values: Mapping[str, float | str]
    """For each metric its number, or a sentence that says why there is none."""
    seconds: tuple[float, ...]
    """Wall time of each code cell that ran, in seconds."""
    python: str
    """Python's version, such as `3.12.4`."""
    versions: Mapping[str, str]
    """Pinned versions of the distributions that the post imports itself."""
    device: str
    """`cpu` or `gpu`."""
    on: date
    """The day of the run, in UTC."""
    failure: Failure | None = None
    trace: Trace = Trace()
    memory: int = 0
    """The most bytes that its process used; 0 when that is not known."""
    looks: Mapping[str, tuple[Stretch, ...] | str] = field(default_factory=dict)
    """For each expression that was looked at during training: what it gave, or why nothing."""

    @property
    def day(self) -> str:
        """Return the day of the run as people write it: 21 November 2026."""
        return f"{self.on.day} {self.on:%B %Y}"

    @property
    def total_seconds(self) -> float:
        """Return the wall time of the post's code, in seconds, start-up excluded."""
        return sum(self.seconds)
