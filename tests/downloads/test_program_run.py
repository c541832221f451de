"""A program costs us nothing beyond its limits, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from site_tools.downloads import program_run
from site_tools.downloads.output_pipes import KEPT
from site_tools.downloads.program_run import (
    LONGEST_LINE,
    Allowance,
    ProgramFolder,
    ProgramResult,
    ProgramRunner,
)
from site_tools.downloads.virtualenvs import Environments
from site_tools.sandbox.removal import remove
from tests.support.layers import ACTIVE
from tests.support.projects import left_behind

ALLOWANCE = Allowance(2**30, "cpu")

FORK = """\
import os, time
def daemon():
    if not os.fork():
        os.setsid()
        if not os.fork():
            while True: {code}
        os._exit(0)
"""
DAEMONS = {
    "silent": "time.sleep(1)",
    "prints": "print('more', flush=True)",
    "moves": "os._exit(0) if os.fork() else time.sleep(0.005)",
}


@pytest.fixture(params=["confined", "not confined"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProgramFolder]:
    layers = ACTIVE if request.param == "confined" else []
    with runner(tmp_path, layers).folder() as folder:
        yield folder


def runner(folder: Path, layers: Sequence[str] = (), timeout: float = 20) -> ProgramRunner:
    return ProgramRunner(Environments(folder), layers, timeout, 2**30)


def run(folder: ProgramFolder, code: str) -> ProgramResult:
    folder.place("a.py", f"{code}\n{folder.last_statement}\n".encode())
    return folder.run([sys.executable, "a.py"], ALLOWANCE, [])


def test_program_runs_to_its_end(folder: ProgramFolder) -> None:
    result = run(folder, "print('seen')")
    assert result == ProgramResult(0, "seen\n", "", at_end=True)


@pytest.mark.parametrize("end", ["os._exit(0)", "sys.exit()", "raise SystemExit", "exit(0)"])
def test_end_must_be_reached(end: str, folder: ProgramFolder) -> None:
    result = run(folder, f"import os, sys\nprint('seen', flush=True)\n{end}")
    assert (result.code, result.printed) == (0, "seen\n")
    assert not result.passed


@pytest.mark.parametrize(
    "forgery",
    [
        "Path(END).write_text('another')",
        "Path(END).symlink_to('/dev/zero')",
        "os.mkfifo(END)",
        "Path(END).mkdir()",
    ],
)
def test_end_is_not_forged(forgery: str, folder: ProgramFolder) -> None:
    end = str(folder.path / program_run.END_FILE)
    code = f"import os\nfrom pathlib import Path\nEND = {end!r}\n{forgery}\nos._exit(0)"
    assert not run(folder, code).at_end


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("text", ["'x' * 99999 + '\\n'", "'x' * 99999"])
def test_flood_is_stopped(stream: str, text: str, folder: ProgramFolder) -> None:
    result = run(folder, f"import sys\nwhile True: sys.{stream}.write({text})")
    assert result.last == "it printed more than 10 MB"
    assert not result.passed
    assert left_behind(folder.path) == []


def test_end_of_a_long_output_is_kept(tmp_path: Path) -> None:
    with runner(tmp_path).folder() as folder:
        result = run(folder, "print('x\\n' * 2_000_000)\nprint('seen')")
    assert result.printed.endswith("x\n\nseen\n")
    assert len(result.printed) == KEPT
    assert result.passed


def test_hidden_flood_is_not_waited_for(tmp_path: Path) -> None:
    """The program itself is silent, and its child prints without end when the program has ended."""
    flood = "(while kill -0 {} 2>/dev/null; do sleep 0.01; done; yes) &"
    with runner(tmp_path).folder() as folder:
        code = f"import os\nos.system({flood!r}.format(os.getpid()))"
        assert run(folder, code).code == 0
        assert left_behind(folder.path) == []


@pytest.mark.parametrize("kind", DAEMONS)
def test_no_process_is_left(kind: str, folder: ProgramFolder) -> None:
    result = run(folder, FORK.format(code=DAEMONS[kind]) + "daemon()\ntime.sleep(0.1)")
    assert result.code == 0
    assert left_behind(folder.path) == []


@pytest.mark.parametrize("end", ["time.sleep(100)", "while True: print('x' * 9999)"])
def test_no_process_is_left_by_a_program_that_is_killed(end: str, tmp_path: Path) -> None:
    for layers in (ACTIVE, []):
        with runner(tmp_path, layers, timeout=0.7).folder() as folder:
            result = run(folder, FORK.format(code="time.sleep(1)") + f"daemon()\n{end}")
            assert result.code == 1
            assert left_behind(folder.path) == []


def test_program_that_kills_its_supervisor_leaves_nothing(tmp_path: Path) -> None:
    kill = "daemon()\ntime.sleep(0.1)\nos.kill(os.getppid(), 9)\ntime.sleep(100)"
    with runner(tmp_path).folder() as folder:
        result = run(folder, FORK.format(code="time.sleep(1)") + kill)
        assert result.last == "it was killed by SIGKILL"
        assert left_behind(folder.path) == []


@pytest.mark.parametrize("layers", [ACTIVE, []], ids=["confined", "not confined"])
def test_program_ends_with_this_process(layers: list[str], tmp_path: Path) -> None:
    code = (
        FORK.format(code="time.sleep(1)") + "daemon()\nprint('x' * 9, flush=True)\ntime.sleep(99)"
    )
    script = f"""\
import sys
from pathlib import Path
from tests.downloads.test_program_run import run, runner
with runner(Path({str(tmp_path)!r}), {layers!r}).folder() as folder:
    print(folder.path, flush=True)
    run(folder, {code!r})
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        wait_until(lambda: len(left_behind(folder)) >= 3)
        process.kill()
    wait_until(lambda: left_behind(folder) == [])
    remove(folder)


def wait_until(holds: Callable[[], bool], seconds: float = 200) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_signal_is_named(number: signal.Signals, folder: ProgramFolder) -> None:
    result = run(folder, f"import os\nos.kill(os.getpid(), {int(number)})")
    assert (result.code, result.last) == (-number, f"it was killed by {number.name}")


def test_folder_is_removed_whatever_it_holds(tmp_path: Path) -> None:
    nest = "for i in range(300):\n    os.mkdir('d' * 99); os.chdir('d' * 99)\nos.chmod('.', 0)"
    with runner(tmp_path).folder() as folder:
        assert run(folder, f"import os\n{nest}").code == 0
    assert not folder.path.exists()


def test_memory_stays_small_while_a_program_floods(tmp_path: Path) -> None:
    before = psutil.Process(os.getpid()).memory_info().rss
    with runner(tmp_path).folder() as folder:
        result = run(folder, "import sys\nfor i in range(600): sys.stdout.write('x' * 1_000_000)")
    assert result.code == 1
    assert psutil.Process(os.getpid()).memory_info().rss - before < 100_000_000


@pytest.mark.parametrize(
    ("errors", "last"),
    [
        ("", "it ended with exit code 1"),
        (" \n\n", "it ended with exit code 1"),
        ("one\ntwo \n\n", "two"),
        ("\x1b[31mred\x1b[0m\x07", "red�"),
        ("x" * 999, "x" * LONGEST_LINE + "…"),
    ],
)
def test_last_line_fits_a_message(errors: str, last: str) -> None:
    assert ProgramResult(1, "", errors).last == last
