"""Killed processes, full disks, interrupts: no stored run is lost, and the next run completes."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from site_tools.experiment.run_cache import Store
from site_tools.model.fork_protocol import (
    RunJob,
    StageUnsafe,
    encode_message,
)
from site_tools.model.run import Run
from site_tools.running.fork_server_link import Link, Lost
from site_tools.running.limits import Limits
from site_tools.worker.fork_server import receive
from tests.support.engines import LOCAL_ENGINES
from tests.support.kills import Kills, spread
from tests.support.posts import write, write_learning
from tests.support.projects import Elevenlines, left_behind

COMMAND = [sys.executable, "-m", "site_tools", "run", "--jobs", "2"]

pytestmark = [pytest.mark.slow]


def start(project: Path) -> subprocess.Popen[bytes]:
    with (project / "said.txt").open("wb") as said:
        return subprocess.Popen(COMMAND, cwd=project, stdout=said, stderr=said)


def stored(project: Path) -> list[Run | None]:
    store = Store(project / ".elevenlines" / "store")
    return [store.load(key) for key in store.stored()]


def sound(project: Path) -> int:
    """Return the number of stored runs, after checking that each can be read."""
    runs = stored(project)
    assert all(run is not None for run in runs)
    return len(runs)


def wait_until_gone(folder: Path) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if not left_behind(folder):
            return
        time.sleep(0.05)
    pytest.fail(f"these processes did not end: {left_behind(folder)}")


def processes_of(build: subprocess.Popen[bytes]) -> dict[str, list[psutil.Process]]:
    """Return the fork server, and all of its descendants."""
    found: dict[str, list[psutil.Process]] = {"server": [], "child": []}
    with suppress(psutil.Error):
        for process in psutil.Process(build.pid).children():
            if "site_tools.worker.fork_server" in process.cmdline():
                found["server"].append(process)
                found["child"] += process.children(recursive=True)
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_build_leaves_nothing_and_next_one_completes(
    project: Path, temporary: Path, elevenlines: Elevenlines, seed: int
) -> None:
    """Thirty in all, from the first import to the last run, each at random in a span of its own.

    The spans of both seeds alternate, so the largest gap between two moments is the one to expect
    of twice as many moments that are drawn from all of the time.
    """
    source = random.Random(seed)
    posts = [write(project, f"post-{i}", f"import time\n\ntime.sleep(0.1 * {i})") for i in range(5)]
    write_learning(project, "a-learner")
    kills = 0
    for number in itertools.count():
        if kills == 15:
            break
        build = start(project)
        time.sleep(2.0 * ((2 * number + seed - source.random()) % 30) / 30)
        if build.poll() is None:
            build.kill()
            kills += 1
        else:  # everything is stored: give it something to run
            for post in source.sample(posts, 2):
                with post.open("a", encoding="utf-8") as file:
                    file.write(f"\n```python\nb = {source.random()}\n```\n")
        build.wait()
        wait_until_gone(temporary)
        sound(project)
    assert elevenlines("run")[0] == 0
    assert list(temporary.iterdir()) == []
    assert left_behind(temporary) == []


@pytest.mark.long
def test_killed_fork_server_or_child_is_replaced(
    project: Path,
    temporary: Path,
    elevenlines: Elevenlines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At places of either's work, while one build after another runs around them.

    Each kill of a server costs its imports anew, so few are killed while they import.
    """
    kills = Kills(tmp_path / "kills")
    monkeypatch.setenv("PYTHONPATH", str(kills.folder))
    for i in range(2):
        write(project, f"post-{i}", f"import time\n\ntime.sleep(0.02)\na = {i}")
    write_learning(project, "learner-0")
    counted = []
    for _ in range(2):  # a process that does more than others, as for an error, is no measure
        shutil.rmtree(project / ".elevenlines" / "store", ignore_errors=True)
        kills.arm([])
        assert start(project).wait() == 0
        counted.append(kills.operations)
    for i in range(1, 6):  # more jobs: each must lose three servers, or a process, to be given up
        write_learning(project, f"learner-{i}")
    server, child, starting = map(min, zip(*counted, strict=True))
    places = [(False, at) for at in spread(6, 1, starting - 1)]
    places += [(False, at) for at in spread(16, starting, server)]
    places += [(True, at) for at in spread(40, 1, child)]
    assert len(places) == 62
    kills.arm(places)
    for _ in range(40):
        if kills.done == len(places):
            break
        shutil.rmtree(project / ".elevenlines" / "store", ignore_errors=True)
        build = start(project)
        status, said = build.wait(), (project / "said.txt").read_text(encoding="utf-8")
        assert status in (0, 1), said
        assert "Traceback" not in said
        assert left_behind(temporary) == []
        assert list(temporary.iterdir()) == []
        sound(project)
    assert kills.done == len(places)
    assert elevenlines("run")[0] == 0


