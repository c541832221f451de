"""The protocol between the fork engine and a fork server: its request, and the messages.

A fork server imports this file before it forks, so it needs the standard library and `model` only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from site_tools.model.protocol import encoded

FORK_SERVER_FILE = "fork-server.json"
"""A `ForkServerRequest`."""

LONGEST_MESSAGE = 65_536
"""Bytes of a message. It carries a path only; what a job needs is in the job's directory."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One process of the fork server."""

    socket: int
    """The file descriptor of its end of a socket."""
    packages: Sequence[str]
    """What it imports before it forks."""


@dataclass(frozen=True, slots=True)
class ForkServerRequest:
    """What a fork server needs to start."""

    workshop: str
    """The folder of the engine, which the server removes when the engine was killed."""
    layers: Sequence[str]
    """The confinement layers of the jobs."""
    stages: Sequence[Stage]

    def to_json(self) -> str:
        """Return the JSON text of this value."""
        return encoded(self)

    @classmethod
    def from_json(cls, text: str) -> ForkServerRequest:
        """Return the value of a JSON text."""
        content = json.loads(text)
        content["stages"] = [Stage(**stage) for stage in content["stages"]]
        return cls(**content)


@dataclass(frozen=True, slots=True)
class RunJob:
    """Engine → stage: fork a child for the job in this directory."""

    folder: str


@dataclass(frozen=True, slots=True)
class KillJob:
    """Engine → stage: kill the child of this job, its time is up."""

    folder: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Engine → stage: kill all children and exit."""


@dataclass(frozen=True, slots=True)
class StageReady:
    """Stage → engine: all imports are done, jobs begin at once."""


@dataclass(frozen=True, slots=True)
class StageUnsafe:
    """Stage → engine: an import has started a thread, so this process must not fork."""


@dataclass(frozen=True, slots=True)
class JobBegan:
    """Stage → engine: the child of this job is forked."""

    folder: str


@dataclass(frozen=True, slots=True)
class JobEnded:
    """Stage → engine: the child of this job is reaped, and no descendant of it is left."""

    folder: str
    code: int
    """Its exit code, negative for a signal."""


Message = RunJob | KillJob | Stop | StageReady | StageUnsafe | JobBegan | JobEnded


def encode_message(message: Message) -> bytes:
    """Return the bytes of a message between the fork engine and a stage."""
    return json.dumps([type(message).__name__, *astuple(message)]).encode("ascii")


def decode_message(data: bytes) -> Message:  # noqa: PLR0911  one case a message
    """Return the message that these bytes are; raises ValueError when they are none."""
    match json.loads(data):
        case ["RunJob", str(folder)]:
            return RunJob(folder)
        case ["KillJob", str(folder)]:
            return KillJob(folder)
        case ["Stop"]:
            return Stop()
        case ["StageReady"]:
            return StageReady()
        case ["StageUnsafe"]:
            return StageUnsafe()
        case ["JobBegan", str(folder)]:
            return JobBegan(folder)
        case ["JobEnded", str(folder), int(code)]:
            return JobEnded(folder, code)
    raise ValueError(f"not a message of the fork server: {data[:100]!r}")
