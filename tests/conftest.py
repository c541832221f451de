"""Fixtures: projects in temporary folders, made of this project's own real parts."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from benchmarks.chromium import executable
from benchmarks.serving import serve
from site_tools.sandbox import confinement
from site_tools.sandbox.environment_variables import THREADS
from tests.support.cpu_report import CpuReport
from tests.support.projects import Elevenlines, make_project, run_main, shared_folder, short_folder
from tests.support.sites import once, publish_example, publish_own_posts

# Each process of tests is one of several: numpy's threads would only wait for each other, at full
# speed. Set before numpy is imported, and inherited by what tests start.
os.environ.update(dict.fromkeys(THREADS, "1"))

# Neither a busy machine nor a lucky draw decides whether a test passes.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=500, report_multiple_bugs=False)
settings.load_profile("steady")

if TYPE_CHECKING:  # importing it takes longer than many a test
    from playwright.sync_api import Browser, Page, ViewportSize


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected files")
    parser.addoption("--cpu", action="store_true", help="print which tests use most CPU seconds")


def pytest_configure(config: pytest.Config) -> None:
    # A shell has its background jobs ignore Ctrl-C, and the processes that tests start inherit it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(_FailurePrinter(config))
    if config.getoption("--cpu"):
        config.pluginmanager.register(CpuReport())


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
    """Start the longest tests first and the fast ones last, so that all processes end together."""
    items.sort(key=lambda item: [item.get_closest_marker(m) is None for m in ("long", "slow")])


@pytest.fixture(scope="session", autouse=True)
def _layers_tried_once() -> Iterator[None]:
    """Try the layers of the sandbox once, not in processes of each of hundreds of commands.

    Tests that change Python through PYTHONPATH try them anew.
    """
    active = confinement.active
    tried = cache(lambda _path: active())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confinement, "active", lambda: [*tried(os.environ.get("PYTHONPATH"))])
        yield


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
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with every kind of page, built once with all of its evidence."""
    return once(shared_folder(tmp_path_factory) / "example", publish_example)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project with its own posts, built once from their published runs, without evidence.

    `make site` builds it with evidence.
    """
    return once(shared_folder(tmp_path_factory) / "published", publish_own_posts)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """This machine's Chromium; its event loop would disturb the kernels of other modules."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=240_000)  # it costs nothing while all is well
    path = executable()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: .ci/run installs it")
        pytest.skip("no Chromium on this machine: `apt-get install chromium-headless-shell`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def example_address(example: Path) -> Iterator[str]:
    """Where the small site is served."""
    with serve(example / "site") as address:
        yield address


@pytest.fixture(scope="session")
def address(published: Path) -> Iterator[str]:
    """Where this project's site is served."""
    with serve(published / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new window, with nothing remembered."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(240_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a window of a given size, with the options of a browser's context."""
    contexts = []

    def opened(url: str, viewport: ViewportSize, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(240_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def _no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SITE_URL", "REPOSITORY_URL", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
