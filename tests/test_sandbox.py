"""What a post cannot do, however it tries; and what it still can.

Each file in `escapes/` is a post that tries to get out. `REACHED` in what it prints, or outside
afterwards, means that it did. Its first line names the layer that should hold it; SECRET, OUTSIDE,
PROJECT and RUNNER stand for a file, two folders and a process that are none of its business.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from site_tools import sandbox
from site_tools.engines import ENGINES
from tests.conftest import Elevenlines, run_main
from tests.test_run import write

pytestmark = [pytest.mark.slow]

HERE = Path(__file__).parent / "escapes"
ACTIVE = sandbox.active()


@pytest.fixture
def places(project: Path, tmp_path: Path) -> dict[str, str]:
    """Return what the words in capital letters stand for."""
    (tmp_path / "secret").write_text("REACHED, canary", encoding="utf-8")
    (tmp_path / "outside").mkdir()
    return {
        "SECRET": str(tmp_path / "secret"),
        "OUTSIDE": str(tmp_path / "outside"),
        "PROJECT": str(project),
        "RUNNER": str(os.getpid()),
    }


def write_escape(project: Path, name: str, places: dict[str, str]) -> None:
    code = (HERE / f"{name}.py").read_text(encoding="utf-8")
    for word, place in places.items():
        code = code.replace(word, place)
    write(project, name, code.rstrip())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("escape", sorted(path.stem for path in HERE.glob("*.py")))
def test_no_way_out(
    escape: str,
    engine: str,
    project: Path,
    places: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = (HERE / f"{escape}.py").read_text(encoding="utf-8").splitlines()[0]
    layer = first.removeprefix("# confined by: ")
    if layer not in ACTIVE:
        pytest.skip(f"this machine cannot confine {layer}")
    monkeypatch.setenv("GITHUB_TOKEN", "REACHED, canary")
    Path("/dev/shm/elevenlines-canary").touch()
    write_escape(project, escape, places)

    _, said = run_main(project, "run", "-v", "--engine", engine, "--timeout", "20")

    printed = [line for line in said.splitlines() if line.startswith(f"{escape} |")]
    assert "REACHED" not in "\n".join(printed), said
    assert Path(places["SECRET"]).exists()
    assert list(Path(places["OUTSIDE"]).iterdir()) == []
    assert not Path("/tmp/REACHED").exists()


@pytest.mark.parametrize(
    "escape", ["reads-a-file", "reads-by-subprocess", "reads-its-parent-s-environment"]
)
def test_without_confinement_there_is_a_way(
    escape: str, project: Path, elevenlines: Elevenlines, places: dict[str, str]
) -> None:
    """The test above can fail."""
    write_escape(project, escape, places)
    _, said = elevenlines("run", "-v", "--sandbox", "off")
    assert f"{escape} | REACHED" in said.replace("b'", "")


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


@pytest.mark.parametrize("mode", ["auto", "require", "off"])
def test_one_line_says_what_is_active(project: Path, elevenlines: Elevenlines, mode: str) -> None:
    write(project, "post")
    status, said = elevenlines("run", "--sandbox", mode)
    if mode == "off":
        assert "posts are not confined (`--sandbox off`)." in said
    elif mode == "require" and list(sandbox.LAYERS) != ACTIVE:
        assert status == 1
        assert "this machine cannot confine posts: " in said
    else:
        assert f"posts are confined: {', '.join(ACTIVE)}" in said


def test_layers_that_are_missing_are_told(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that allows no namespaces, as GitHub's Ubuntu does, played by a wrapped libc."""
    code = """\
import ctypes
class NoNamespaces(ctypes.CDLL):
    def __init__(self, name, *rest, **named):
        super().__init__(name, *rest, **named)
        self.unshare = lambda flags: -1
ctypes.CDLL = NoNamespaces
"""
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(project, "post")
    status, said = elevenlines("run", "--sandbox", "require")
    assert status == 1
    missing = "shared memory" if "files" in ACTIVE else "files, network, shared memory, signals"
    assert f"this machine cannot confine posts: {missing}. Linux 6.12 with user" in said
    status, said = elevenlines("run")
    assert status == 0
    assert f"; not here: {missing}." in said
