"""What must hold whatever the input is, and where an input is kept for which it does not."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, Phase, settings

from tests.support.projects import ROOT, run_main

CASES = Path(__file__).parents[1] / "cases" / "fuzz"

FOUND = ROOT / ".hypothesis" / "found"
"""Where the smallest input of each fault is written."""

MOST_SECONDS = 10
"""CPU time of one command; other processes of the machine do not count."""

LONGEST_LINE = 4_000
"""Characters of a line of a message: it names what is wrong, and does not repeat the input.

A quarter of it is meant; each character may be shown as an escape of four."""

OBEYED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
    r"|[\ud800-\udfff]|##\w*\[|^\s*::",
    re.MULTILINE,
)
"""What a terminal or the log of a CI service obeys."""

_PLACE = re.compile(r"(?P<file>[\w./-]+\.(?:md|py|ipynb|yml|txt))(?::(?P<line>\d+))?[:,]? ")


def examples(number: int, *, shrink: bool = True) -> settings:
    """Return settings for a test with so many examples; `make fuzz` tries more of them.

    What takes seconds should not `shrink`: it is run again hundreds of times for that.
    """
    phases = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if shrink else [])]
    factor = settings.default.max_examples / 100 if settings.default else 1
    return settings(
        max_examples=round(number * factor),
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


class TooSlowError(BaseException):
    """A command took too long; no `except Exception` may catch it."""


@contextmanager
def in_time(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raise TooSlow when what is inside takes more CPU time."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def kept(name: str, data: bytes) -> Iterator[None]:
    """Write an input to a file when something fails; the last one that fails is the smallest.

    `name` is a path in `tests/cases/fuzz/`, where the input becomes a case.
    """
    try:
        yield
    except BaseException as error:
        path = FOUND / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        where = path.relative_to(ROOT)
        error.add_note(f"The input is in {where}. To keep it: mv {where} tests/cases/fuzz/{name}")
        raise


def answer(project: Path, *arguments: str) -> str:
    """Run a command, which must end in time and say plainly what is wrong; return what it said."""
    with in_time():
        code, said = run_main(project, *arguments)
    assert "Traceback" not in said, said
    assert code in {0, 1}, said
    assert not OBEYED.search(said), said
    for line in said.splitlines():
        assert len(line) <= LONGEST_LINE, f"{line[:LONGEST_LINE]}…"
        _check_place(project, line)
    return said


def _check_place(project: Path, message: str) -> None:
    """Check that a message names a line that its file has."""
    place = _PLACE.match(message)
    if place and place["line"]:
        text = (project / place["file"]).read_bytes()
        lines = len(re.split(rb"\r\n|\r|\n", text))
        assert 1 <= int(place["line"]) <= lines, message
