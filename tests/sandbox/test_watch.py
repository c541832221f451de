"""No post has more memory or processes than it may, however it gets them.

Each file in `tests/cases/hoards/` is a program that takes too much, in a way that no limit of a
single process holds. Its first line says of what.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from site_tools.downloads.program_run import Allowance, ProgramRunner
from site_tools.downloads.virtualenvs import Environments
from tests.support.engines import LOCAL_ENGINES
from tests.support.layers import ACTIVE
from tests.support.posts import NONE, edit, write
from tests.support.projects import CASES, ROOT, left_behind, make_project, run_main, short_folder

HERE = CASES / "hoards"
HOARDS = sorted(path.stem for path in HERE.glob("*.py"))

SAID = {
    "memory": "the post needs more memory than the 0.3 GB that a run may use here",
    "processes": ".* Start fewer processes and threads at once",
}
ERRORS = {
    "memory": "more memory than it may",
    "processes": "too many processes|Resource temp|new thread",
}
"""What a program may end with: a limit of the kernel may be reached before the watch looks."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc"),
]


def kind(hoard: str) -> str:
    return (HERE / f"{hoard}.py").read_text(encoding="utf-8").splitlines()[0].split()[-1]


NO_NAMESPACES = [layer for layer in ACTIVE if layer in {"limits", "files", "system calls"}]


@pytest.fixture(scope="module", params=LOCAL_ENGINES)
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = make_project(tmp_path_factory.mktemp("hoards") / "project")
    for hoard in HOARDS:
        code = (HERE / f"{hoard}.py").read_text(encoding="utf-8")
        memory = {"memory": "300 MB", "processes": "4 GB"}[kind(hoard)]
        edit(write(folder, hoard, code.rstrip()), NONE, f"{NONE}memory: {memory}\n")
    with pytest.MonkeyPatch.context() as monkeypatch, short_folder(monkeypatch) as temporary:
        _, said = run_main(folder, "run", "--timeout", "180", "--engine", request.param)
        assert left_behind(temporary) == []
    return said


@pytest.mark.long
@pytest.mark.parametrize("hoard", HOARDS)
def test_post_that_takes_too_much_is_ended(hoard: str, said: str) -> None:
    assert re.search(rf"(?m)^posts/{hoard}\.md:\d+: {SAID[kind(hoard)]}", said), said


@pytest.mark.parametrize("layers", [ACTIVE, NO_NAMESPACES], ids=["confined", "without namespaces"])
@pytest.mark.parametrize("hoard", HOARDS)
def test_program_that_takes_too_much_is_ended(
    hoard: str, layers: list[str], tmp_path: Path
) -> None:
    runner = ProgramRunner(Environments(tmp_path), layers, 60, 2**30)
    with runner.folder() as folder:
        folder.place("a.py", (HERE / f"{hoard}.py").read_bytes())
        memory = {"memory": 300_000_000, "processes": 2**32}[kind(hoard)]
        result = folder.run([sys.executable, "a.py"], Allowance(memory, "cpu"), [])
        assert result.code > 0
        assert re.search(ERRORS[kind(hoard)], result.errors), result
        assert left_behind(folder.path) == []


SHARING = """
import os
import sys
from site_tools.sandbox import watch
data = bytearray(10**8)
data[::1000] = b"x" * 10**5
children = []
for _ in range(10):
    child = os.fork()
    if not child:
        read_end, _ = os.pipe()
        os.read(read_end, 1)
    children.append(child)
enough, too_little = (watch.Watch(memory).overuse() for memory in (2 * 10**8, 5 * 10**7))
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
sys.exit(not (enough is None and too_little is not None))
"""
"""Ten processes that share 100 MB use 100 MB; a new interpreter has little else to share."""


def test_memory_that_processes_share_counts_once() -> None:
    subprocess.run([sys.executable, "-c", SHARING], check=True, cwd=ROOT)
