"""What confinement denies to a post, and what it still allows.

Each file in `tests/cases/escapes/` is a post that tries to escape. It succeeds if it prints
`REACHED`, or leaves it outside. Its first line names the layer that must prevent it. SECRET,
OUTSIDE, PROJECT, RUNNER, SOCKET, PORT, TERMINAL and MACHINE are placeholders for a file, two
folders, a process, a listening socket, a listening port, a terminal and a name that a post has no
right to.
"""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from site_tools.sandbox import confinement
from tests.support.engines import LOCAL_ENGINES
from tests.support.layers import ACTIVE
from tests.support.posts import write
from tests.support.projects import CASES, Elevenlines, make_project, run_main

pytestmark = [pytest.mark.slow]

HERE = CASES / "escapes"
ESCAPES = sorted(path.stem for path in HERE.glob("*.py"))

NOT_SHOWN = {
    "asks-for-keys": "a container may forbid it",
    "calls-with-32-bits": "only some kernels of x86-64 can",
    "changes-a-device": "only root can",
    "changes-its-interpreter": "only the interpreter's owner can",
    "dumps-core": "a machine may forbid it",
    "finds-a-secret-in-its-environment": "the variable is removed without confinement, too",
    "finds-a-secret-of-its-kernel": "there is no secret in the command line of any engine",
    "kills-its-parent": "it would",
    "kills-the-runner": "it would",
    "limits-its-parent": "it would, and thereby kill it",
    "mounts": "only root can",
    "mounts-anew": "only root can",
    "nests-namespaces": "a container may forbid it",
    "opens-many-files": "limits hold without confinement, too",
    "raises-its-limits": "limits hold without confinement, too",
    "runs-calls-in-a-ring": "a container may forbid it",
    "slows-all-of-its-user": "it would, this process included",
    "talks-to-its-host": "only some kernels have such sockets",
    "traces-its-parent": "a machine may forbid it",
    "uses-the-kernel-s-ciphers": "only some kernels have such sockets",
    "writes-a-file": "it prints nothing",
    "writes-in-proc": "it would change the kernel's settings",
    "writes-to-the-temporary-folder": "it prints nothing",
}
"""Escapes that cannot be shown to succeed without confinement, and why."""

SHOWN = [name for name in ESCAPES if name not in NOT_SHOWN]
"""The others, which harm neither the machine nor each other."""


ALONE = {"calls-with-32-bits", "kills-its-parent", "kills-the-runner", "limits-its-parent"}
"""Escapes whose process may be killed for them, with all that it would try afterwards."""

TOGETHER = {"fresh", "jupyter"}
"""Engines that start an interpreter for each post, which takes longer than an escape. There all but
those of `ALONE` are cells of one post: one that is denied changes nothing for the next."""

SECRET_VARIABLE = ("GITHUB_TOKEN", "REACHED, canary")
POST, BEGINS, ENDED = "escapes", "begins: ", "has ended: "
CANARY = Path("/dev/shm/elevenlines-canary")
LEFT_OUTSIDE = Path("/tmp/REACHED")


@pytest.fixture(autouse=True)
def _secret_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SECRET_VARIABLE)


