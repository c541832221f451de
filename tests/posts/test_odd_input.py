"""Whatever a file holds, `check` answers with a problem, never with a bug of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.posts import FRONT
from tests.support.projects import make_project, run_main

ODD_YAML = """
null|~|[]|{}|3|1.5|true|"x"|[1, [2]]|{a: {b: c}}|2026-11-21|2026-11-21T10:00:00|*x|&a b|&x [*x]
!!python/name:os.system|!x y|!!int ''|!!bool foo|!!timestamp foo|"\\0"|"\\x07"|- a|1e999|.nan|"é🎉"
? a|<<: {a: 1}|[a, b|"unclosed|@x|%x|`x`|2000000000000-01-01|12:30:45|=|"= 3"|"< -1e-3"|"< inf"|' '
"""
VALUES = [value for line in ODD_YAML.strip().splitlines() for value in line.split("|")] + [
    "\x07",
    "",
]
KEYS = ["title", "description", "date", "authors", "categories", "tags", "requires", "minutes"]
KEYS += ["device", "learns", "no_learning", "packages", "draft", "1", "", "says", "metric", "goal"]
CLAIM_KEYS = ["says", "metric", "goal", "seeds", "controls", "freeze", "set", "expect"]
CLAIM_KEYS += ["baseline", "shuffle"]
KEYS += CLAIM_KEYS[3:]
CLAIM = "learns:\n  - {says: It counts, metric: a, goal: '< 2'}\n"

ODD_CELLS: list[object] = [
    None, 1, "x", {}, [], {"cell_type": "code"}, {"cell_type": [], "source": "a"},
    {"cell_type": "code", "source": None}, {"cell_type": "code", "source": [1]},
    {"cell_type": "code", "source": "a=1", "metadata": None},
    {"cell_type": "code", "source": "a=1", "metadata": {"tags": 3, "alt": [1]}},
    {"cell_type": "markdown", "source": "\ud800"},
    {"cell_type": "code", "source": ["a = ", "1\n", "", "b"]},
]  # fmt: skip
ODD_BODIES = [
    "```python\nunclosed", "```python tags=3\na=1\n```", "```python tags=[\na=1\n```",
    "```R\nx\n```",
    '```python {"a": 1}\na=1\n```', "````python\na=1\n````", "```python\n\0\n```", '--8<-- "."',
    "```python\nfrom . import x\n```", '```python\n# --8<-- "/etc/passwd"\n```', '--8<-- "\0"',
    "[a](b%20c.md)", "![a](\0)", "[a](../../../etc/passwd)", "[a](.)", "[a]()", "<!-- #region -->",
    "<!-- #raw -->\nx\n<!-- #endraw -->", f"[a]({'x' * 5000})", f"```python\n{'(' * 500}\n```",
    f"```python\n{'-' * 100_000}1\n```", "a\fb\u2028c", "```python\na = '\f\u2028'\n```",
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("odd") / "project")


def answer(project: Path, name: str, content: str | bytes) -> str:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path = project / "posts" / name
    path.write_bytes(data)
    code, said = run_main(project, "check")
    path.unlink()
    assert code in (0, 1), said
    assert "Traceback" not in said
    return said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(key=st.sampled_from(KEYS), value=st.sampled_from(VALUES), first=st.booleans())
def test_front_matter(place: Path, key: str, value: str, first: bool) -> None:  # noqa: FBT001
    lines = FRONT.splitlines(keepends=True)[:-1]
    kept = [line for line in lines if not line.startswith(f"{key}:")]
    odd = f"{key}: {value}\n"
    if key in CLAIM_KEYS:
        odd = f"learns:\n  - says: x\n    metric: a\n    goal: '< 1'\n    {key}: {value}\n"
    head = [odd, CLAIM, *kept] if first else [*kept, CLAIM, odd]
    answer(place, "a.md", f"---\n{''.join(head)}---\n\n```python\na = 1\n```\n")


@pytest.mark.parametrize("cell", ODD_CELLS, ids=repr)
def test_notebook_cells(place: Path, cell: object) -> None:
    header = {"cell_type": "raw", "source": f"---\n{FRONT}---"}
    for cells in ([cell], [header, cell], cell):
        answer(place, "a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))


@pytest.mark.parametrize("content", ["", "[]", "3", "null", '{"cells": []}', "[" * 5000, "\0"])
def test_notebook_files(place: Path, content: str) -> None:
    assert "posts/a.ipynb:1: " in answer(place, "a.ipynb", content)


@pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: repr(body[:30]))
def test_bodies(place: Path, body: str) -> None:
    answer(place, "a.md", f"---\n{FRONT}---\n\n{body}\n\n```python\na = 1\n```\n")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"---", b"---\n---", b"\xff\xfe", b"\0", b"---\n\t\n"]
)
@pytest.mark.parametrize("name", ["a.md", "a.py", "a.ipynb"])
def test_nearly_empty_files(place: Path, name: str, content: bytes) -> None:
    assert f"posts/{name}:" in answer(place, name, content)


@pytest.mark.parametrize("content", ["", "[]", "authors:", "authors: []", "authors: {1: x}", "\0"])
def test_authors(project: Path, content: str) -> None:
    (project / "posts" / ".authors.yml").write_text(content, encoding="utf-8")
    answer(project, "a.md", f"---\n{FRONT}---\n\n```python\na = 1\n```\n")


@pytest.mark.parametrize("content", ["numpy", "numpy==", "==1", "numpy==2.*", "-e .", "\0"])
def test_constraints(project: Path, content: str) -> None:
    (project / "constraints.txt").write_text(content, encoding="utf-8")
    said = answer(project, "a.md", f"---\n{FRONT}---\n\n```python\na = 1\n```\n")
    assert said.startswith("constraints.txt:1: ")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    posts = project / "posts"
    (posts / "nowhere.md").symlink_to("missing.md")
    (posts / "itself.ipynb").symlink_to("itself.ipynb")
    (posts / "folder.py").mkdir()
    os.mkfifo(posts / "pipe.md")
    (posts / "pictures").mkdir()
    code, said = run_main(project, "check")
    named = {line.partition(":")[0] for line in said.splitlines() if "this is no file" in line}
    assert named == {f"posts/{n}" for n in ("nowhere.md", "itself.ipynb", "folder.py", "pipe.md")}
    assert code == 1
