"""What happened when the code of a post ran once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from site_tools.model.faults import MetricFault

Output = Mapping[str, Any]
"""One output of a code cell, in the notebook format's own JSON form."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run did not end well.

    Its place is a line of a cell, not of a file: prose may be edited after the run.
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
    limit: Literal["", "time", "memory"] = ""
    """The limit of a run that it has exceeded, if any."""


@dataclass(frozen=True, slots=True)
class Update:
    """A place in the code where a control takes learning away, and how often it came there."""

    how: Literal["freeze", "step", "backward", "set", "probe", "other"]
    """By `freeze`, by an optimizer's step or its gradients, by `set`. A probe only counts. Another
    statement is not taken away: it could learn in place of those that are."""
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
    by hand, outside of an optimizer; only the sham knows. For `other`: whether it changed its
    target; only a control knows."""

    @property
    def learns(self) -> bool:
        """Return whether a control that stops this stops learning, as measured in the sham."""
        stops = self.how in {"freeze", "set"} or (self.how in {"step", "backward"} and self.used)
        return self.count > 0 and stops


NEW_GENERATOR = "a new generator"
"""The name of a generator that has none."""


@dataclass(frozen=True, slots=True)
class Unseeded:
    """A random generator that a program used and never seeded."""

    name: str
    remedy: str
    """The line that seeds it."""
    cell: int
    line: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Something that should learn, and is at the end what it was before the first update."""

    name: str
    """Such as `W0`, or `model.0.weight`."""
    cell: int
    """The cell of the line that should change it; 0 when it is not in the post."""
    line: int


@dataclass(frozen=True, slots=True)
class Trace:
    """What the instruments of a trial saw."""

    updates: tuple[Update, ...] = ()
    total: int = 0
    """Updates in all."""
    peaks: tuple[int, ...] = ()
    """For each loop, the most rounds in one run of it; 0 for a loop that is not watched."""
    rounds: tuple[int, ...] = ()
    """For each loop, its rounds in all."""
    start: tuple[float, ...] = ()
    """A sketch of what learns, before its first update; not of seed trials and controls."""
    learned: tuple[float, ...] = ()
    """The same at the end."""
    mixed: tuple[str, ...] = ()
    """The names whose data were mixed."""
    stopped: bool = False
    """Whether the program would not have ended by itself."""
    unseeded: tuple[Unseeded, ...] = ()
    draws: bool = True
    """Whether anything random was drawn; only a sham knows, so True for all other runs."""
    things: int = 0
    """How many names and tensors should learn; from here on, only a sham knows."""
    changed: int = 0
    """How many of them have changed when the program has ended."""
    unchanged: tuple[Unchanged, ...] = ()
    """The others, or the first of many."""

    @property
    def most(self) -> int:
        """Return how often the line that learns most often ran; with `set`, a loop's rounds."""
        counts = [update.count for update in self.learning if update.how != "set"]
        return max(counts, default=max(self.rounds, default=self.total))

    @property
    def others(self) -> tuple[Update, ...]:
        """Return the statements that went on to change something while learning was off."""
        return tuple(update for update in self.updates if update.how == "other" and update.used)

    @property
    def learning(self) -> tuple[Update, ...]:
        """Return the updates that are learning."""
        return tuple(update for update in self.updates if update.learns)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a run in which a program trained, and the samples of an expression in it."""

    place: tuple[int, int]
    """The top-level statement, counted from 1; and how many segments began in it before."""
    updates: tuple[int, ...]
    """For each sample: how often the most frequent update had run since the segment began."""
    values: tuple[float, ...]
    """For each sample: the value of the expression."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """The GPU of a run, its software, and how it was set when the run ended."""

    name: str
    """Such as `NVIDIA H100 80GB HBM3`."""
    memory: int
    """Bytes that it has."""
    peak: int
    """The most bytes that torch reserved on it in this run."""
    driver: str
    """The version of its driver, such as `580.159.04`; empty when the system does not say."""
    torch: str
    """torch's version with its build, such as `2.11.0+cu130`."""
    cuda: str
    """The version of CUDA that torch was built for."""
    cudnn: int
    """The version of cuDNN as it counts itself, such as 91300; 0 without it."""
    tf32: bool
    """Whether products or convolutions of 32 bits may be rounded to TF32."""
    benchmark: bool
    """Whether cuDNN may choose its algorithms by measuring them."""
    deterministic: bool
    """Whether torch uses deterministic algorithms where it has them."""
    seed: int
    """The last seed of its generator."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened when a post's code ran, once."""

    outputs: tuple[tuple[Output, ...], ...]
    """For each code cell that ran, what it printed and drew; trials keep nothing of it."""
    values: Mapping[str, float | MetricFault]
    """For each metric its number, or why there is none."""
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
    curves: Mapping[str, tuple[Segment, ...] | MetricFault] = field(default_factory=dict)
    """For each expression that was sampled during training: its samples, or why there are none."""
    texts: Mapping[str, str | MetricFault] = field(default_factory=dict)
    """For each expression of the prose: its text at the end, or why there is none."""
    gpu: Gpu | None = None
    """The GPU that it ran on; None for a run on the CPU."""

    def number(self, expression: str) -> float | None:
        """Return the number that an expression gave, or None when there is none."""
        value = self.values.get(expression)
        return None if isinstance(value, MetricFault) else value

    @property
    def day(self) -> str:
        """Return the day of the run as people write it: 21 November 2026."""
        return f"{self.on.day} {self.on:%B %Y}"

    @property
    def total_seconds(self) -> float:
        """Return the wall time of the post's code, in seconds, start-up excluded."""
        return sum(self.seconds)
