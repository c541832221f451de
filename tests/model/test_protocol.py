"""Values of the protocol survive their JSON form, and a worker imports it cheaply."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from site_tools.model.claim import Condition
from site_tools.model.fork_protocol import (
    ForkServerRequest,
    JobBegan,
    JobEnded,
    KillJob,
    Message,
    RunJob,
    Stage,
    StageReady,
    StageUnsafe,
    Stop,
    decode_message,
    encode_message,
)
from site_tools.model.protocol import (
    Confinement,
    JobAnswer,
    JobRequest,
    RaisedException,
    SampledSegment,
    SamplingRequest,
    UpdateCounts,
)
from site_tools.model.run import Update

CONFINEMENT = Confinement(layers=["limits", "files"], readable=["/fonts"], memory=10**9)
SAMPLING = SamplingRequest(
    expressions=["loss"],
    learning=[("freeze", 1, 4)],
    most=100,
    seconds=0.5,
    taken={"loss": [SampledSegment((3, 0), [0, 10])]},
)


def request(**changed: object) -> JobRequest:
    parts: dict[str, object] = {
        "cells": ["a = 1\n"],
        "condition": Condition("published"),
        "modules": ["random"],
        "metrics": ["a"],
        "timeout": 60.0,
        "confinement": CONFINEMENT,
    }
    return JobRequest(**{**parts, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "job",
    [
        request(),
        request(listen=True),
        request(
            condition=Condition("flat", 2, ("w",), ("counts",), (("rate", 0.0),), "targets"),
            published=UpdateCounts(30, [10, 20]),
            sampling=SAMPLING,
        ),
    ],
    ids=["published", "listen", "flat"],
)
def test_job_request_survives_json(job: JobRequest) -> None:
    assert JobRequest.from_json(job.to_json()) == job


def test_fork_server_request_survives_json() -> None:
    server = ForkServerRequest("/tmp/workshop", ["limits"], [Stage(5, ["numpy"]), Stage(7, [])])
    assert ForkServerRequest.from_json(server.to_json()) == server


def test_confinement_survives_json() -> None:
    assert Confinement.from_json(CONFINEMENT.to_json()) == CONFINEMENT


def test_job_answer_is_plain_json() -> None:
    raised = RaisedException(["ValueError"], "no", places=[(1, 2)])
    answer = JobAnswer([0.1], {}, raised, updates=[Update("freeze", 1, 4, "w += 1", 3)])
    content = json.loads(answer.to_json())
    assert content["failure"]["places"] == [[1, 2]]
    assert content["updates"][0]["text"] == "w += 1"


@pytest.mark.parametrize(
    "message",
    [
        RunJob("/tmp/1"),
        KillJob("/tmp/\udce9"),
        Stop(),
        StageReady(),
        StageUnsafe(),
        JobBegan("/tmp/1"),
        JobEnded("/tmp/1", -9),
    ],
    ids=lambda message: type(message).__name__,
)
def test_message_survives_its_bytes(message: Message) -> None:
    assert decode_message(encode_message(message)) == message


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'["Run"]', b'["RunJob", 1]', b'["JobEnded", "/tmp/1"]', b"\xff"]
)
def test_decode_message_rejects_other_bytes(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  json has its own messages
        decode_message(data)


def test_worker_imports_no_pydantic() -> None:
    code = "import sys, site_tools.worker.job_process, site_tools.worker.trial\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert {"pydantic", "numpy", "IPython"}.isdisjoint(ran.stdout.split())
