"""The protocol between the parent of a run and the processes that it starts.

Everything that both sides must agree on is defined here: the names in a job's directory, the
request that the parent writes, and the answer that the worker writes. `fork_protocol` has the
messages between the fork engine and the fork server. A worker imports this file before the first
line of a post, so it needs the standard library and `model` only. The parent does not trust an
answer: a post runs in the process that wrote it. `running.answer_schema` validates it, with the
field names of `JobAnswer`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from site_tools.model.claim import Condition
from site_tools.model.launch import Launch
from site_tools.model.run import Gpu, Update

# The job directory: the parent creates it, and removes it when the job has ended.

REQUEST_FILE = "request.json"
"""A `JobRequest`, written by the parent; or the `Confinement` of a confined program."""

ANSWER_FILE = "answer.json"
"""A `JobAnswer`, written by the worker when the post has ended, with or without an exception."""

STACK_FILE = "stack.txt"
"""The stack that `faulthandler` dumps when a crash or the time limit ends the worker."""

POSITION_FILE = "position.txt"
"""The cell and line that began last, to locate an end without an exception."""

WORKER_ERROR_FILE = "worker-error.json"
"""A `RaisedException` of the worker's own code: the job was not done, and not because of the post.
"""

PRINTED_FILE = "printed.txt"
"""What the published run has printed so far, if the request asks for it."""

KERNEL_LOG_FILE = "kernel.txt"
"""What a Jupyter kernel writes to its own standard output and error."""

OWN_FOLDER, WORK_FOLDER, TEMPORARY_FOLDER = "own", "own/work", "own/tmp"
"""Folders that the post may write to. They share one parent, so that it can move files between its
working directory and its temporary directory."""

RESERVED_BYTES = {WORKER_ERROR_FILE: 4096, STACK_FILE: 4096, POSITION_FILE: 19}
"""Size of the files that are filled with spaces beforehand, so that an error can be written to them
even when the disk is full."""

EXIT_WITHOUT_REPORT = 113
"""Exit code of a worker that failed outside of the post. It should have written its error, but the
post may have closed the file descriptor."""

EXIT_TOO_MUCH_MEMORY, EXIT_TOO_MANY_PROCESSES = 114, 115
"""Exit codes of a worker whose watch has killed the post."""

LONGEST_SHOWN = 200
"""Characters of a text that an expression in prose may give: it is part of a sentence."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """How far a process is confined before it runs foreign code."""

    layers: Sequence[str]
    """Of `sandbox.confinement.LAYERS`; none for resource limits only."""
    readable: Sequence[str]
    """Files and folders that it may read, beside its own folder, the interpreter and the system."""
    memory: int
    """Limit of its private memory, in bytes."""
    device: str = "cpu"
    """`cpu` or `gpu`."""
    skipped: int = 0
    """Process numbers that are left out before the process gets its own, in a namespace."""
    gpu: str = ""
    """The GPU that it sees, as `CUDA_VISIBLE_DEVICES` names it; empty for all or none."""

    def to_json(self) -> str:
        """Return the JSON text of this value."""
        return encoded(self)

    @classmethod
    def from_json(cls, text: str) -> Confinement:
        """Return the value of a JSON text."""
        return cls(**json.loads(text))


MAX_RATIO = 2
"""A loop of a control is ended after this many times the rounds that it made in the sham: one that
ends when the error is small would never end without learning. Other loops end by themselves, as
often run as in the published program. Not 1: a start may take longer than the published one."""


@dataclass(frozen=True, slots=True)
class UpdateCounts:
    """What the sham counted: a control needs it to end its loops."""

    total: int
    """Updates in all."""
    peaks: Sequence[int]
    """For each loop, the most rounds in one run of it."""

    def limit(self, loop: int) -> int:
        """Return after how many rounds a control ends one run of a loop; 0 when nothing was run.

        MAX_RATIO times the most that it made in one run in the sham, so that the loops around it
        still come to their own ends.
        """
        return MAX_RATIO * (self.peaks[loop] or max(self.peaks))


@dataclass(frozen=True, slots=True)
class SampledSegment:
    """Where the trained curve was sampled during one segment of training."""

    place: tuple[int, int]
    """The top-level statement, counted from 1, and how many segments began in it before."""
    updates: Sequence[int]
    """The update counts at which it was sampled."""


@dataclass(frozen=True, slots=True)
class SamplingRequest:
    """What to sample during training, and what the sham measured to decide when."""

    expressions: Sequence[str]
    learning: Sequence[tuple[str, int, int]]
    """The updates that are learning: how, cell and line. Empty where a constant is set: then the
    iterations of all loops count."""
    most: int
    """How often the most frequent of them ran."""
    seconds: float
    """How long the sham took."""
    taken: Mapping[str, Sequence[SampledSegment]] | None = None
    """For an ablated curve, per expression: the samples of the trained curve, to take the same."""

    @classmethod
    def decode(cls, content: dict[str, Any]) -> SamplingRequest:
        """Return the value of decoded JSON."""
        content["learning"] = [(how, cell, line) for how, cell, line in content["learning"]]
        if content["taken"] is not None:
            content["taken"] = {
                expression: [
                    SampledSegment((s["place"][0], s["place"][1]), s["updates"]) for s in segments
                ]
                for expression, segments in content["taken"].items()
            }
        return cls(**content)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a worker needs to do one job."""

    cells: Sequence[str]
    """The source of each code cell of the post."""
    condition: Condition
    modules: Sequence[str]
    """Of `random`, `numpy`, `torch` and `jax`, those that the post may draw random numbers from."""
    metrics: Sequence[str]
    """The expressions to evaluate when the program has ended."""
    timeout: float
    """Seconds until the worker dumps its stack and exits."""
    confinement: Confinement
    published: UpdateCounts | None = None
    """For a control, a curve and an ablated curve."""
    sampling: SamplingRequest | None = None
    """For a curve and an ablated curve."""
    texts: Sequence[str] = ()
    """The expressions of the prose to evaluate when the program has ended; of published runs."""
    raising: Sequence[int] = ()
    """The numbers, from 1, of the cells that are meant to raise."""
    listen: bool = False
    """Whether to write what is printed to `PRINTED_FILE`."""
    launch: Launch | None = None
    """How to start a program that is no post."""

    def to_json(self) -> str:
        """Return the JSON text of this value."""
        return encoded(self)

    @classmethod
    def from_json(cls, text: str) -> JobRequest:
        """Return the value of a JSON text."""
        content = json.loads(text)
        condition = content["condition"]
        for name in ("freeze", "tally"):
            condition[name] = tuple(condition[name])
        condition["constants"] = tuple((name, value) for name, value in condition["constants"])
        content["condition"] = Condition(**condition)
        content["confinement"] = Confinement(**content["confinement"])
        for name in ("texts", "raising"):
            content[name] = tuple(content[name])
        if content["published"] is not None:
            content["published"] = UpdateCounts(**content["published"])
        if content["sampling"] is not None:
            content["sampling"] = SamplingRequest.decode(content["sampling"])
        if content["launch"] is not None:
            content["launch"] = Launch.decode(content["launch"])
        return cls(**content)


