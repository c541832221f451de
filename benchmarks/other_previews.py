"""The preview beside those of other tools: the same posts, the same edits, in the same run.

Each tool serves the same posts of 140 lines, in the format that it reads. A sentence is edited in
one post after another, then a line of code. Each save is timed until the open page shows it. The
CPU seconds are those of the server and all of its children. The template of MyST's pages has to be
downloaded, so its edits are timed until its content server has them, without a browser.

marimo, MyST and a Jupyter server are installed in build/previews; this needs npm.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import jupytext
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.chromium import executable
from benchmarks.corpus import write_long
from benchmarks.previews import PROGRAM

TOOLS = Path("build", "previews")
PORT = 8500
PATIENCE = 600.0
"""Seconds after which an edit counts as never shown."""

_KERNEL = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n"
_KEPT = "as every post does"
_PROSE = "opens with a promise"
_NOTHING = 0.1
"""CPU seconds of a second in which a server only waits."""

_PROSE_SHOWN = "opens with another promise"
_CODE_SHOWN = "Another line is printed."
_CODE = re.compile(r'^( *)(print\("step 1 of)', re.MULTILINE)


@dataclass
class Preview(ABC):
    """A tool that shows posts while they are edited."""

    name: str
    folder: Path
    options: Sequence[str] = ()
    files: list[Path] = field(init=False)

    @abstractmethod
    def write(self, posts: Sequence[Path]) -> list[Path]:
        """Write the posts into `folder`, as the tool reads them; return their files."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return what starts the server at `PORT`."""

    @abstractmethod
    def address(self, file: Path) -> str:
        """Return the path of a post's page."""

    def open(self, page: Page, file: Path) -> None:
        """Show a post; try again until the server answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(Exception):
                page.goto(f"http://localhost:{PORT}/{self.address(file)}")
                page.get_by_text(_KEPT).first.wait_for(state="attached", timeout=10_000)
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.name}: no page for {file.name}.")

    def wait(self, page: Page, file: Path, text: str) -> None:
        """Wait until the page of a post shows a text."""
        del file
        page.get_by_text(text).first.wait_for(state="attached", timeout=PATIENCE * 1000)


class Ours(Preview):
    """`elevenlines serve`."""

    def write(self, posts: Sequence[Path]) -> list[Path]:
        """Use the project as it is."""
        shutil.copytree(posts[0].parent.parent, self.folder)
        return sorted((self.folder / "posts").glob("*.md"))

    def command(self) -> list[str]:
        """Serve with what is stored."""
        return [*PROGRAM, "serve", "--port", str(PORT)]

    def address(self, file: Path) -> str:
        """Return the address of a site's post."""
        return f"posts/{file.stem}/"


