"""`elevenlines serve` beside other processes, and with files that change in odd ways."""

from __future__ import annotations

import json
import shutil
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.posts import write
from tests.support.previews import Served, serving, wait, without_script
from tests.support.projects import make_project, run_main

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("preview-server")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project with two posts."""
    project = make_project(tmp_path_factory.mktemp("serve") / "project")
    write(project, "one")
    write(project, "two")
    code, said = run_main(project, "build")
    assert code == 0, said
    return project


def _get(served: Served, path: str) -> bytes:
    with urllib.request.urlopen(served.url + path) as answer:  # noqa: S310
        return bytes(answer.read())


def _marks(served: Served, slug: str) -> Any:
    state = json.loads(_get(served, f"-/state?address=posts/{slug}/index.html"))
    return state["marks"]


def test_odd_saves_and_other_processes(folder: Path) -> None:
    """One preview for all of these: it takes seconds to start."""
    post = folder / "posts" / "one.md"
    text = post.read_text(encoding="utf-8")
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with serving(folder, "--port", str(port)) as served:
            assert f"Port {port} is in use; this is " in served.said
            built = (folder / "site" / "posts" / "one" / "index.html").read_bytes()
            assert without_script(_get(served, "posts/one/")) == built

            code, said = run_main(folder, "serve", "--port", str(port))
            assert code == 1
            assert f"another `elevenlines serve` shows this folder at {served.url}" in said

            for number in range(500):  # many saves, in place and by renaming
                beside = folder / "posts" / ".one.md.swp"
                target = beside if number % 2 else post
                target.write_text(text.replace("words", f"words {number}"), encoding="utf-8")
                if target is beside:
                    beside.rename(post)
            assert b"Some words 499." in _get(served, "posts/one/")

            post.unlink()
            with pytest.raises(urllib.error.HTTPError):
                _get(served, "posts/one/")
            post.write_text(text, encoding="utf-8")
            assert without_script(_get(served, "posts/one/")) == built

            shutil.move(folder / "posts", folder / "elsewhere")
            assert "posts" in _marks(served, "one")["fault"]
            shutil.move(folder / "elsewhere", folder / "posts")
            assert without_script(_get(served, "posts/one/")) == built

            code, said = run_main(folder, "build")
            assert code == 0, said
            assert (folder / "site" / "posts" / "one" / "index.html").read_bytes() == built
            assert without_script(_get(served, "posts/one/")) == built


def test_preview_ends_without_a_word(folder: Path) -> None:
    """Not even with what nanobind says of a drawing of Mermaid that Python has not freed."""
    post = folder / "posts" / "two.md"
    text = post.read_text(encoding="utf-8")
    post.write_text(
        f"{text}\n```mermaid\nflowchart LR\naccTitle: From A to B\nA-->B\n```\n", encoding="utf-8"
    )
    with serving(folder) as served:
        assert b"image/svg+xml" in _get(served, "posts/two/")
    post.write_text(text, encoding="utf-8")
    assert "nanobind" not in served.said


def test_a_page_says_when_the_preview_has_ended(page: Page, folder: Path) -> None:
    from playwright.sync_api import expect

    with serving(folder) as served:
        page.goto(f"{served.url}posts/two/")
        wait(lambda: page.evaluate("document.documentElement.dataset.preview") == "still", "state")
    expect(page.locator("#preview")).to_contain_text("The preview does not answer")
