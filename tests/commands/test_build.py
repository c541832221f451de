"""Building the site: all of it or nothing, the same bytes every time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from site_tools.project import Project
from tests.support.posts import edit, write, write_learning
from tests.support.projects import Elevenlines, contents, make_project, run_main, shared_folder
from tests.support.sites import once

pytestmark = pytest.mark.slow


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "site_tools", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project with one post that learns."""

    def build(folder: Path) -> None:
        write_learning(make_project(folder), "post")
        code, said = run_main(folder, "build")
        assert code == 0, said

    return once(shared_folder(tmp_path_factory) / "built-once", build)


@pytest.fixture
def built(project: Path, built_once: Path) -> Path:
    """Copy it to `project`; return its post."""
    shutil.rmtree(project)
    shutil.copytree(built_once, project)
    return project / "posts" / "post.md"


def test_failed_build_keeps_the_last_site(
    project: Path, built: Path, elevenlines: Elevenlines
) -> None:
    post = built
    good = contents(project / "site")

    edit(post, "a = 1", "a = 9")
    code, said = elevenlines("build")
    assert code == 1
    assert "misses its goal" in said
    assert contents(project / "site") == good

    edit(post, "a = 9", "a = 2")
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    (project / "mkdocs.yml").write_text(settings + "\nno_such_setting: 1\n", encoding="utf-8")
    assert elevenlines("build")[0] == 1
    assert contents(project / "site") == good

    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    assert elevenlines("build")[0] == 0
    assert contents(project / "site") != good


@pytest.mark.parametrize("setting", ["exclude_docs: /posts/posts/", "draft_docs: /posts/posts/"])
def test_settings_that_would_publish_no_post(
    project: Path, elevenlines: Elevenlines, setting: str
) -> None:
    write_learning(project, "post")
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    (project / "mkdocs.yml").write_text(f"{settings}\n{setting}\n", encoding="utf-8")
    code, said = elevenlines("build")
    assert code == 1
    assert "mkdocs.yml: MkDocs " in said
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        (b"one\n\ncaf\xe9, $x$", "docs/odd.md:3: byte 0xe9 is not UTF-8. Save the file as UTF-8."),
        (b"one\n\n$\\frac{1}$", "docs/odd.md:3: "),
        (b"one\n\n[two](two.md)", "docs/odd.md:3: the link leads nowhere: `two.md`. "),
        (b"one\n\n[two](../posts/two.md)", "docs/odd.md:3: the link leads nowhere: "),
    ],
    ids=["bytes", "formula", "link", "link-to-a-post"],
)
def test_invalid_page_is_refused_before_a_post_runs(
    project: Path, elevenlines: Elevenlines, page: bytes, wrong: str
) -> None:
    write(project, "post")
    (project / "docs" / "odd.md").write_bytes(page)
    for command in ("check", "build"):
        code, said = elevenlines(command)
        assert code == 1
        assert wrong in said
    assert not (project / "site").exists()
    assert not (project / ".elevenlines" / "store").exists()


@pytest.mark.parametrize("process", ["os.getpid()", "os.getppid()"])
def test_build_reports_that_mkdocs_was_killed(
    project: Path, built: Path, elevenlines: Elevenlines, process: str
) -> None:
    """A hook of the project kills the process in which it runs, or the one that has forked it."""
    good = contents(project / "site")
    edit(built, "Some words", "Other words")
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    (project / "mkdocs.yml").write_text(f"{settings}\nhooks: [kill.py]\n", encoding="utf-8")
    kill = f"import os\n\n\ndef on_pre_build(config):\n    os.kill({process}, 9)\n    os._exit(3)\n"
    (project / "kill.py").write_text(kill, encoding="utf-8")
    code, said = elevenlines("build")
    assert code == 1
    assert "MkDocs could not build the site; the last one is unchanged.\nIts process was" in said
    assert contents(project / "site") == good

    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    code, said = elevenlines("build")
    assert code == 0, said


def test_interrupted_build_ends_mkdocs(project: Path, built: Path) -> None:
    """Also if the signal reaches the command alone, as that of `kill` does."""
    good = contents(project / "site")
    edit(built, "Some words", "Other words")
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("\nhooks: [wait.py]\n")
    hook = "import os, pathlib, time\n\n\ndef on_pre_build(config):\n"
    hook += "    pathlib.Path('begun').write_text(str(os.getpid()))\n    time.sleep(600)\n"
    (project / "wait.py").write_text(hook, encoding="utf-8")
    process = start(project, "build")
    begun = project / "begun"
    while not (begun.exists() and begun.read_text()):
        assert process.poll() is None
        time.sleep(0.02)
    process.terminate()
    process.communicate()
    assert process.returncode == 130
    with suppress(psutil.NoSuchProcess):  # it may have ended already
        psutil.Process(int(begun.read_text())).wait(timeout=10)
    assert contents(project / "site") == good


@pytest.mark.parametrize("name", [".", "build", "site", ".elevenlines/store"])
def test_build_reports_an_unwritable_folder(project: Path, built: Path, name: str) -> None:
    """Root can write everywhere unless it drops that capability."""
    good = contents(project / "site")
    edit(built, "a = 1", "a = 2")
    humble = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*(humble if os.geteuid() == 0 else []), sys.executable, "-m", "site_tools", "build"]
    folders = [project / name, *(project / name).glob("??")]  # the store's own folders as well
    for folder in folders:
        folder.chmod(0o555)
    try:
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert contents(project / "site") == good
    assert done.returncode == 1
    assert "cannot be written: Permission denied." in done.stderr
    assert "Traceback" not in done.stderr


