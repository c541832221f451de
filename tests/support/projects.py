"""Projects in temporary folders, made of this project's own real parts."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from site_tools.cli import main

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "cases"


AUTHORS = """\
authors:
  ada: {name: Ada, description: Author, avatar: assets/editors.svg}
"""


Elevenlines = Callable[..., tuple[int, str]]

_TO_A_POST = r"\.\./posts/[^)]*"
"""Where a page links to one of this site's own posts, which a project without posts does not have.
"""

_MANUAL = (
    "commands", "cpu-or-gpu", "front-matter", "how-it-works", "how-posts-run", "messages",
    "prove-any-program", "put-to-the-test", "sharing-runs", "tutorial", "write-a-post",
    "your-own-site",
)  # fmt: skip
"""The pages that no page of a post needs. They are most of the text, and each build would render
them again."""


def make_project(folder: Path, *, manual: bool = False) -> Path:
    """Lay out a project without posts, with this project's settings, pages and pins.

    Links of the pages to what the project does not have become plain text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("mkdocs.yml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    left_out = () if manual else _MANUAL
    _leave_out(folder, left_out)
    places = "|".join([_TO_A_POST, *(rf"{name}\.md[^)]*" for name in left_out)])
    for page in (folder / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(rf"\[([^\]]*)\]\(({places})\)", r"\1", text), encoding="utf-8")
    for name in ("posts", "snippets"):
        (folder / name).mkdir()
    (folder / "posts" / ".authors.yml").write_text(AUTHORS, encoding="utf-8")
    return folder


def _leave_out(folder: Path, names: Sequence[str]) -> None:
    """Remove pages, and what the navigation has of them."""
    settings = folder / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    for name in names:
        (folder / "docs" / f"{name}.md").unlink()
        text = text.replace(f"      - {name}.md\n", "")
    settings.write_text(re.sub(r"(?m)^  - [^:\n]+:\n(?!      )", "", text), encoding="utf-8")


def set_option(folder: Path, option: str) -> None:
    """Set an option of the plugin, as a line of YAML."""
    path = folder / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    plugin = "  - elevenlines:\n"
    assert plugin in text
    path.write_text(text.replace(plugin, f"{plugin}      {option}\n"), encoding="utf-8")


def run_main(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command in a folder; return the exit code and all that it printed."""
    said = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        code = _main(arguments) if not _has_loop() else _in_thread(arguments)
    return code, said.getvalue()


def _has_loop() -> bool:
    """Return whether a loop runs in this thread, as Playwright leaves one: no other can."""
    with contextlib.suppress(RuntimeError):
        return bool(asyncio.get_running_loop())
    return False


def _in_thread(arguments: Sequence[str]) -> int:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_main, arguments).result()


def _main(arguments: Sequence[str]) -> int:
    try:
        return main(list(arguments))
    except SystemExit as stop:  # argparse
        return int(str(stop.code))


def slugs(folder: Path) -> list[str]:
    """Return the slugs of all posts of a project."""
    files = (folder / "posts").iterdir()
    return sorted(file.stem for file in files if file.suffix in {".md", ".py", ".ipynb"})


POSTS = slugs(ROOT)
"""The slugs of this site's own posts."""


EXAMPLE = CASES / "site"
"""A small site with every kind of page, whose posts run in a second."""


EXAMPLES = slugs(EXAMPLE)
"""The slugs of its posts."""


LEARNING = [slug for slug in EXAMPLES if slug != "counting"]
"""Those that make a claim."""


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of a session share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@contextlib.contextmanager
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have temporary files made in a new folder; its path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="el-", dir="/tmp", ignore_cleanup_errors=True) as name:
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr("tempfile.tempdir", name)
        yield Path(name)


def left_behind(folder: Path) -> list[str]:
    """Return the commands of processes that name a folder, or work in it."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(
            psutil.Error, OSError
        ):  # it has ended, or works in too long a path
            command = " ".join(process.cmdline())
            if str(folder) in command or str(folder) in process.cwd():
                found.append(command)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
