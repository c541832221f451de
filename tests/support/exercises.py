"""What the checks of exercises say of solutions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

from tests.support import exercise_runner

ONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""One thread for each process: two run at a time."""


def checked(solutions: Mapping[str, dict[str, list[str]]]) -> dict[str, str]:
    """Return what the check says of each solution, which has code cells and those of the check."""
    command, text = [sys.executable, exercise_runner.__file__], json.dumps(solutions)
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, env={**os.environ, **ONE}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
