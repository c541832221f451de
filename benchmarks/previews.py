"""The preview in a browser: how long a save takes until it is painted, and what it costs.

A project of many posts of 140 lines is served and shown in Chromium. Each edit is timed from the
save to the moment when the page shows it; a page that stays stale ends the benchmark. At the end,
pages of edited posts are compared with those of a build that starts with nothing but stored runs.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.chromium import executable
from benchmarks.corpus import write_long

PROGRAM = [sys.executable, "-m", "site_tools"]
PORT = 8400
COMPARED = 20
"""Pages that are compared with those of a build."""

_SCRIPT = re.compile(rb'<script src="[./]*-/preview\.js"[^>]*></script>')
_PRINTED = 'print("step 1 of'
"""How the line of a post begins behind which its code is edited."""

_HAS_TEXT = """([selector, text]) =>
    [...document.querySelectorAll(selector)].some(element => element.textContent.includes(text))"""

_PAUSE = 5.0
"""Seconds between two edits of code: an author looks at the output before the next one."""

_PATIENCE = 600_000.0
"""Milliseconds after which an edit counts as never painted."""


@dataclass
class Author:
    """Edits the posts of a project that is shown in a browser."""

    project: Path
    url: str
    page: Page
    server: psutil.Process

    def edit(self, post: Path, old: str, new: str) -> float:
        """Save a post in which a text is replaced; return when."""
        text = post.read_text(encoding="utf-8")
        if old not in text:
            raise SystemExit(f"{post} has no `{old}`.")
        post.write_text(text.replace(old, new, 1), encoding="utf-8")
        return time.monotonic()

    def add(self, post: Path, line: str) -> float:
        """Save a post with one more line of prose; return when."""
        with post.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
        return time.monotonic()

    def open(self, post: Path) -> None:
        """Show a post, and wait until the page hears of saves.

        A page that reloads itself at that moment aborts the navigation: then try again.
        """
        with suppress(Error):
            self.page.goto(f"{self.url}posts/{post.stem}/")
        if post.stem not in self.page.url:
            self.page.goto(f"{self.url}posts/{post.stem}/")
        self.page.locator("html[data-preview]").wait_for(state="attached", timeout=_PATIENCE)

    def wait(self, selector: str, text: str, began: float) -> float:
        """Return the seconds until an element of the page has a text; looks at every frame."""
        self.page.wait_for_function(_HAS_TEXT, arg=[selector, text], timeout=_PATIENCE)
        return time.monotonic() - began

    @property
    def cost(self) -> float:
        """Return the CPU seconds that the server has used."""
        return sum(self.server.cpu_times()[:2])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--edits", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "project")
        write_long(project, args.posts)
        subprocess.run([*PROGRAM, "build"], cwd=project, check=True, stdout=subprocess.DEVNULL)
        with _served(project) as author:
            edited = _prose(author, args.edits)
            _code(author, max(1, args.edits // 20))
            shown = {post: _bytes(author, post) for post in edited[-COMPARED:]}
            _idle(author)
        print(_compared(project, shown))


@contextmanager
def _served(project: Path) -> Iterator[Author]:
    """Serve a project, and open its first post in Chromium; print how long the server takes."""
    began = time.monotonic()
    command = [*PROGRAM, "serve", "--port", str(PORT)]
    with (
        subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        try:
            assert server.stdout is not None  # noqa: S101
            match = re.search(r"http://\S+", server.stdout.readline())
            process, address = psutil.Process(server.pid), match[0] if match else ""
            first = min((project / "posts").glob("*.md"))
            with urlopen(f"{address}posts/{first.stem}/") as answer:  # noqa: S310  this machine
                answer.read()
            seconds = time.monotonic() - began
            browser = playwright.chromium.launch(
                executable_path=executable(), args=["--no-sandbox"]
            )
            author = Author(project, address, browser.new_page(), process)
            print(f"first page after {seconds:.2f} s")
            author.open(first)
            yield author
            browser.close()
        finally:
            server.terminate()


def _prose(author: Author, edits: int) -> list[Path]:
    """Edit the prose of random posts, without and with a run in the background; return them."""
    draw = random.Random(1)  # noqa: S311
    *posts, busy = sorted((author.project / "posts").glob("*.md"))
    chosen = [draw.choice(posts) for _ in range(edits)]
    _report("prose saved to painted, idle", author, chosen[: edits // 2], _add_prose)
    before = author.edit(busy, _PRINTED, f"import time\n\ntime.sleep(10**4)\n{_PRINTED}")
    author.open(busy)
    author.wait("#preview", "Runs are under way.", before)
    _report("prose saved to painted, with a run", author, chosen[edits // 2 :], _add_prose)
    runs = [one for one in author.server.children(recursive=True) if one.is_running()]
    began = author.edit(busy, "import time\n\ntime.sleep(10**4)\n", "")
    while any(_lives(one) for one in runs):
        time.sleep(0.005)
    print(f"cancel: {time.monotonic() - began:.3f} s until all {len(runs)} processes have ended")
    return chosen


def _code(author: Author, edits: int) -> None:
    """Edit the code of posts, and break and fix it."""
    posts = sorted((author.project / "posts").glob("*.md"))[:edits]
    _report("code saved to its output", author, posts, _add_code)
    _report("code saved to the error at its cell", author, posts, _break_code)


def _add_prose(author: Author, post: Path, number: int) -> float:
    line = f"edit-{number}-ends"
    return author.wait("article", line, author.add(post, line))


def _add_code(author: Author, post: Path, number: int) -> float:
    time.sleep(_PAUSE)
    text = f"output-{number}-ends"
    began = author.edit(post, _PRINTED, f'print("output-" + "{number}-ends")\n{_PRINTED}')
    return author.wait(".output, #preview pre", text, began)


def _break_code(author: Author, post: Path, _: int) -> float:
    time.sleep(_PAUSE)
    began = author.edit(post, _PRINTED, f"1 / 0\n{_PRINTED}")
    seconds = author.wait(".preview-at-cell", "ZeroDivisionError", began)
    author.edit(post, "1 / 0\n", "")
    return seconds


def _report(
    what: str, author: Author, posts: Sequence[Path], act: Callable[[Author, Path, int], float]
) -> None:
    seconds, costs = [], []
    for number, post in enumerate(posts):
        author.open(post)
        before = author.cost
        seconds.append(act(author, post, number))
        costs.append(author.cost - before)
    ranked = sorted(seconds)
    median, high = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
    cost = statistics.mean(costs)
    print(
        f"{what}: median {median:.3f} s, p95 {high:.3f} s, CPU {cost:.3f} s ({len(ranked)} edits)"
    )


def _bytes(author: Author, post: Path) -> bytes:
    answer = author.page.request.get(f"{author.url}posts/{post.stem}/")
    return _SCRIPT.sub(b"", answer.body())


def _compared(project: Path, shown: dict[Path, bytes]) -> str:
    """Return how many of the shown pages are those of a build that keeps nothing but runs."""
    for folder in (project / ".elevenlines").iterdir():
        if folder.is_dir() and folder.name != "store":
            shutil.rmtree(folder)
    subprocess.run([*PROGRAM, "build"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    site = project / "site" / "posts"
    same = sum(
        (site / post.stem / "index.html").read_bytes() == page for post, page in shown.items()
    )
    return f"{same} of {len(shown)} pages are those of a clean build"


def _idle(author: Author) -> None:
    before, began = author.cost, time.monotonic()
    time.sleep(10)
    share = (author.cost - before) / (time.monotonic() - began)
    print(f"idle: {share:.2%} of a core")


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


if __name__ == "__main__":
    main()