class MkDocs(Preview):
    """`mkdocs serve` with Material and mkdocs-jupyter, which executes the posts."""

    def write(self, posts: Sequence[Path]) -> list[Path]:
        """Write py:percent scripts."""
        (self.folder / "docs").mkdir(parents=True)
        (self.folder / "docs" / "index.md").write_text("# Posts\n", encoding="utf-8")
        plugins = "plugins:\n  - mkdocs-jupyter:\n      execute: true\n"
        settings = f"site_name: Posts\ntheme:\n  name: material\n{plugins}"
        (self.folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
        return _converted(posts, self.folder / "docs", "py:percent", ".py")

    def command(self) -> list[str]:
        """Serve; without `--livereload`, MkDocs 1.6 does not watch with newer versions of click."""
        at = f"localhost:{PORT}"
        return [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", at, *self.options]

    def address(self, file: Path) -> str:
        """Return the address of a page."""
        return f"{file.stem}/"


class Marimo(Preview):
    """`marimo edit --watch`, which runs changed cells and those that depend on them."""

    def write(self, posts: Sequence[Path]) -> list[Path]:
        """Write marimo notebooks."""
        self.folder.mkdir()
        runtime = '[tool.marimo.runtime]\nauto_instantiate = true\nwatcher_on_save = "autorun"\n'
        (self.folder / "pyproject.toml").write_text(runtime, encoding="utf-8")
        notebooks = _converted(posts, self.folder, "ipynb", ".ipynb")
        for path in notebooks:
            made = path.with_suffix(".py").name
            convert = [_tool("bin/marimo"), "convert", path.name, "-o", made]
            subprocess.run(convert, cwd=self.folder, check=True, capture_output=True)
        return [path.with_suffix(".py") for path in notebooks]

    def command(self) -> list[str]:
        """Serve all notebooks of the folder."""
        options = ["--headless", "--no-token", "--watch", "--skip-update-check"]
        return [_tool("bin/marimo"), "edit", ".", "--port", str(PORT), *options]

    def address(self, file: Path) -> str:
        """Return the address of a notebook."""
        return f"?file={file.name}"


class Myst(Preview):
    """`myst start --execute`, without pages."""

    def write(self, posts: Sequence[Path]) -> list[Path]:
        """Write MyST's Markdown, and a template that shows nothing."""
        (self.folder / "theme").mkdir(parents=True)
        build = 'build:\n  install: "true"\n  start: "true"\n'
        theme = f"jtex: v1\ntitle: None\nversion: 1.0.0\n{build}"
        (self.folder / "theme" / "template.yml").write_text(theme, encoding="utf-8")
        root = '{"ServerApp": {"allow_root": true}}'  # for a container, where the user is root
        (self.folder / "jupyter_server_config.json").write_text(root, encoding="utf-8")
        settings = "version: 1\nproject:\n  title: Posts\nsite:\n  template: ./theme\n"
        (self.folder / "myst.yml").write_text(settings, encoding="utf-8")
        files = _converted(posts, self.folder, "md:myst", ".md")
        for file in files:
            text = file.read_text(encoding="utf-8").lstrip()
            file.write_text(f"{_KERNEL}{text}", encoding="utf-8")
        return files

    def command(self) -> list[str]:
        """Serve contents only."""
        command = [_tool("node_modules/.bin/myst"), "start", "--headless", "--execute"]
        return [*command, "--server-port", str(PORT)]

    def address(self, file: Path) -> str:
        """Return the address of a page's contents."""
        return f"content/{file.stem}.json"

    def open(self, page: Page, file: Path) -> None:
        """Wait until the server has the post."""
        self.wait(page, file, _KEPT)

    def wait(self, page: Page, file: Path, text: str) -> None:
        """Ask the server again and again."""
        del page
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError):
                url = f"http://localhost:{PORT}/{self.address(file)}"
                if text in urlopen(url).read().decode("utf-8"):
                    return
            time.sleep(0.01)
        raise SystemExit(f"{self.name}: {file.name} never had `{text}`.")


def _converted(posts: Sequence[Path], folder: Path, form: str, suffix: str) -> list[Path]:
    """Write posts in another of jupytext's formats, without their front matter."""
    made = []
    for post in posts:
        text = post.read_text(encoding="utf-8").split("---\n", 2)[2]
        notebook = jupytext.reads(text.replace("](../docs/index.md)", "](#)"), fmt="md")
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata["kernelspec"] = kernel
        made.append(folder / f"{post.stem}{suffix}")
        jupytext.write(notebook, made[-1], fmt=form)
    return made


def _tool(path: str) -> str:
    return str((TOOLS / path).resolve())


def _install() -> None:
    """Install the other tools once."""
    if not (TOOLS / "bin" / "marimo").exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
        packages = ["marimo", "jupyter-server", "ipykernel"]
        subprocess.run([_tool("bin/pip"), "install", "--quiet", *packages], check=True)
    if not (TOOLS / "node_modules").exists():
        npm = shutil.which("npm") or sys.exit("MyST needs npm.")
        subprocess.run([npm, "install", "--silent", "--prefix", str(TOOLS), "mystmd"], check=True)


def _measure(preview: Preview, page: Page, posts: Sequence[Path], edits: int) -> None:
    """Print how long a tool takes for the first page and for each kind of edit."""
    files = preview.write(posts)[:edits]
    path = f"{_tool('bin')}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "JUPYTER_CONFIG_DIR": str(preview.folder)}
    began = time.monotonic()
    with preview.folder.with_suffix(".log").open("w") as log:
        server = psutil.Popen(
            preview.command(), cwd=preview.folder, env=environment, stdout=log, stderr=log
        )
        try:
            preview.open(page, files[0])
            first = time.monotonic() - began
            prose = [_edit(preview, page, server, file, _in_prose) for file in files]
            code = [_edit(preview, page, server, file, _in_code) for file in files]
        finally:
            _end(server)
    print(f"{preview.name:<40} {first:6.1f} s  {_told(prose)}  {_told(code)}", flush=True)


def _edit(
    preview: Preview, page: Page, server: psutil.Popen, file: Path, change: Callable[[str], str]
) -> tuple[float, float]:
    """Save an edit; return the seconds until it is shown, and the CPU seconds of the server."""
    preview.open(page, file)
    _settle(server)
    before, began = _cpu(server), time.monotonic()
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    preview.wait(page, file, _PROSE_SHOWN if change is _in_prose else _CODE_SHOWN)
    seconds = time.monotonic() - began
    _settle(server)
    return seconds, _cpu(server) - before


def _in_prose(text: str) -> str:
    return text.replace(_PROSE, _PROSE_SHOWN, 1)


def _in_code(text: str) -> str:
    """Print what no line of the source contains: some tools show the source in the page."""
    first, last = _CODE_SHOWN[:6], _CODE_SHOWN[6:]
    return _CODE.sub(rf'\1print("{first}" + "{last}")\n\1\2', text, count=1)


def _settle(server: psutil.Popen) -> None:
    """Wait until the server has done nothing for a second."""
    last = -1.0
    while (now := _cpu(server)) - last > _NOTHING:
        last = now
        time.sleep(1)


def _cpu(server: psutil.Popen) -> float:
    """Return the CPU seconds of the server, its children, and those that it has waited for."""
    seconds = 0.0
    for process in [server, *server.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:4])
    return seconds


