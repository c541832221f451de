"""The schema of `evidence.json`; the site serves it as `evidence/schema.json`."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


def _is_nothing(value: object) -> bool:
    return value == 0


def _is_none(value: object) -> bool:
    return value is None


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GpuFacts(_Model):
    """The GPU of a run, its software, and how it was set when the run ended."""

    name: str
    memory: int = Field(description="Bytes that it has.")
    peak: int = Field(description="The most bytes that torch reserved on it.")
    driver: str
    torch: str = Field(description="torch's version with its build.")
    cuda: str = Field(description="The version of CUDA that torch was built for.")
    cudnn: int = Field(description="The version of cuDNN, such as 91300; 0 without it.")
    tf32: bool = Field(description="Whether 32-bit numbers may be rounded to TF32.")
    benchmark: bool = Field(description="Whether cuDNN may choose algorithms by measurement.")
    deterministic: bool = Field(description="Whether deterministic algorithms are used.")
    seed: int = Field(description="The last seed of its generator.")


class RunFacts(_Model):
    """Where and when the published run happened."""

    date: dt.date = Field(description="Day of the published run, in UTC.")
    device: str = Field(description="`cpu` (one thread) or `gpu`.")
    python: str
    packages: dict[str, str] = Field(description="Versions of what the post imports itself.")
    seconds: float = Field(description="Wall time of the post's code.")
    gpu: GpuFacts | None = Field(
        None, exclude_if=_is_none, description="The GPU; absent for a run on the CPU."
    )


class SwitchedOff(_Model):
    """A line that a control took away."""

    block: int = Field(description="The code block, counted from 1; 0 inside a package.")
    line: int = Field(description="The line in that block, counted from 1.")
    code: str
    how: Literal["freeze", "step", "backward", "set"] = Field(
        description="The statement was skipped; the optimizer's step was undone; the gradients "
        "were zero; the value was replaced."
    )
    times: int = Field(description="How often, in the first control.")


class WithoutNetwork(_Model):
    """What can be had without a network."""

    expression: str = Field(
        description="The author's expression; or `the commonest answer`, `the mean` or `the last "
        "value`, with which each answer of the network was replaced."
    )
    value: float


class Shuffled(_Model):
    """Runs whose answers were mixed."""

    name: str
    values: list[float]


class Course(_Model):
    """What one run gave while it went on."""

    after: list[int] = Field(description="How many updates, or rounds, had been tried.")
    values: list[float]


class LearningCurve(_Model):
    """How the number changes while the network learns; no part of the verdict."""

    expression: str = Field(description="What was measured: the metric, or its like in training.")
    unit: Literal["updates", "rounds"] = Field(
        description="What is counted: how often the line that learns most often had run, or a loop "
        "had gone round."
    )
    trained: Course
    learning_off: Course = Field(description="The same start with learning off; may be empty.")


class PlainSource(_Model):
    """The control of the author's own start as a script, with the learning struck out of it.

    `elevenlines verify` runs it in a clean interpreter, and compares the number to 9 digits.
    """

    ends_at: float = Field(description="Where the control ended, and where the script must end.")
    file: str = Field(description="The script, beside the page; empty when there is none.")
    not_written: str = Field(description="Why there is none; empty when there is one.")


class ClaimEvidence(_Model):
    """One claim and everything that was measured for it."""

    says: str
    metric: str = Field(description="A Python expression, evaluated after the last line.")
    goal: str = Field(description="A comparison that the metric must meet.")
    verdict: str = Field(description="`accepted`; a post with another verdict is not published.")
    published: float = Field(description="The metric in the published run.")
    sham: float = Field(description="The same with the instruments of a control, learning on.")
    seeds: list[float | None] = Field(description="Other random starts; null where one failed.")
    passing: int = Field(description="How many of them reach the goal.")
    needed: int = Field(description="How many must.")
    at_least: float = Field(
        ge=0, le=1, description="Lower bound of the share that does: exact binomial, 95 %."
    )
    deterministic: bool = Field(
        description="Whether nothing random was drawn, so that there are no other starts."
    )
    learning_off: list[float] = Field(description="The first of these starts with learning off.")
    plain_source: PlainSource | None = Field(
        description="The author's own start with learning off; null in a post that is not accepted."
    )
    stopped: bool = Field(description="Whether a control was stopped after twice as many updates.")
    switched_off: list[SwitchedOff]
    things: int = Field(
        0, exclude_if=_is_nothing, description="How many names and tensors should learn."
    )
    changed: int = Field(
        0, exclude_if=_is_nothing, description="How many of them have changed at the end."
    )
    tally: list[str] = Field(description="Names that learn by counting, without feedback.")
    set: dict[str, float] = Field(description="Constants that were replaced in the controls.")
    shuffled: Shuffled | None
    mixed: list[str] = Field(
        description="Names whose data were mixed in a run, which learned something else; empty if "
        "the program binds no data at top level."
    )
    baseline: WithoutNetwork | None = Field(description="The strongest of `baselines`.")
    baselines: list[WithoutNetwork] = Field(
        description="What can be had without a network, the strongest first; all miss the goal."
    )
    scale: Literal["linear", "log", "logit"] = Field(description="Of `gap`.")
    margin: float | None = Field(
        description="Standard deviations from the passing runs' mean to the goal; null without "
        "spread."
    )
    by_chance: float | None = Field(
        description="Of a share of at most 200 examples: which part of all starts misses the goal, "
        "if the numbers of wrong answers differ by chance alone; null where they differ more. If "
        "it is at most 0.01, a smaller margin is enough."
    )
    gap: float = Field(
        description="By how much the nearest control misses the goal, as part of the way from "
        "trained to untrained; or a baseline that is nearer."
    )
    curve: LearningCurve | None = Field(
        description="Null when the number is not there, or does not change, during training."
    )


class ClaimElsewhere(_Model):
    """A claim on a second device."""

    published: float = Field(description="The metric in the published run there.")
    verdict: str = Field(description="`accepted`: the same claim is proved there.")
    passing: int = Field(description="How many other random starts reach the goal there.")
    starts: int = Field(description="How many there are.")


class Elsewhere(_Model):
    """The same post on a second device."""

    run: RunFacts
    claims: list[ClaimElsewhere] = Field(description="In the order of `claims`.")


class NoteForReviewers(_Model):
    """A line of code that a reviewer should read; found without running it."""

    block: int = Field(description="The code block, counted from 1; 0 for a claim's metric.")
    line: int = Field(description="The line in that block, or the number of the claim.")
    text: str = Field(description="What the line does.")


class Variants(_Model):
    """What programs with one change have shown."""

    tried: int = Field(description="How many were run.")
    total: int = Field(description="How many the program has.")
    effective: int = Field(description="How many of those that were run end at other numbers.")
    counted: int = Field(
        description="How many of these a claim should notice: not those that make the program "
        "better, nor other starts from which it does as well."
    )
    noticed: int = Field(description="How many of these miss the goal of some claim.")


class PostEvidence(_Model):
    """What a post claims, and what was measured."""

    version: Literal[1] = 1
    post: str = Field(description="The last part of the page's address.")
    title: str
    url: str
    run: RunFacts
    no_learning: str = Field(description="Why the post trains nothing; empty when it does.")
    claims: list[ClaimEvidence]
    on_gpu: Elsewhere | None = Field(
        None,
        exclude_if=_is_none,
        description="The same on a GPU, of a post for any device; absent where it did not run.",
    )
    left_out: list[int] = Field(
        description="The code blocks, counted from 1, that no claim needs: the program gives the "
        "published numbers without them, and all runs but the published one and the sham do so."
    )
    hidden_lines: int = Field(description="Lines of code that ran and that the page does not show.")
    notes_for_reviewers: list[NoteForReviewers] = Field(
        description="Where the code could behave differently under test, or take its answers from "
        "elsewhere. No part of a verdict."
    )
    variants: Variants | None = Field(
        default=None,
        description="Which changes of one line the claims notice; absent if that is unknown.",
    )


@cache
def schema() -> str:
    """Return the JSON Schema of `evidence.json`."""
    return json.dumps(PostEvidence.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
