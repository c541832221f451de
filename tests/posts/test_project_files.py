"""A build reads no file of another folder, wherever the links of a project lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.model.errors import BadProject
from site_tools.posts.project_files import is_source, is_within
from site_tools.publishing.staging import write as write_tree
from tests.support.posts import edit, write
from tests.support.projects import Elevenlines

CONTENT = "a secret"


@pytest.fixture
def secret(project: Path) -> Path:
    """A file beside the project, and one that is hidden in it."""
    (project / ".hidden").mkdir()
    for path in (project.parent / "secret", project / ".hidden" / "config", project / ".env"):
        path.write_text(CONTENT, encoding="utf-8")
    return project.parent / "secret"


TARGETS = ["../../secret", "../.hidden/config", "../.env", "/etc/passwd", "/dev/zero", ".."]
PLACES = ["docs/leak.txt", "docs/deep", "posts/leak.md", "posts/.authors.yml", "docs"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("place", PLACES)
def test_links_are_not_followed(
    project: Path, elevenlines: Elevenlines, secret: Path, place: str, target: str
) -> None:
    assert secret.is_file()
    write(project, "a")
    link = project / place
    if link.exists():
        link.rename(project / "moved")
    link.symlink_to(target if place != "docs" else target.removeprefix("../") or ".")
    if not link.is_file() and place == "posts/leak.md":
        return  # a folder or a device is no post
    for command in ("check",) if place == "posts/leak.md" else ("check", "build"):
        code, said = elevenlines(command)
        assert code == 1
        assert place in said
        assert CONTENT not in said
    assert not (project / "site").exists()


@pytest.mark.parametrize("target", TARGETS[:4])
def test_pictures_of_a_post_are_not_followed(
    project: Path, elevenlines: Elevenlines, secret: Path, target: str
) -> None:
    assert secret.is_file()
    edit(write(project, "a"), "Some words.", "![A picture](pic.png)")
    (project / "posts" / "pic.png").symlink_to(target)
    code, said = elevenlines("check")
    assert (code, said.startswith("posts/a.md:10: `pic.png` leads out")) == (1, True)


def test_links_inside_of_the_project_are_followed(project: Path, elevenlines: Elevenlines) -> None:
    edit(write(project, "a"), "Some words.", "![A picture](pic.png)")
    (project / "posts" / "pic.png").symlink_to("../docs/assets/logo.png")
    (project / "docs" / "constraints.txt").symlink_to("../constraints.txt")
    assert elevenlines("check")[0] == 0


def test_odd_paths_are_outside(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for name in ("loop", "\0", "../x", "x" * 5000):
        assert not is_within(tmp_path / name, tmp_path / "a")
    assert not is_source(tmp_path / ".git" / "config", tmp_path)


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/el-out.txt", "linked/out.txt"])
def test_tree_is_written_inside_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "build" / "docs").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "build" / "docs" / "linked").symlink_to(tmp_path / "elsewhere")
    if name == "linked/out.txt":
        write_tree({name: b"x"}, tmp_path / "build" / "docs")
        assert (tmp_path / "build" / "docs" / name).read_bytes() == b"x"
    else:
        with pytest.raises(BadProject, match="outside of the site"):
            write_tree({name: b"x"}, tmp_path / "build" / "docs")
    assert not list(tmp_path.rglob("elsewhere/*"))
    assert not (tmp_path / "build" / "out.txt").exists()


@pytest.mark.parametrize("name", ["build", "build/docs"])
def test_links_are_not_written_through(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadProject, match="this is a link"):
        write_tree({"a.txt": b"x"}, tmp_path / "build" / "docs")
