"""Fixtures: projects in temporary folders, made of this project's own real parts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings

from benchmarks.serving import serve
from site_tools.project import Project
from tests.support.projects import (
    ROOT,
    Elevenlines,
    make_project,
    run_main,
    shared_folder,
    short_folder,
)

# Neither a busy machine nor a lucky draw decides whether a test passes.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=500, report_multiple_bugs=False)
settings.load_profile("steady")

if TYPE_CHECKING:  # importing it takes longer than many a test
    from playwright.sync_api import Browser, Page


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_FailurePrinter(config))


class _FailurePrinter:
    """Print each failed test at once, with its last line; the tracebacks come at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self.plugins = config.pluginmanager

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self.plugins.get_plugin("terminalreporter")
        if report.failed and terminal:
            terminal.write("\n")
            last = next(reversed(report.longreprtext.splitlines()), "")
            terminal.write_line(f"FAILED {report.nodeid} ({report.when}): {last}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest tests first, so that no process works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without posts."""
    return make_project(tmp_path / "project")


@pytest.fixture
def elevenlines(project: Path) -> Elevenlines:
    """The command, run in `project`."""
    return lambda *arguments: run_main(project, *arguments)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Use an empty folder in which this test's temporary files are made."""
    with short_folder(monkeypatch) as folder:
        yield folder


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a file; `--update` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no {path}: `pytest --update` writes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project with its site built once for all test processes.

    It takes the stored runs of this project, which `make test` has brought up to date; their keys
    contain all that they depend on.
    """
    shared = shared_folder(tmp_path_factory)
    folder = shared / "published"
    with FileLock(shared / "published.lock"):
        if not (folder / "site").is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            make_project(folder)
            for name in ("posts", "snippets"):
                shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
            if Project(ROOT).store.folder.is_dir():
                shutil.copytree(Project(ROOT).store.folder, Project(folder).store.folder)
            build = [sys.executable, "-m", "site_tools", "build"]
            subprocess.run(build, cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """This machine's Chromium; its event loop would disturb the kernels of other modules."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # it costs nothing while all is well
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: .ci/run installs it")
        pytest.skip("no Chromium on this machine: `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(published: Path) -> Iterator[str]:
    """Where the published site is served."""
    with serve(published / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new window, with nothing remembered."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True)
def _no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SITE_URL", "REPOSITORY_URL", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