def test_post_that_kills_its_parent_is_the_only_one_blamed(
    project: Path, temporary: Path, elevenlines: Elevenlines
) -> None:
    """Without confinement a post can do it; only that post is blamed."""
    write(project, "killer", "import os\n\nos.kill(os.getppid(), 9)")
    for i in range(4):
        write(project, f"post-{i}", f"import time\n\ntime.sleep(0.2)\na = {i}")
    code, said = elevenlines("run", "--sandbox", "off")
    assert code == 1
    assert "posts/killer.md:12: its fork server was killed 3 times" in said
    assert "5 posts executed, 0 stored, 1 failed." in said
    assert list(temporary.iterdir()) == []


def test_suspended_fork_server_is_replaced(project: Path, temporary: Path) -> None:
    """It lives, but does not answer: nothing waits for it without a limit."""
    for i in range(3):
        write(project, f"post-{i}", f"import time\n\ntime.sleep(0.5)\na = {i}")
    build = subprocess.Popen([*COMMAND, "--timeout", "10"], cwd=project)
    while not (found := processes_of(build))["child"]:
        assert build.poll() is None
        time.sleep(0.01)
    found["server"][0].suspend()
    assert build.wait(timeout=300) == 0
    assert sound(project) == 3
    assert left_behind(temporary) == []
    assert list(temporary.iterdir()) == []


def test_stop_is_read_before_the_end_of_the_engine() -> None:
    """Else the fork server would take the engine for killed, and remove the engine's folders."""
    engine, stage = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with stage:
        stage.send(b"ended")
        engine.send(b"stop")
        engine.close()
        assert [receive(stage), receive(stage)] == [b"stop", b""]


def test_reason_is_read_before_the_end_of_the_fork_server() -> None:
    """It reports that it cannot fork, and ends, while the engine asks it to run a post."""

    async def message() -> Link:
        engine, stage = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        stage.send(encode_message(StageUnsafe()))
        engine.send(encode_message(RunJob("posts/1")))
        stage.close()
        link = Link(engine, ["antigravity"])
        with pytest.raises(Lost):
            await link.run(Path("posts/2"), Limits(timeout=1, memory=10**9, sandbox=()))
        link.stop()
        return link

    assert asyncio.run(message()).unsafe


