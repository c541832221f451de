"""Report the CPU seconds of tests: other work on the machine changes them little, unlike seconds.

The seconds of a process that a test starts are counted when it is waited for, in whichever test
that happens; those of the browser when its module ends. Nothing waits for the processes in which
Chromium draws pages, so theirs are counted nowhere: a page takes about four times what is shown.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

MOST = 25
"""Tests, and files of tests, that are printed."""


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, and of its children that have ended."""
    return sum(os.times()[:4])


class CpuReport:
    """Measure each phase of each test; `pytest --cpu` prints the largest at the end."""

    def __init__(self) -> None:
        self.tests: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from _measured(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from _measured(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from _measured(item)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up what the report of the last phase says, also one from another process."""
        if report.when == "teardown":
            spent = [value for name, value in report.user_properties if name == "cpu"]
            self.tests[report.nodeid] = sum(map(float, map(str, spent)))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        files: dict[str, float] = {}
        for test, seconds in self.tests.items():
            file = test.partition("::")[0]
            files[file] = files.get(file, 0) + seconds
        for title, found in (("files", files), ("tests", self.tests)):
            terminalreporter.section(f"largest {MOST} {title} in CPU seconds")
            for name in sorted(found, key=found.__getitem__, reverse=True)[:MOST]:
                terminalreporter.write_line(f"{found[name]:7.1f} {name}")
        terminalreporter.write_line(f"{sum(files.values()):7.1f} in all")


def _measured(item: pytest.Item) -> Generator[None, None, None]:
    before = cpu_seconds()
    try:
        return (yield)
    finally:
        item.user_properties.append(("cpu", cpu_seconds() - before))
