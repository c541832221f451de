"""Validates the answer of a worker.

A post runs in the same process, so its answer may be anything. Only answers that are complete, of
the right types and about this post pass. The fields are those of `model.protocol.JobAnswer`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    FiniteFloat,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from site_tools.experiment.plan import Job
from site_tools.model.faults import MetricFault
from site_tools.model.notebook_output import AnyOutput
from site_tools.model.protocol import LONGEST_SHOWN
from site_tools.model.run import Gpu, Segment, Trace, Unchanged, Unseeded, Update
from site_tools.worker.code_locations import LONGEST_TEXT
from site_tools.worker.output_limits import CellOutputs, structure_of

LARGEST = 20 * 2**20
"""Bytes of an answer. A page holds less, and a worker sends no more."""

MOST_STRUCTURE = 2 * 2**20
"""Bytes of it outside of strings: parsed into lists, they take a hundred times the memory."""

MOST_VALUES = 1_000
"""Metrics of a job."""

T = TypeVar("T")
Many = Annotated[list[T], FailFast()]
"""A list that stops at its first invalid item: a million error messages would take gigabytes."""

Short = Annotated[str, Field(max_length=LONGEST_TEXT)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _few(values: Any) -> Any:
    if isinstance(values, dict) and len(values) > MOST_VALUES:
        raise ValueError
    return values


Values = Annotated[dict[str, Number | MetricFault], BeforeValidator(_few)]
"""For each metric its number, or why there is none."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError
    return text


ShownText = Annotated[
    str, Field(min_length=1, max_length=LONGEST_SHOWN), AfterValidator(_printable)
]
Texts = Annotated[dict[str, ShownText | MetricFault], BeforeValidator(_few)]
"""For each expression of the prose its text, or why there is none."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a kernel answers when its cells have run."""

    values: Values
    texts: Texts


_MEASURED: TypeAdapter[Measured] = TypeAdapter(Measured)


def parse_measured(text: str, metrics: Iterable[str], texts: Iterable[str]) -> Measured | None:
    """Return a kernel's answer, or None when it is not about these metrics and expressions."""
    try:
        measured = _MEASURED.validate_json(text)
    except ValidationError:
        return None
    known = set(measured.values) == set(metrics) and set(measured.texts) == set(texts)
    return measured if known else None


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True)


_OUTPUTS: TypeAdapter[list[list[AnyOutput]]] = TypeAdapter(Many[Many[AnyOutput]])


def parse_outputs(cells: Sequence[Sequence[Any]]) -> list[list[dict[str, Any]]] | None:
    """Return the outputs of cells as a kernel reports them, or None when they are not valid."""
    try:
        data = json.dumps(cells).encode("utf-8")
        if len(data) > LARGEST or structure_of(data) > MOST_STRUCTURE:
            return None
        return [[dict(output) for output in cell] for cell in _OUTPUTS.validate_json(data)]
    except (ValueError, TypeError, RecursionError):
        return None


class _Cell(_Checked):
    outputs: Many[AnyOutput]
    printed: Count
    size: Count
    largest: Short = ""


class Raised(_Checked):
    """An exception."""

    kinds: Annotated[Many[Short], Field(min_length=1)]
    """The names of its class and of those above it."""
    text: Short
    detail: str = ""
    places: Many[tuple[int, int]] = []
    """The cells and lines that it went through, innermost first; not checked against the post."""

    @classmethod
    def parse(cls, data: bytes) -> Raised | None:
        """Return the exception that these bytes describe, or None."""
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            return None


class _Seen(_Checked):
    """The samples of one expression in one segment of training."""

    place: tuple[Count, Count]
    updates: list[Count]
    values: list[FiniteFloat]

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Check that there is one value for each update count, and that the counts increase."""
        following = all(earlier < later for earlier, later in pairwise(self.updates))
        if not following or not 0 < len(self.updates) == len(self.values):
            raise ValueError("not a segment of training")
        return self


class Answer(_Checked):
    """The result of a job."""

    seconds: Many[Seconds]
    values: Values
    failure: Raised | None
    memory: Count
    cells: Many[_Cell] = []
    updates: Many[Update] = []
    total: Count = 0
    peaks: Many[Count] = []
    rounds: Many[Count] = []
    start: Many[float] = []
    learned: Many[float] = []
    mixed: Many[str] = []
    stopped: bool = False
    unseeded: Many[tuple[str, str, int, int]] = []
    draws: bool = True
    things: Count = 0
    changed: Count = 0
    unchanged: Many[tuple[Short, int, int]] = []
    curves: dict[str, list[_Seen] | MetricFault] = {}
    texts: Texts = {}
    gpu: Gpu | None = None

    @classmethod
    def parse(cls, data: bytes, job: Job) -> Answer | None:
        """Return the answer in these bytes, or None when it is not a valid answer to this job."""
        if len(data) > LARGEST or structure_of(data) > MOST_STRUCTURE:
            return None
        try:
            answer = cls.model_validate_json(data)
        except ValidationError:
            return None
        return answer if answer.is_complete(job) and answer.is_about(job) else None

    def is_complete(self, job: Job) -> bool:
        """Return whether all that was requested is there, for each cell."""
        count = len(job.post.code_cells)
        if self.failure:
            return len(self.seconds) < count + 1 and len(self.cells) < count + 1
        showing = count if job.condition.kind == "published" else 0
        asked = set(job.metrics), set(job.curves), set(job.texts)
        given = set(self.values), set(self.curves), set(self.texts)
        if (self.gpu is None) != (job.device == "cpu"):
            return False
        return (len(self.seconds), len(self.cells), *given) == (count, showing, *asked)

    def is_about(self, job: Job) -> bool:
        """Return whether all cells and lines in it are in the post; cell 0 means a package."""
        named = [(update.cell, update.line) for update in self.updates]
        named += [(cell, line) for _, _, cell, line in self.unseeded]
        named += [(cell, line) for _, cell, line in self.unchanged]
        return all(not cell or job.post.has_line(cell, line) for cell, line in named)

    @property
    def shown(self) -> list[CellOutputs]:
        """Return the outputs of each cell."""
        return [
            CellOutputs(
                [dict(output) for output in cell.outputs], cell.printed, cell.size, cell.largest
            )
            for cell in self.cells
        ]

    @property
    def seen(self) -> dict[str, tuple[Segment, ...] | MetricFault]:
        """Return the samples taken during training."""
        return {
            expression: curve
            if isinstance(curve, MetricFault)
            else tuple(Segment(s.place, tuple(s.updates), tuple(s.values)) for s in curve)
            for expression, curve in self.curves.items()
        }

    @property
    def trace(self) -> Trace:
        """Return what the instruments counted."""
        return Trace(
            updates=tuple(self.updates),
            total=self.total,
            peaks=tuple(self.peaks),
            rounds=tuple(self.rounds),
            start=tuple(self.start),
            learned=tuple(self.learned),
            mixed=tuple(self.mixed),
            stopped=self.stopped,
            unseeded=tuple(Unseeded(*unseeded) for unseeded in self.unseeded),
            draws=self.draws,
            things=self.things,
            changed=self.changed,
            unchanged=tuple(Unchanged(*one) for one in self.unchanged),
        )