def test_same_runs_give_the_same_bytes_in_any_folder(project: Path, tmp_path: Path) -> None:
    post = write(project, "post", "import matplotlib.pyplot as plt\n\na = 1\nplt.plot([a]);")
    edit(post, "```python", '```python alt="A dot"')
    assert start(project, "build").wait() == 0
    first = contents(project / "site")
    other = make_project(tmp_path / "another" / "place")
    for name in ("posts", ".elevenlines"):
        shutil.copytree(project / name, other / name, dirs_exist_ok=True)
    time.sleep(1.1)  # a clock in the output would show
    assert start(other, "build").wait() == 0
    second = contents(other / "site")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_two_builds_can_run_at_once(project: Path) -> None:
    for i in range(3):
        write_learning(project, f"post-{i}", f"a = {i}")
    both = [start(project, "build") for _ in range(2)]
    said = [build.communicate()[0] for build in both]
    assert [build.returncode for build in both] == [0, 0], said
    for i in range(3):
        assert (project / "site" / "posts" / f"post-{i}" / "index.html").is_file()


def test_killed_build_keeps_the_last_site(project: Path, built: Path) -> None:
    post = built
    good = contents(project / "site")
    rendering = project / "build"
    Project(project).receipt.unlink()  # else there is nothing to do
    for delay in (0, 0.5):
        build = start(project, "build")
        while not (rendering / f"site.new-{build.pid}").exists():
            assert build.poll() is None
            time.sleep(0.01)
        time.sleep(delay)
        build.kill()
        build.wait()
        assert contents(project / "site") == good

    (project / "site").rename(project / "build" / "site.old")  # killed between two renames
    edit(post, "a = 1", "a = 9")
    (project / "docs" / "broken.md").write_text("[x](nowhere.md)", encoding="utf-8")
    assert start(project, "build").wait() == 1
    edit(post, "a = 9", "a = 1")
    assert start(project, "build").wait() == 1
    assert contents(project / "site") == good

    (project / "docs" / "broken.md").unlink()
    assert start(project, "build").wait() == 0
    assert contents(project / "site") == good
    assert not list((project / "build").glob("site.*"))


def test_unchanged_site_is_not_built_again(
    project: Path, built: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert built.is_file()
    page = project / "site" / "posts" / "post" / "index.html"
    good, made = contents(project / "site"), page.stat().st_mtime_ns
    assert elevenlines("build") == (0, "Nothing has changed: site/ holds 1 post.\n")
    assert page.stat().st_mtime_ns == made

    for changed in (page, page.with_name("evidence.json")):
        changed.write_text("by hand", encoding="utf-8")
        assert "1 stored." in elevenlines("build")[1]
        assert contents(project / "site") == good

    monkeypatch.setenv("SITE_URL", "https://example.org/")
    elevenlines("build")
    assert "https://example.org/posts/post/" in page.read_text("utf-8")


def test_drafts_are_run_but_not_published(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "post")
    draft = write_learning(project, "draft", "a = 2")
    edit(draft, "title: A post", "title: A draft\ndraft: true")
    assert elevenlines("build")[0] == 0
    assert not (project / "site" / "posts" / "draft").exists()
    assert "A draft" not in (project / "site" / "posts" / "index.html").read_text("utf-8")

    edit(draft, "a = 2", "a = 9")
    assert elevenlines("build")[0] == 0
    assert elevenlines("run")[0] == 1

    edit(draft, "    freeze: [w]\n", "")
    code, said = elevenlines("build")
    assert code == 0
    (line,) = [line for line in said.splitlines() if line.startswith("posts/draft.md")]
    assert "warning: this draft could not be published: claim 1 has NO CONTROL" in line
    assert "`elevenlines check draft` says what to do." in line

    edit(draft, "    metric: ", "    metrik: ")  # then it cannot even be read
    code, said = elevenlines("build")
    assert code == 0
    (line,) = [line for line in said.splitlines() if line.startswith("posts/draft.md")]
    assert "warning: this draft could not be published: unknown key `metrik`." in line
    edit(draft, "    metrik: ", "    metric: ")

    edit(draft, "    seeds: 5\n", "    freeze: [w]\n    seeds: 5\n")
    edit(draft, "a = 9", "a = 2")
    assert elevenlines("build", "--drafts")[0] == 0
    assert (project / "site" / "posts" / "draft" / "index.html").is_file()


def test_deleted_post_is_removed_from_the_site(
    project: Path, built: Path, elevenlines: Elevenlines
) -> None:
    assert (project / "site" / "posts" / "post").is_dir()
    write(project, "another", "a = 2")
    built.unlink()
    assert elevenlines("build")[0] == 0
    assert not (project / "site" / "posts" / "post").exists()
    assert not (project / "site" / "runs" / "post").exists()


def test_edit_links_point_to_the_source_file(
    project: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPOSITORY_URL", "https://example.org/code")
    write(project, "post")
    elevenlines("build")
    page = (project / "site" / "posts" / "post" / "index.html").read_text("utf-8")
    assert "https://example.org/code/edit/main/posts/post.md" in page
    page = (project / "site" / "tags" / "index.html").read_text("utf-8")
    assert "https://example.org/code/edit/main/docs/tags.md" in page
