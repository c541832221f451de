"""The preview: how long a save takes until a page can be painted, and what it costs.

A project of many posts of 140 lines is served, and a state is asked for as a page does it. Each
prose edit is timed from the save to the answer with another page, and each code edit to the page
that is complete. Every page after an edit must hold the edited text: a stale one is counted.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from benchmarks.corpus import write_long

SERVE = [sys.executable, "-m", "site_tools", "serve", "--port", "8400"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--edits", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "project")
        write_long(project, args.posts)
        subprocess.run([sys.executable, "-m", "site_tools", "run"], cwd=project, check=True)
        began = time.monotonic()
        with subprocess.Popen(SERVE, cwd=project, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None  # noqa: S101
                match = re.search(r"http://\S+", server.stdout.readline())
                url = match[0] if match else ""
                _get(f"{url}posts/post-0000/")
                print(f"{args.posts:,} posts; first page after {time.monotonic() - began:.2f} s")
                _measure(project, url, args.edits, psutil.Process(server.pid))
            finally:
                server.terminate()


def _measure(project: Path, url: str, edits: int, server: psutil.Process) -> None:
    draw = random.Random(1)  # noqa: S311
    posts = sorted((project / "posts").glob("*.md"))
    seconds, costs, stale = [], [], 0
    for number in range(edits):
        post = draw.choice(posts)
        before, began = sum(server.cpu_times()[:2]), time.monotonic()
        mark = f"edit-{number}-ends"
        post.write_text(post.read_text(encoding="utf-8") + f"\n{mark}\n", encoding="utf-8")
        page = _get(f"{url}posts/{post.stem}/")
        seconds.append(time.monotonic() - began)
        costs.append(sum(server.cpu_times()[:2]) - before)
        stale += mark.encode() not in page
    ranked = sorted(seconds)
    print(
        f"prose saved to page: median {statistics.median(ranked):.3f} s, "
        f"p95 {ranked[int(0.95 * len(ranked))]:.3f} s; CPU {statistics.mean(costs):.3f} s an edit; "
        f"{stale} of {edits} pages stale"
    )
    before, began = sum(server.cpu_times()[:2]), time.monotonic()
    time.sleep(10)
    share = (sum(server.cpu_times()[:2]) - before) / (time.monotonic() - began)
    print(f"idle: {share:.2%} of a core")


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310
        return bytes(answer.read())


if __name__ == "__main__":
    main()