def _end(server: psutil.Popen) -> None:
    """Stop the server and its children; kill those that go on."""
    left = [*server.children(recursive=True), server]
    for stop in (psutil.Process.terminate, psutil.Process.kill):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                stop(process)
        _, left = psutil.wait_procs(left, timeout=5)


def _told(edits: Sequence[tuple[float, float]]) -> str:
    seconds, cpu = (statistics.median(column) for column in zip(*edits, strict=True))
    return f"{seconds:7.2f} s {cpu:7.2f} CPU s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=20)
    parser.add_argument("--edits", type=int, default=5)
    args = parser.parse_args()
    _install()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        project = Path(name, "project")
        write_long(project, args.posts)
        subprocess.run([*PROGRAM, "build"], cwd=project, check=True, stdout=subprocess.DEVNULL)
        posts = sorted((project / "posts").glob("*.md"))
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        print(f"{args.posts} posts, {args.edits} edits of each kind, medians")
        print(f"{'':<40} first page  prose saved to shown  code saved to output")
        for preview in (
            Ours("elevenlines serve", Path(name, "ours")),
            MkDocs("mkdocs serve, mkdocs-jupyter", Path(name, "mkdocs")),
            MkDocs("mkdocs serve --dirty, mkdocs-jupyter", Path(name, "dirty"), ["--dirty"]),
            Marimo("marimo edit --watch", Path(name, "marimo")),
            Myst("myst start --execute, contents only", Path(name, "myst")),
        ):
            page = browser.new_page()
            _measure(preview, page, posts, args.edits)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
