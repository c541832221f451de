"""What the checks of exercises say of solutions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

RUNNER = Path(__file__).with_name("exercise_runner.py")
"""Not imported here: it imports torch, and each process of tests imports this."""


def checked(solutions: Mapping[str, dict[str, list[str]]]) -> dict[str, str]:
    """Return what the check says of each solution, which has code cells and those of the check."""
    command, text = [sys.executable, str(RUNNER)], json.dumps(solutions)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
