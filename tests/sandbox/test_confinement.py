"""What a post cannot do, however it tries; and what it still can.

Each file in `escapes/` is a post that tries to get out. `REACHED` in what it prints, or outside
afterwards, means that it did. Its first line names the layer that should hold it; SECRET, OUTSIDE,
PROJECT, RUNNER, SOCKET, PORT and TERMINAL stand for a file, two folders, a process, a socket and a
port that somebody listens to, and a terminal that are none of its business.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from site_tools.running.pool import ENGINES
from site_tools.sandbox import confinement
from tests.support.posts import write
from tests.support.projects import CASES, Elevenlines, run_main

pytestmark = [pytest.mark.slow]

HERE = CASES / "escapes"
ACTIVE = confinement.active()
ESCAPES = sorted(path.stem for path in HERE.glob("*.py"))

SELDOM = {
    "changes-a-device": "only root can",
    "changes-its-interpreter": "only who owns it can",
    "dumps-core": "a machine may forbid it",
    "finds-a-secret-in-its-environment": "no post ever sees our environment",
    "finds-a-secret-of-its-kernel": "nothing tells it",
    "kills-its-parent": "it would",
    "kills-the-runner": "it would",
    "limits-its-parent": "it would, and kill it so",
    "mounts": "only root can",
    "mounts-anew": "only root can",
    "raises-its-limits": "limits stay",
    "slows-all-of-its-user": "it would, this process too",
    "traces-its-parent": "a machine may forbid it",
    "writes-a-file": "says nothing",
    "writes-to-the-temporary-folder": "says nothing",
}
"""Escapes that cannot be shown to succeed without confinement, and why."""


@pytest.fixture(autouse=True)
def _secret_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "REACHED, canary")


@pytest.fixture
def places(project: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give what the words in capital letters stand for."""
    (tmp_path / "secret").write_text("REACHED, canary", encoding="utf-8")
    (tmp_path / "outside").mkdir()
    ours, theirs = os.openpty()
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX) as listener,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        listener.bind(f"{folder}/socket")  # in a short path, as the system wants it
        listener.listen()
        yield {
            "SECRET": str(tmp_path / "secret"),
            "OUTSIDE": str(tmp_path / "outside"),
            "PROJECT": str(project),
            "RUNNER": str(os.getpid()),
            "SOCKET": f"{folder}/socket",
            "PORT": str(server.getsockname()[1]),
            "TERMINAL": os.ttyname(theirs),
        }
    os.close(ours)
    os.close(theirs)


def write_escape(project: Path, name: str, places: dict[str, str]) -> None:
    code = (HERE / f"{name}.py").read_text(encoding="utf-8")
    for word, place in places.items():
        code = code.replace(word, place)
    write(project, name, code.rstrip())


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have every Python that starts find another C library, changed by a line of code."""
    folder = tmp_path / "changed"

    def play(change: str) -> None:
        code = f"""\
import ctypes, sys
class Changed(ctypes.CDLL):
    def __init__(self, name, *rest, **named):
        super().__init__(name, *rest, **named)
        {change}
ctypes.CDLL = Changed
"""
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
        paths = filter(None, [str(folder), os.environ.get("PYTHONPATH")])
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))

    return play


NO_LANDLOCK = "real = self.syscall; self.syscall = lambda n, *a: -1 if n == 444 else real(n, *a)"
NO_NAMESPACES = "self.unshare = lambda flags: -1"
NO_PROC = "real = self.mount; self.mount = lambda a, *b: -1 if a == b'proc' else real(a, *b)"
NOT_ALWAYS = "if 'site_tools.sandbox.confinement' not in sys.orig_argv: self.capset = lambda *_: -1"


def landlock_s_layers() -> set[str]:
    command = [sys.executable, "-P", "-m", "site_tools.sandbox.confinement"]
    return {*subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")}


@pytest.mark.parametrize("engine", [*ENGINES, "warm, without Landlock"])
@pytest.mark.parametrize("escape", ESCAPES)
def test_no_way_out(
    escape: str,
    engine: str,
    project: Path,
    places: dict[str, str],
    play: Callable[[str], None],
) -> None:
    first = (HERE / f"{escape}.py").read_text(encoding="utf-8").splitlines()[0]
    layer = first.removeprefix("# confined by: ")
    engine, _, without = engine.partition(", ")
    if layer not in ACTIVE or (without and "paths" not in ACTIVE):
        pytest.skip(f"this machine cannot confine {layer}")
    if without:
        play(NO_LANDLOCK)
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    Path("/dev/shm/elevenlines-canary").touch()
    write_escape(project, escape, places)

    _, said = run_main(project, "run", "-v", "--engine", engine, "--timeout", "20")

    printed = [line for line in said.splitlines() if line.startswith(f"{escape} |")]
    assert "REACHED" not in "\n".join(printed), said
    assert Path(places["SECRET"]).exists()
    assert list(Path(places["OUTSIDE"]).iterdir()) == []
    assert not Path("/tmp/REACHED").exists()
    assert os.getpriority(os.PRIO_PROCESS, 0) == niceness


@pytest.mark.parametrize("escape", [name for name in ESCAPES if name not in SELDOM])
def test_without_confinement_there_is_a_way(
    escape: str, project: Path, elevenlines: Elevenlines, places: dict[str, str]
) -> None:
    """The test above can fail."""
    write_escape(project, escape, places)
    _, said = elevenlines("run", "-v", "--sandbox", "off")
    assert re.search(f"(?m)^{escape} \\| .*REACHED", said), said


def test_what_a_post_needs_is_there(project: Path, elevenlines: Elevenlines) -> None:
    code = """
