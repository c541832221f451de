"""The pages of a preview are those of a build, or marked."""

from __future__ import annotations

import contextlib
import errno
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_tools.model.errors import as_warning
from site_tools.running.options import Options
from site_tools.serving.preview import Preview
from site_tools.serving.session import PreviewSession
from tests.support.edits import EDITS, SLUGS, write_site
from tests.support.posts import write
from tests.support.projects import contents, make_project, run_main

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("preview-pages")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with four posts whose runs are stored."""
    project = write_site(tmp_path_factory.mktemp("preview-pages") / "project")
    code, said = run_main(project, "run")
    assert code == 0, said
    return project


@pytest.fixture
def preview(folder: Path) -> Iterator[Preview]:
    """Its preview, without a server."""
    with contextlib.chdir(folder):
        preview = Preview(folder, folder / ".elevenlines" / "preview")
        preview.refresh()
        yield preview
        preview.close()


def _difference(folder: Path, preview: Preview) -> list[str]:
    """Return the addresses at which the preview has something else than the site of a build.

    The build starts with nothing that is kept; the preview uses what builds and itself have kept.
    """
    for kept in ("docs", "layouts", "pages", "read", "staged", "staged-pages", "templates"):
        shutil.rmtree(folder / ".elevenlines" / kept, ignore_errors=True)
    code, said = run_main(folder, "build", "--drafts")
    assert code == 0, said
    return _different(folder, preview)


def _different(folder: Path, preview: Preview) -> list[str]:
    different = []
    for address, content in contents(folder / "site").items():
        page = preview.page(address)
        if address != "sitemap.xml.gz" and (page is None or page.content != content):
            different.append(address)
    return different


def test_pages_are_those_of_a_build_after_random_edits(folder: Path, preview: Preview) -> None:
    """All edits in an order that is drawn, with three builds between them.

    A preview that is started afterwards begins with the pages that the first one has kept.
    """
    draw = random.Random(5)
    edits = draw.sample(EDITS, len(EDITS))
    third = len(edits) // 3
    for start in range(0, len(edits), third + 1):
        for edit in edits[start : start + third + 1]:
            edit(folder)
            assert preview.refresh()
            assert not preview.fault
            slug = draw.choice(SLUGS)
            page = preview.page(f"posts/{slug}/index.html")
            assert page is not None
            assert not page.marks.problems
        assert _difference(folder, preview) == []
    preview.close()
    for name in ("second", "third"):
        another = Preview(folder, folder / ".elevenlines" / name)
        another.refresh()
        assert _different(folder, another) == []
        another.close()


def test_pages_with_all_evidence_are_those_of_a_build(example: Path, tmp_path: Path) -> None:
    """One of its posts shows what each line is for."""
    folder = tmp_path / "project"
    shutil.copytree(example, folder, symlinks=True)
    different = []
    with contextlib.chdir(folder):
        preview = Preview(folder, folder / ".elevenlines" / "preview")
        preview.refresh()
        for address, content in contents(folder / "site").items():
            page = preview.page(address) if address.endswith(".html") else None
            if page and page.content != content:
                different.append(address)
        shown = preview.page("posts/two-layers/index.html")
        preview.close()
    assert not different
    assert shown is not None
    assert b"What is each line for?" in shown.content


def test_a_broken_post_keeps_its_page_and_the_others(folder: Path, preview: Preview) -> None:
    address = "posts/post-1/index.html"
    good = preview.page(address)
    assert good is not None
    post = folder / "posts" / "post-1.md"
    text = post.read_text(encoding="utf-8")
    for broken in (
        text.replace("print(1)", "print(1"),  # half-typed code
        text.replace("title:", "title"),  # half-typed front matter
        text[:30],
        "",
        text.replace("It", "\x00It", 1).replace("Some", "So\x00me"),
    ):
        post.write_text(broken, encoding="utf-8")
        preview.refresh()
        page = preview.page(address)
        assert page is not None
        assert page.content == good.content
        assert page.marks.older
        assert page.marks.problems[0].text.startswith("posts/post-1.md")
        other = preview.page("posts/post-0/index.html")
        assert other is not None
        assert not other.marks.older
        home = preview.page("index.html")
        assert home is not None
        assert home.marks.others == ("posts/post-1.md",)
    post.write_text(text, encoding="utf-8")
    preview.refresh()
    assert preview.page(address) == good


def test_broken_settings_are_said_on_every_page(folder: Path, preview: Preview) -> None:
    address = "posts/post-0/index.html"
    good = preview.page(address)
    assert good is not None
    settings = folder / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    for broken in ("site_name: [", text.replace("nav:", "nov:"), text + "\nplugins: [none-such]\n"):
        settings.write_text(broken, encoding="utf-8")
        preview.refresh()
        page = preview.page(address)
        assert page is not None
        assert "mkdocs.yml" in page.marks.fault or broken.count("nov:")
    settings.write_text(text, encoding="utf-8")
    preview.refresh()
    assert preview.page(address) == good


def test_what_a_build_would_refuse_is_said_on_the_page(folder: Path, preview: Preview) -> None:
    """The page is shown, for its author to go on with it."""
    post, settings = folder / "posts" / "post-3.md", folder / "mkdocs.yml"
    before = {path: path.read_text(encoding="utf-8") for path in (post, settings)}
    for path, old, new, says in (
        (post, "title:", "tags: [nowhere]\ntitle:", ""),
        (settings, "- elevenlines:", "- elevenlines:\n      tags_allowed: [here]", "nowhere"),
        (post, "Some", "Cited [@nobody]. Some", "nobody"),
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        preview.refresh()
        page = preview.page("posts/post-3/index.html")
        home = preview.page("index.html")
        assert page is not None
        assert home is not None
        assert any(says in one.text for one in page.marks.problems) == bool(says)
        assert bool(says) == ("posts/post-3.md" in home.marks.others)
        assert run_main(folder, "check")[0] == bool(says)
    shown = preview.page("posts/post-3/index.html")
    assert shown is not None
    assert not shown.marks.older
    assert b"Cited" in shown.content
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    preview.refresh()


def _inspected(preview: Preview) -> set[str]:
    """Return all problems and warnings of a preview whose inspection is complete."""
    preview.refresh()
    while preview.inspect():
        pass
    versions, inspection = preview.versions.values(), preview.inspection
    problems = [one for version in versions for one in (*version.problems, *version.unfit)]
    problems += [one for found in inspection.of_posts.values() for one in found.problems]
    warnings = [one for found in inspection.of_posts.values() for one in found.warnings]
    return {*map(str, [*problems, *inspection.of_site]), *map(as_warning, warnings)}


def test_all_that_check_says_is_said(folder: Path, preview: Preview) -> None:
    """Warnings; then what would fail in a download, and what is no post, setting or page."""
    text = (folder / "posts" / "post-0.md").read_text(encoding="utf-8")
    twin = folder / "posts" / "twin.md"
    twin.write_text(text, encoding="utf-8")
    code, said = run_main(folder, "check")
    assert code == 0
    assert _inspected(preview) == {*said.splitlines()[:-1]}
    shown = preview.page("posts/twin/index.html")
    assert shown is not None
    assert ["same title" in warning for warning in shown.marks.warnings] == [True]

    settings, pins = folder / "mkdocs.yml", folder / "constraints.txt"
    before = {path: path.read_text(encoding="utf-8") for path in (settings, pins)}
    made = [twin, folder / "posts" / "sub" / "x.md", folder / "posts" / "numpy.md"]
    made += [folder / "posts" / "needs.md", folder / "docs" / "more.md"]
    made[1].parent.mkdir()
    for path in made[1:3]:
        path.write_text(text.replace("print(0)", "import numpy"), encoding="utf-8")
    made[3].write_text(text.replace("print(0)", "import leftpad"), encoding="utf-8")
    made[4].write_text("# More\n\n[Nowhere](nowhere.md)\n", encoding="utf-8")
    settings.write_text(f"{before[settings]}extra_css: [none.css]\n", encoding="utf-8")
    pins.write_text(f"{before[pins]}\nleftpad==1.0\n", encoding="utf-8")
    code, said = run_main(folder, "check")
    assert code == 1
    problems = {text for text in _inspected(preview) if ": warning: " not in text}
    assert problems == {*said.splitlines()}
    for part in ("sub/x.md", "numpy.py", "leftpad==1.0", "none.css", "nowhere.md"):
        assert part in said
    for address, part in (("numpy", "numpy.py"), ("needs", "leftpad"), ("", "sub/x.md")):
        shown = preview.page(f"posts/{address}/index.html".replace("//", "/"))
        assert shown is not None
        assert any(part in one.text for one in shown.marks.problems)
    for path in made:
        path.unlink()
    made[1].parent.rmdir()
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    assert not _inspected(preview)


def test_many_warnings_are_counted(tmp_path: Path) -> None:
    """A preview of a large site begins with those of all posts."""
    folder = make_project(tmp_path / "project")
    for number in range(7):
        write(folder, f"post-{number}")
    said: list[str] = []
    with contextlib.chdir(folder):
        session = PreviewSession(folder, Options(), said.append)
        for name in ("post-7", ""):
            session.preview.refresh()
            while session.preview.inspect():
                pass
            session.report()
            if name:
                write(folder, name)
        session.preview.close()
    assert said[0] == "13 warnings: `elevenlines check` prints them; pages show theirs."
    assert {text.partition(":")[0] for text in said[1:]} == {"posts/post-7.md"}
    assert len(said) == 3  # of the new post, each by itself


def test_a_full_disk_is_said_until_there_is_space(
    folder: Path, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "posts/post-3/index.html"
    post = folder / "posts" / "post-3.md"
    text = post.read_text(encoding="utf-8")

    def full(path: Path, *_: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("site_tools.serving.preview_site.write_whole", full)
        post.write_text(text.replace("words", "brave words"), encoding="utf-8")
        preview.refresh()
        page = preview.page(address)
        assert page is not None
        assert b"brave words" not in page.content
        assert "No space left on device. Free some space" in page.marks.fault
    assert preview.refresh()  # no file has changed since
    page = preview.page(address)
    assert page is not None
    assert b"brave words" in page.content
    assert not page.marks.fault
    post.write_text(text, encoding="utf-8")
    assert preview.refresh()
    assert not preview.refresh()


def test_runs_that_another_process_stores_or_drops_are_noticed(
    folder: Path, preview: Preview
) -> None:
    """Such as those of `elevenlines run`, `mutate`, `gc` or `store import` beside the preview."""
    store = folder / ".elevenlines" / "store"
    store.rename(folder / "away")
    assert preview.refresh()
    page = preview.page("posts/post-1/index.html")
    assert page is not None
    assert page.marks.waiting
    (folder / "away").rename(store)
    assert preview.refresh()
    page = preview.page("posts/post-1/index.html")
    assert page is not None
    assert not page.marks.waiting
    assert not preview.refresh()


def test_a_preview_leaves_the_environment_as_it_is(folder: Path, preview: Preview) -> None:
    """Settings are read from it: with another date, downloads would not be those of a build."""
    settings = folder / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("site_name: ", "site_name: My "), encoding="utf-8")
    preview.refresh()
    assert preview.page("index.html")
    assert preview.project.settings.made == 0
    settings.write_text(text, encoding="utf-8")


def test_a_post_without_a_run_waits_for_it(folder: Path, preview: Preview) -> None:
    post = folder / "posts" / "post-2.md"
    text = post.read_text(encoding="utf-8")
    post.write_text(text.replace("print(2)", "print(22)"), encoding="utf-8")
    preview.refresh()
    page = preview.page("posts/post-2/index.html")
    assert page is not None
    assert page.marks.waiting
    assert b"The evidence is not complete." in page.content
    assert preview.unfinished([]) == ["posts/post-2.md"]
    post.write_text(text, encoding="utf-8")
    preview.refresh()
    assert preview.unfinished([]) == []
