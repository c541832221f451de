"""What shams of small programs record: each runs in a fork of a process with the packages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_RUN = """
import json, os, pathlib, sys
from site_tools.model.claim import Condition
from site_tools.model.protocol import Confinement, JobRequest
from site_tools.worker.trial import run_trial

modules, fields = sys.argv[1].split(","), sys.argv[2].split(",")
for module in modules:
    __import__(module)

def answer(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    names = [line for line in text.splitlines() if line.startswith("# freeze: ")]
    freeze = tuple(names[0].split()[2:]) if names else ()
    confined = Confinement([], [], 2**30)
    request = JobRequest([text], Condition("sham", freeze=freeze), modules, [], 60.0, confined)
    found = run_trial(request, lambda cell, line: None)
    values = [getattr(found, field) for field in fields]
    return [*values, found.failure and found.failure.text]

for path in sys.argv[3:]:
    if os.fork() == 0:
        text = json.dumps([path, answer(path)])
        os.write(3, text.encode() + b"\\n")
        os._exit(0)
    os.wait()
"""
"""The results go to the file descriptor 3."""


def recorded(modules: str, cases: Iterable[Path], fields: str) -> dict[str, Any]:
    """Return these fields of the answer of each program, and its failure, by the program's path.

    `modules` are imported first; commas separate them, and the fields. A line `# freeze: a b` in a
    program says what the claim freezes.
    """
    command = [sys.executable, "-c", _RUN, modules, fields, *map(str, cases)]
    redirected = ["sh", "-c", '"$@" 3>&1 >/dev/null', "sh", *command]
    done = subprocess.run(redirected, capture_output=True, text=True, check=True)
    return dict(map(json.loads, done.stdout.splitlines()))
