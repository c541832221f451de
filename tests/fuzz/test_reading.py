"""Whatever a file is, `check` ends soon and names what is wrong; the other posts go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from tests.fuzz.posts import POST, File
from tests.fuzz.properties import CASES, answer, examples, kept
from tests.fuzz.texts import REPEATED
from tests.support.posts import FRONT, write
from tests.support.projects import make_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("reading") / "project")
    write(folder, "other")
    return folder


def check(project: Path, name: str, data: bytes) -> None:
    path = project / "posts" / name
    path.write_bytes(data)
    try:
        said = answer(project, "check")
        assert "posts/other.md:" not in said.replace("posts/other.md:2: warning", "")
        assert said.startswith(f"posts/{name}") or "2 posts checked" in said, said
    finally:
        path.unlink()


@examples(150)
@given(post=POST)
def test_post(project: Path, post: File) -> None:
    with kept(f"posts/found{post.suffix}", post.data):
        check(project, f"a{post.suffix}", post.data)


@examples(10)
@given(piece=REPEATED)
def test_long_prose(project: Path, piece: str) -> None:
    check_repeated(project, piece)


@pytest.mark.parametrize("piece", json.loads((CASES / "repeated.json").read_text("utf-8")))
def test_case_of_long_prose(project: Path, piece: str) -> None:
    check_repeated(project, piece)


def check_repeated(project: Path, piece: str) -> None:
    size = 400_000  # the largest that is read, nearly
    prose = (piece * (size // len(piece.encode("utf-8", "replace")) + 1)).encode("utf-8", "replace")
    data = f"---\n{FRONT}---\n\n".encode() + prose[:size] + b"\n\n```python\na = 1\n```\n"
    with kept("posts/long.md", data):
        check(project, "a.md", data)


@pytest.mark.parametrize("case", sorted(CASES.glob("posts/*")), ids=lambda case: case.name)
def test_case(project: Path, case: Path) -> None:
    check(project, f"a{case.suffix}", case.read_bytes())