def test_fork_server_with_a_second_thread_is_refused(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fork keeps one thread only, so a process with two is not forked."""
    code = (
        "import threading, time\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()"
    )
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(project, "post", "import torch")  # its stage is forked from the one with the thread
    status, said = elevenlines("run", "--sandbox", "off")
    assert status == 1
    assert "started a thread, so forking is not safe. Use `--engine fresh`." in said
    assert elevenlines("run", "--sandbox", "off", "--engine", "fresh")[0] == 0


def test_two_builds_at_once_complete(project: Path, temporary: Path) -> None:
    for i in range(6):
        write_learning(project, f"post-{i}", f"import time\n\ntime.sleep(0.05)\na = {i} / 10")
    both = [start(project), start(project)]
    assert [run.wait() for run in both] == [0, 0]
    assert sound(project) == 96
    assert list(temporary.iterdir()) == []


@pytest.fixture
def disk() -> Iterator[Callable[[Path, str], None]]:
    """Mount a small disk on a folder."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(exist_ok=True)
        command = ["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("this machine mounts nothing")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["/bin/umount", str(folder)], check=True)


def test_full_disk_keeps_stored_runs(
    project: Path, temporary: Path, disk: Callable[[Path, str], None]
) -> None:
    """The disk fills while runs are stored: stored runs stay, and the next build completes."""
    for i in range(6):
        write(project, f"post-{i}", f"print('{i}' * 30_000)")
    disk(project / ".elevenlines", "100k")
    run = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    message = ".elevenlines/store: the store cannot be written: No space left on device."
    assert message in run.stderr, run.stderr
    assert 0 < sound(project) < 6
    wait_until_gone(temporary)
    assert list(temporary.iterdir()) == []
    remount = ["/bin/mount", "-o", "remount,size=10m", str(project / ".elevenlines")]
    subprocess.run(remount, check=True)
    again = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_full_temporary_folder_is_not_blamed_on_posts(
    project: Path, temporary: Path, disk: Callable[[Path, str], None]
) -> None:
    """One post fills it: others are not blamed, and no failure of theirs is stored."""
    fill = """
import time
with open("much", "wb", buffering=0) as file:
    try:
        while True: file.write(bytes(10_000))
    except OSError: pass
    try:
        while True: file.write(bytes(1))
    except OSError: pass
time.sleep(6)"""
    write(project, "a-hog", fill.strip())
    for i in range(5):
        write(project, f"post-{i}", f"import time\n\ntime.sleep(0.5)\nprint('{i}' * 30_000)")
    disk(temporary, "3m")
    run = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    blamed = [line for line in run.stderr.splitlines() if line.startswith("posts/post-")]
    why = "not caused by the post: it could not be run here: [Errno 28] No space left on device."
    assert blamed
    assert all(f"{why} Free some space" in line for line in blamed), run.stderr
    again = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, text=True)
    assert again.returncode in (0, 1)
    subprocess.run(["/bin/mount", "-o", "remount,size=90m", str(temporary)], check=True)
    assert all(run and run.failure is None for run in stored(project))
    post = project / "posts" / "a-hog.md"
    post.unlink()
    last = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    assert list(temporary.iterdir()) == []


def test_clock_that_jumps_times_out_no_run(
    project: Path, elevenlines: Elevenlines, tmp_path: Path
) -> None:
    """By days, forward and back, at each call: timeouts use the monotonic clock."""
    code = "import time, random\nreal = time.time\n"
    code += "time.time = lambda: real() + random.uniform(-1e7, 1e7)\n"
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    write_learning(project, "post", "import time\n\ntime.sleep(0.2)\na = 1")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run(COMMAND, cwd=project, check=False, capture_output=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert "0 posts executed, 1 stored." in elevenlines("run")[1]


def test_interrupt_ends_everything(
    project: Path, temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at any moment ends all processes, and is reported in one line."""
    mark = tmp_path / "begins"
    code = f"""\
import sys
class Begins:
    def find_spec(self, name, *_):
        if name == "site_tools.cli":
            open({str(mark)!r}, "w").close()
sys.meta_path.insert(0, Begins())
"""
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(project, "post", "import time\n\ntime.sleep(600)")
    for wait in (0.0, 0.4, 0.8, 1.2):
        mark.unlink(missing_ok=True)
        run = subprocess.Popen(COMMAND, cwd=project, stderr=subprocess.PIPE, text=True)
        while not mark.exists():  # before that Python itself begins, however long that takes
            assert run.poll() is None
            time.sleep(0.01)
        time.sleep(wait)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=300)
        assert run.returncode == 130, said
        assert said.endswith("Interrupted. Finished runs are stored.\n")
        assert "Traceback" not in said
        assert left_behind(temporary) == []
        assert list(temporary.iterdir()) == []


INTERRUPT = "signal.raise_signal(signal.SIGINT)"


@pytest.mark.parametrize("during", ["import", "main"])
@pytest.mark.parametrize(
    "moment",
    [
        INTERRUPT,
        f"exec({INTERRUPT!r})",  # CPython remembers such an interrupt, and ends by it
        "Ends()",  # Python raises no error of a destructor
        f"gone = weakref.ref(set(), lambda _: {INTERRUPT})",  # or of such a function
        "as_extension_module()",
    ],
    ids=["code", "executed text", "destructor", "weak reference", "extension module"],
)
def test_interrupt_is_never_lost(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, during: str
) -> None:
    """While a module is imported, where it may become another error, and later."""
    if during == "main" and "extension" in moment:
        pytest.skip("an extension module does so while it is imported")
    write(project, "post", "import time\n\ntime.sleep(600)")
    code = f"""\
import argparse, signal, sys, weakref

class Ends:
    def __del__(self):
        {INTERRUPT}

def as_extension_module():
    try:
        {INTERRUPT}
    except BaseException:
        raise ImportError("datetime") from None

def moment():
    {moment}

class Import:
    def find_spec(self, name, *_):
        if name == "site_tools.cli":
            moment()

parse_known_args = argparse.ArgumentParser.parse_known_args

def interrupted(*arguments):
    moment()
    return parse_known_args(*arguments)

if {during!r} == "import":
    sys.meta_path.insert(0, Import())
else:
    argparse.ArgumentParser.parse_known_args = interrupted
"""
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    run = subprocess.run(
        COMMAND, cwd=project, check=False, capture_output=True, text=True, timeout=60
    )
    assert (run.stdout, run.stderr) == ("", "Interrupted. Finished runs are stored.\n")
    assert run.returncode == 130


def test_interrupt_ends_the_preview_while_it_reads(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading of many posts takes long, and the event loop waits for it."""
    begun = tmp_path / "begun"
    code = f"""\
import sys, time

def hook(event, arguments):
    if event == "open" and str(arguments[0]).endswith("posts/slow.md"):
        open({str(begun)!r}, "w").close()
        time.sleep(600)

if "serve" in sys.argv:
    sys.addaudithook(hook)
"""
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(project, "slow", "a = 1")
    command = [*COMMAND[:3], "serve", "--port", "8480"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as preview:
        while not begun.exists():
            assert preview.poll() is None
            time.sleep(0.01)
        preview.send_signal(signal.SIGINT)
        try:
            _, said = preview.communicate(timeout=60)
        finally:
            preview.kill()
    assert said == "Interrupted. Finished runs are stored.\n"
    assert preview.returncode == 130


@pytest.mark.parametrize("engine", LOCAL_ENGINES)
def test_termination_acts_as_an_interrupt(project: Path, temporary: Path, engine: str) -> None:
    write(project, "post", "import time\n\ntime.sleep(600)")
    command = [*COMMAND, "--engine", engine]
    run = subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True)
    while not list(temporary.glob("*/*/**/work")):
        assert run.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    run.terminate()
    _, said = run.communicate(timeout=300)
    assert run.returncode == 130, said
    assert said.endswith("Interrupted. Finished runs are stored.\n")
    assert "Traceback" not in said
    assert left_behind(temporary) == []
    assert list(temporary.iterdir()) == []


def _altered(data: bytes) -> Iterator[bytes]:
    yield b""
    yield data[: len(data) // 2]
    for position in (0, 70, len(data) // 2, len(data) - 1):
        yield data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :]


def test_damaged_stored_run_is_run_again(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "post", "a = 1\nprint(a)")
    elevenlines("run")
    (path,) = (project / ".elevenlines").rglob("*.run")
    whole = path.read_bytes()
    for data in _altered(whole):
        path.write_bytes(data)
        assert "1 post executed" in elevenlines("run")[1]
        assert sound(project) == 1
