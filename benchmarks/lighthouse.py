"""Lighthouse scores of the built site on an emulated phone: `make lighthouse`.

Lighthouse is installed from npm; the browser must be installed already. Each page is measured
several times and the median counts, because a busy machine slows the emulated phone. The exit code
is 1 if a score is too low.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.chromium import NAMES, executable
from benchmarks.serving import serve

VERSION = "13.5.0"
ROUNDS = 3
PAGES = ("/", "/posts/eleven-lines/", "/posts/")
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
PORT = 8000
"""The port in the default site address, which a build without SITE_URL uses."""


def main() -> int:
    """Print the scores of each page; return 1 if one is too low."""
    browser = executable(NAMES[1:])  # it starts its browser itself, as a whole
    if browser is None or shutil.which("npx") is None:
        sys.exit("Lighthouse needs a Chromium and npm: apt-get install chromium nodejs npm")
    print("".join(f"{name:>16}" for name in WANTED) + "  page")
    good = True
    with serve(Path("site"), PORT):
        for page in PAGES:
            rounds = [_scores(f"http://localhost:{PORT}{page}", browser) for _ in range(ROUNDS)]
            middle = {name: statistics.median(one[name] for one in rounds) for name in WANTED}
            print("".join(f"{middle[name]:16.0f}" for name in WANTED) + f"  {page}", flush=True)
            good &= all(middle[name] >= least for name, least in WANTED.items())
    return 0 if good else 1


def _scores(address: str, browser: str) -> Mapping[str, float]:
    """Return the scores of one page by category, from 0 to 100."""
    command = ["npx", "--yes", f"lighthouse@{VERSION}", address, "--quiet", "--output=json"]
    command += [f"--only-categories={','.join(WANTED)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    environment = {**os.environ, "CHROME_PATH": browser}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"Lighthouse {VERSION} failed:\n{done.stderr}")
    categories = json.loads(done.stdout)["categories"]
    return {name: 100 * categories[name]["score"] for name in WANTED}


if __name__ == "__main__":
    sys.exit(main())