import os, pathlib, socket, subprocess, sys, tempfile
with tempfile.NamedTemporaryFile() as file: file.write(b"x")
pathlib.Path("a/b").mkdir(parents=True)
pathlib.Path("a/b/c.txt").write_text("x")
os.rename("a/b/c.txt", "d.txt")
os.symlink("d.txt", "e.txt")
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname())
subprocess.run([sys.executable, "-c", "import numpy"], check=True)
os.urandom(3)
pathlib.Path(os.path.expanduser("~/settings")).write_text("x")
import sklearn.datasets
sklearn.datasets.load_digits()"""
    write(project, "post", code)
    status, said = elevenlines("run")
    assert status == 0, said


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["in shared memory", "in the project", "behind a link"])
def test_temporary_files_may_lie_anywhere(
    kind: str, engine: str, project: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if "memory" in kind else project) as name:
        folder = Path(name)
        if "link" in kind:
            (folder / "real").mkdir()
            (folder / "link").symlink_to("real")
            folder /= "link"
        monkeypatch.setenv("TMPDIR", str(folder))
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        code = "import multiprocessing, tempfile\n\nlock = multiprocessing.Lock()\n"
        write(project, "post", code + "tempfile.TemporaryFile().write(b'x')\nopen('file', 'w')")
        status, said = elevenlines("run", "--engine", engine)
        if engine == "jupyter" and len(str(folder)) > 60:
            assert "this path is too long for the sockets of a confined kernel. Set `TM" in said
        else:
            assert status == 0, said
        assert list(folder.iterdir()) == []


def test_post_that_forbids_its_own_answer(project: Path, elevenlines: Elevenlines) -> None:
    """It has it open, so it can; root may read it all the same."""
    code = "import os\n\nfor number in range(1, 30):\n    try: os.fchmod(number, 0)\n"
    write(project, "post", code + "    except OSError: pass\na = 1 / 0")
    status, said = elevenlines("run", "-v")
    assert status == 1
    assert "posts/post.md:" in said
    assert "bug in Eleven Lines" not in said


@pytest.mark.parametrize("mode", ["auto", "require", "off"])
def test_one_line_says_what_is_active(project: Path, elevenlines: Elevenlines, mode: str) -> None:
    write(project, "post")
    status, said = elevenlines("run", "--sandbox", mode)
    if mode == "off":
        assert "posts are not confined (`--sandbox off`)." in said
    elif mode == "require" and list(confinement.LAYERS) != ACTIVE:
        assert status == 1
        assert "this machine cannot confine posts: " in said
    else:
        assert f"posts are confined: {', '.join(ACTIVE)}" in said


@pytest.mark.parametrize(
    ("change", "rest"),
    [(NO_NAMESPACES, set()), (NO_PROC, {"files", "network", "shared memory", "paths"})],
)
def test_layers_that_are_missing_are_told(
    change: str,
    rest: set[str],
    project: Path,
    elevenlines: Elevenlines,
    play: Callable[[str], None],
) -> None:
    """Systems that allow no namespaces, or no /proc of our own."""
    play(change)
    write(project, "post")
    there = landlock_s_layers() | (rest & {*ACTIVE})
    missing = ", ".join(layer for layer in confinement.LAYERS if layer not in there)
    status, said = elevenlines("run", "--sandbox", "require")
    assert status == 1
    assert f"this machine cannot confine posts: {missing}. Linux 5.12 with user" in said
    status, said = elevenlines("run")
    assert status == 0
    assert f"; not available here: {missing}." in said


@pytest.mark.skipif("paths" not in ACTIVE, reason="this machine has no namespaces")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_process_that_cannot_be_confined_runs_nothing(
    engine: str,
    project: Path,
    elevenlines: Elevenlines,
    tmp_path: Path,
    play: Callable[[str], None],
) -> None:
    """What was said holds for each process, or it ends."""
    play(NOT_ALWAYS)
    write(project, "post", f"open('{tmp_path}/REACHED', 'w').close()")
    status, said = elevenlines("run", "--engine", engine)
    assert status == 1
    assert "posts are confined: " in said
    told = "not caused by the post: it could not be run here: the process could not be confined: "
    assert f"posts/post.md:12: {told if engine != 'jupyter' else ''}" in said
    assert not (tmp_path / "REACHED").exists()
