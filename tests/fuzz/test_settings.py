"""Whatever settings, names and files a project has: a command ends and says what is wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from site_tools.posts.site_options import Options
from tests.fuzz.properties import CASES, OBEYED, answer, examples, in_time, kept
from tests.fuzz.texts import ODD_TEXT, YAML
from tests.fuzz.values import damaged
from tests.support.posts import write
from tests.support.projects import AUTHORS, ROOT, make_project, run_main

pytestmark = pytest.mark.slow

MKDOCS = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
KEYS = ["site_url", "site_name", "site_description", "copyright", "extra", "theme", "hooks", "nav"]
KEYS += ["plugins", "markdown_extensions", "docs_dir", "site_dir", "validation", "extra_css", "x"]
OPTIONS = [*Options.model_fields, "x", "''"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("settings") / "project")
    write(folder, "other")
    return folder


@contextmanager
def changed_file(path: Path, data: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def without(text: str, key: str) -> str:
    """Return YAML without a key at its top."""
    lines, kept_lines, skipped = text.splitlines(keepends=True), [], False
    for line in lines:
        if not line.startswith((" ", "#", "\n")):
            skipped = line.startswith(f"{key}:")
        if not skipped:
            kept_lines.append(line)
    return "".join(kept_lines)


_OPTIONS = st.dictionaries(st.sampled_from(OPTIONS), YAML, max_size=2).map(
    lambda pairs: (
        "plugins:\n  - elevenlines:"
        + "".join(f"\n      {key}: {value}" for key, value in pairs.items())
    )
)
_KEYS = st.tuples(st.sampled_from(KEYS), YAML).map(lambda pair: f"{pair[0]}: {pair[1]}")
SETTINGS = (_OPTIONS | _KEYS).map(
    lambda line: (without(MKDOCS, line.partition(":")[0]) + line + "\n").encode("utf-8", "replace")
) | damaged(MKDOCS.encode("utf-8"))


@examples(60)
@given(data=SETTINGS)
def test_settings(project: Path, data: bytes) -> None:
    with kept("settings/found.yml", data), changed_file(project / "mkdocs.yml", data):
        answer(project, "check")


@examples(3, shrink=False)
@given(data=SETTINGS)
def test_settings_of_a_build(project: Path, data: bytes) -> None:
    with kept("settings/found.yml", data), changed_file(project / "mkdocs.yml", data):
        answer(project, "build")


_PERSON = st.dictionaries(
    st.sampled_from(["name", "description", "avatar", "slug", "url", "x"]), YAML, max_size=4
).map(
    lambda keys: "".join(
        f"\n    {key}: {value}"
        for key, value in {
            "name": "A",
            "description": "B",
            "avatar": "assets/editors.svg",
            **keys,
        }.items()
    )
)
PEOPLE = st.dictionaries(st.just("ada") | YAML, _PERSON | YAML, max_size=2).map(
    lambda people: "authors:" + "".join(f"\n  {name}: {about}" for name, about in people.items())
)


@examples(60)
@given(data=PEOPLE.map(lambda text: text.encode("utf-8", "replace")) | damaged(AUTHORS.encode()))
def test_authors(project: Path, data: bytes) -> None:
    path = project / "posts" / ".authors.yml"
    with kept("authors/found.yml", data), changed_file(path, data):
        answer(project, "check")


@examples(40)
@given(data=damaged((ROOT / "constraints.txt").read_bytes()))
def test_constraints(project: Path, data: bytes) -> None:
    path = project / "constraints.txt"
    with kept("constraints/found.txt", data), changed_file(path, data):
        answer(project, "check")


def make(path: Path, kind: str) -> None:
    if kind == "file":
        path.write_text("---\n", encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(path.name)
    else:
        os.mkfifo(path)


NAME = ODD_TEXT.map(lambda text: text.replace("/", "").replace("\0", ""))
SUFFIX = st.sampled_from([".md", ".py", ".ipynb", ".MD", ".md.md", ""])


@examples(40)
@given(name=NAME, suffix=SUFFIX, kind=st.sampled_from(["file", "folder", "link", "pipe"]))
def test_file_names(project: Path, name: str, suffix: str, kind: str) -> None:
    path = project / "posts" / f"{name}{suffix}"
    assume(path.name not in {"", ".", "..", "other.md", ".authors.yml"})
    try:
        make(path, kind)
    except (OSError, UnicodeEncodeError):  # no name that this system takes
        return
    try:
        with kept("names/found.txt", path.name.encode("utf-8", "surrogateescape")):
            answer(project, "check")
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@examples(40)
@given(name=ODD_TEXT)
def test_arguments(project: Path, name: str) -> None:
    assume(not name.startswith("-"))
    for arguments in (("check", name), ("new", name), ("new", name, "--format", "py")):
        before = set((project / "posts").iterdir())
        try:
            with kept("names/argument.txt", name.encode("utf-8", "replace")):
                use(project, arguments)
        finally:
            for path in set((project / "posts").iterdir()) - before:
                path.unlink()


def use(project: Path, arguments: tuple[str, ...]) -> None:
    """Use a name or a title; a new post must have no problem."""
    with in_time():
        code, said = run_main(project, *arguments)
    assert code in {0, 2}, said
    assert not OBEYED.search(said), said
    if code == 0:
        assert "2 posts checked" in answer(project, "check")


FILES = {
    "settings": "mkdocs.yml",
    "authors": "posts/.authors.yml",
    "constraints": "constraints.txt",
}
"""The file of a project that the cases of a folder replace."""


@pytest.mark.parametrize(
    "case",
    sorted(case for folder in FILES for case in CASES.glob(f"{folder}/*")),
    ids=lambda case: f"{case.parent.name}-{case.name}",
)
def test_case(project: Path, case: Path) -> None:
    with changed_file(project / FILES[case.parent.name], case.read_bytes()):
        answer(project, "check")
        answer(project, "build")
