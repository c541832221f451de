"""Fuzz for some minutes with random seeds: `python -m tests.fuzz MINUTES [SEED]`.

Stops at the first fault, shows its smallest input, and says how to keep it.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time

_PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=short"]
_PYTEST += ["-n", "2", "--timeout=0", "--hypothesis-profile=fuzz", "tests/fuzz"]


def main(minutes: float, seed: int) -> int:
    """Run the tests in `tests/fuzz` again and again, with another seed each time."""
    end = time.monotonic() + 60 * minutes
    while True:
        print(f"Seed {seed}; `python -m tests.fuzz 1 {seed}` repeats it.", flush=True)
        if subprocess.run([*_PYTEST, f"--hypothesis-seed={seed}"], check=False).returncode:
            return 1
        if time.monotonic() > end:
            return 0
        seed += 1


if __name__ == "__main__":
    given = sys.argv[1:] or ["5"]
    sys.exit(main(float(given[0]), int(given[1]) if given[1:] else random.randrange(10**6)))