@contextmanager
def forbidden_places(folder: Path, project: Path) -> Iterator[dict[str, str]]:
    """Make what a post has no right to; give the value of each placeholder."""
    (folder / "secret").write_text("REACHED, canary", encoding="utf-8")
    (folder / "outside").mkdir()
    ours, theirs = os.openpty()
    with (
        tempfile.TemporaryDirectory() as short,  # the path of a socket is limited to 107 bytes
        socket.socket(socket.AF_UNIX) as listener,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        listener.bind(f"{short}/socket")
        listener.listen()
        yield {
            "SECRET": str(folder / "secret"),
            "OUTSIDE": str(folder / "outside"),
            "PROJECT": str(project),
            "RUNNER": str(os.getpid()),
            "SOCKET": f"{short}/socket",
            "PORT": str(server.getsockname()[1]),
            "TERMINAL": os.ttyname(theirs),
            "MACHINE": platform.node(),
        }
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def places(project: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    with forbidden_places(tmp_path, project) as places:
        yield places


def code_of(name: str, places: dict[str, str]) -> str:
    code = (HERE / f"{name}.py").read_text(encoding="utf-8")
    for word, place in places.items():
        code = code.replace(word, place)
    return code.rstrip()


def write_together(project: Path, places: dict[str, dict[str, str]]) -> None:
    """Write one post whose cells try escapes, and print which one begins and which has ended."""
    tried = [
        f"print('{BEGINS}{name}')\ntry:\n{indent(code_of(name, places[name]), '    ')}\n"
        f"except Exception:\n    pass\nprint('{ENDED}{name}')"
        for name in places
    ]
    write(project, POST, "\n```\n\n```python\n".join(tried))


def replace_libc(monkeypatch: pytest.MonkeyPatch, folder: Path, change: str) -> None:
    """Have every Python that starts see another C library, changed by a line of code."""
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


@pytest.fixture
def change_libc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda change: replace_libc(monkeypatch, tmp_path / "changed", change)


NO_LANDLOCK = "real = self.syscall; self.syscall = lambda n, *a: -1 if n == 444 else real(n, *a)"
NO_NAMESPACES = "self.unshare = lambda flags: -1"
NO_PROC = "real = self.mount; self.mount = lambda a, *b: -1 if a == b'proc' else real(a, *b)"
NOT_ALWAYS = "if 'site_tools.sandbox.confinement' not in sys.orig_argv: self.capset = lambda *_: -1"


def layers_of_landlock() -> set[str]:
    command = [sys.executable, "-P", "-m", "site_tools.sandbox.confinement"]
    return {*subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")}


@dataclass(frozen=True)
class Attempts:
    """All escapes, tried in one run."""

    said: str
    """What `run -v` printed."""
    printed: dict[str, str]
    """What each escape printed that has ended."""
    places: dict[str, dict[str, str]]
    """The placeholders of each escape: what it must not reach is its own."""
    harm: list[str]
    """Changes outside that any of them may have caused."""


def layer_of(escape: str) -> str:
    first = (HERE / f"{escape}.py").read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# confined by: ")


@pytest.fixture(scope="module")
def attempts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Attempts]:
    engine, _, without = request.param.partition(", ")
    alone = ALONE if engine in TOGETHER else ESCAPES
    if without and "paths" not in ACTIVE:
        pytest.skip("this machine cannot confine paths without Landlock")
    folder = tmp_path_factory.mktemp("attempts")
    project = make_project(folder / "project")
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    CANARY.touch()
    with pytest.MonkeyPatch.context() as monkeypatch, ExitStack() as stack:
        monkeypatch.setenv(*SECRET_VARIABLE)
        if without:
            replace_libc(monkeypatch, folder / "changed", NO_LANDLOCK)
        places = {}
        for escape in filter(lambda escape: layer_of(escape) in ACTIVE, ESCAPES):
            (folder / escape).mkdir()
            places[escape] = stack.enter_context(forbidden_places(folder / escape, project))
        together = {name: at for name, at in places.items() if name not in alone}
        for name in places.keys() - together.keys():
            write(project, name, code_of(name, places[name]))
        if together:
            write_together(project, together)
        _, said = run_main(project, "run", "-v", "--engine", engine, "--timeout", "120")
        printed = _printed(said)
        harm = ["niceness"] if os.getpriority(os.PRIO_PROCESS, 0) != niceness else []
        harm += [str(LEFT_OUTSIDE)] if LEFT_OUTSIDE.exists() else []
        harm += ["printed by none"] if "REACHED" in printed.get(POST, "") else []
        yield Attempts(said, printed, places, harm)


def _printed(said: str) -> dict[str, str]:
    """Return what each escape printed that has ended, by its name; the rest by that of the post."""
    ended = re.findall(r"(?m)^posts/([\w-]+)\.md", said)
    found = dict.fromkeys(ended, "")
    for name, text in re.findall(r"(?m)^([\w-]+) \| (.*)$", said):
        found[name] = found.get(name, "") + f"{text}\n"
    tried = re.compile(rf"(?ms)^{BEGINS}([\w-]+)\n(.*?)^{ENDED}\1\n")
    cells = dict(tried.findall(found.get(POST, "")))
    return found | cells | {POST: tried.sub("", found.get(POST, ""))}


@pytest.mark.parametrize(
    "attempts",
    [
        pytest.param(name, marks=pytest.mark.xdist_group(f"escapes, {name}"))
        for name in [*LOCAL_ENGINES, "warm, without Landlock"]
    ],
    indirect=True,
)
@pytest.mark.long
@pytest.mark.parametrize("escape", ESCAPES)
def test_escape_is_denied(escape: str, attempts: Attempts) -> None:
    if escape not in attempts.places:
        pytest.skip(f"this machine cannot confine {layer_of(escape)}")
    places = attempts.places[escape]
    assert escape in attempts.printed, attempts.said
    assert "REACHED" not in attempts.printed[escape], attempts.said
    assert Path(places["SECRET"]).exists()
    assert list(Path(places["OUTSIDE"]).iterdir()) == []
    assert attempts.harm == []


@pytest.fixture(scope="module")
def unconfined(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the escapes print without confinement: each has forbidden places of its own."""
    folder = tmp_path_factory.mktemp("unconfined")
    project = make_project(folder / "project")
    with ExitStack() as stack:
        for escape in SHOWN:
            (folder / escape).mkdir()
            places = stack.enter_context(forbidden_places(folder / escape, project))
            write(project, escape, code_of(escape, places))
        return run_main(project, "run", "-v", "--sandbox", "off")[1]


@pytest.mark.xdist_group("unconfined")
@pytest.mark.parametrize("escape", SHOWN)
def test_escape_succeeds_without_confinement(escape: str, unconfined: str) -> None:
    """`test_escape_is_denied` can fail."""
    assert re.search(rf"(?m)^{escape} \| .*REACHED", unconfined), unconfined


def test_confined_post_can_do_what_it_needs(project: Path, elevenlines: Elevenlines) -> None:
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


@pytest.mark.parametrize("engine", LOCAL_ENGINES)
@pytest.mark.parametrize("kind", ["in shared memory", "in the project", "behind a link"])
def test_temporary_folder_may_be_anywhere(
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


def test_post_that_makes_its_own_answer_unreadable(project: Path, elevenlines: Elevenlines) -> None:
    """The answer file is open in the post's process, so it can; root can read the file anyway."""
    code = "import os\n\nfor number in range(1, 30):\n    try: os.fchmod(number, 0)\n"
    write(project, "post", code + "    except OSError: pass\na = 1 / 0")
    status, said = elevenlines("run", "-v")
    assert status == 1
    assert "posts/post.md:" in said
    assert "bug in elevenlines" not in said


@pytest.mark.parametrize("mode", ["auto", "require", "off"])
def test_active_layers_are_printed_in_one_line(
    project: Path, elevenlines: Elevenlines, mode: str
) -> None:
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
def test_missing_layers_are_printed(
    change: str,
    rest: set[str],
    project: Path,
    elevenlines: Elevenlines,
    change_libc: Callable[[str], None],
) -> None:
    """Systems that allow no namespaces, or no /proc in a namespace."""
    change_libc(change)
    write(project, "post")
    there = layers_of_landlock() | (rest & {*ACTIVE})
    missing = ", ".join(layer for layer in confinement.LAYERS if layer not in there)
    status, said = elevenlines("run", "--sandbox", "require")
    assert status == 1
    assert f"this machine cannot confine posts: {missing}. Linux 5.12 with user" in said
    status, said = elevenlines("run")
    assert status == 0
    assert f"; not available here: {missing}." in said


@pytest.mark.skipif("paths" not in ACTIVE, reason="this machine has no namespaces")
@pytest.mark.parametrize("engine", LOCAL_ENGINES)
def test_process_that_cannot_be_confined_runs_nothing(
    engine: str,
    project: Path,
    elevenlines: Elevenlines,
    tmp_path: Path,
    change_libc: Callable[[str], None],
) -> None:
    """Each process has the layers that were printed, or it ends."""
    change_libc(NOT_ALWAYS)
    write(project, "post", f"open('{tmp_path}/REACHED', 'w').close()")
    status, said = elevenlines("run", "--engine", engine)
    assert status == 1
    assert "posts are confined: " in said
    why = "not caused by the post: it could not be run here: the process could not be confined: "
    assert f"posts/post.md:12: {why if engine != 'jupyter' else ''}" in said
    assert not (tmp_path / "REACHED").exists()