@dataclass(frozen=True, slots=True)
class RaisedException:
    """An exception, described by the process in which it was raised."""

    kinds: Sequence[str]
    """The names of its class and of the base classes."""
    text: str
    detail: str = ""
    """The traceback; empty when no line of the post is in it."""
    places: Sequence[tuple[int, int]] = ()
    """The cells and lines of the post that it went through, innermost first."""

    @property
    def may_be_meant(self) -> bool:
        """Return whether a cell can be meant to raise this: not an exit, nor too little memory."""
        return "Exception" in self.kinds and "MemoryError" not in self.kinds

    @property
    def ends_well(self) -> bool:
        """Return whether this is how a script ends itself when all is well: `sys.exit(0)`."""
        return "SystemExit" in self.kinds and self.text in {"", "0", "None"}

    def to_json(self) -> str:
        """Return the JSON text of this value, in ASCII."""
        return encoded(self)


@dataclass(frozen=True, slots=True)
class CellOutputs:
    """What one cell of the published run showed."""

    outputs: Sequence[Mapping[str, Any]]
    """In the notebook format's JSON form; empty when there is too much of it."""
    printed: int
    """Characters that it printed, kept or not."""
    size: int
    """The size of its outputs, without what it printed; see `output_limits.size_of`."""
    largest: str = ""
    """The format that has most of it, such as `image/svg+xml`."""


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """The result of a job, as the worker writes it."""

    seconds: Sequence[float]
    """Wall time of each cell that ran."""
    values: Mapping[str, Any]
    """The metrics; empty after an exception."""
    failure: RaisedException | None = None
    memory: int = 0
    """Peak memory of the worker and its children, in bytes."""
    cells: Sequence[CellOutputs] = ()
    """Of the published run only."""
    updates: Sequence[Update] = ()
    """From here on, of trials only: see `model.run.Trace`."""
    total: int = 0
    peaks: Sequence[int] = ()
    rounds: Sequence[int] = ()
    start: Sequence[float] = ()
    learned: Sequence[float] = ()
    mixed: Sequence[str] = ()
    stopped: bool = False
    unseeded: Sequence[tuple[str, str, int, int]] = ()
    draws: bool = True
    things: int = 0
    changed: int = 0
    unchanged: Sequence[tuple[str, int, int]] = ()
    curves: Mapping[str, Any] = field(default_factory=dict)
    """The samples of each expression."""
    texts: Mapping[str, Any] = field(default_factory=dict)
    """The texts of the expressions in the prose; of the published run only."""
    gpu: Gpu | None = None
    """The GPU that the run used; None on the CPU."""

    def to_json(self) -> str:
        """Return the JSON text of this value; it may contain lone surrogates."""
        return encoded(self, ascii_only=False)


def encoded(value: object, *, ascii_only: bool = True) -> str:
    """Return the JSON text of a dataclass; the outputs in it are large, so nothing is copied."""
    return json.dumps(value, default=_fields, ensure_ascii=ascii_only)


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value)}
