"""Pages that are kept between builds are those of a build that keeps nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.structure.toc import AnchorLink, TableOfContents

from site_tools.publishing.kept_pages import KeptPages
from tests.support.edits import EDITS, replaced, write_site
from tests.support.projects import contents, run_main

SETTINGS: dict[str, Any] = {"site_name": "Site", "plugins": [{"elevenlines": {}}, "search"]}


@dataclass(frozen=True)
class _File:
    src_uri: str
    generated_by: str = ""


def _page(name: str = "posts/posts/one.md") -> Any:
    """Return as much of a page of MkDocs as is kept, as if it had been rendered."""
    child = AnchorLink("Part", "part", 1)
    top = AnchorLink("One", "one", 0)
    top.children.append(child)
    return SimpleNamespace(
        file=_File(name),
        meta={"title": "One"},
        config=SimpleNamespace(readtime=3),
        entries=[{"location": "one/", "title": "One", "text": "Words."}],
        toc=TableOfContents([top]),
        present_anchor_ids={"one", "part"},
        links_to_anchors={},
        _title_from_render="One",
    )


def _keep(root: Path, settings: dict[str, Any], name: str = "posts/posts/one.md") -> None:
    page = _page(name)
    kept = KeptPages(root, settings, None)
    assert not kept.prepare(page, "# One")
    page.entries, page.config.readtime = _page().entries, 3  # what the search and the blog add
    kept.keep(page, "<h1>One</h1>")


def test_a_page_is_rendered_as_it_is_kept(tmp_path: Path) -> None:
    _keep(tmp_path, SETTINGS)
    page: Any = SimpleNamespace(
        file=_File("posts/posts/one.md"),
        meta={"title": "One"},
        config=SimpleNamespace(readtime=None),
    )
    assert KeptPages(tmp_path, SETTINGS, None).prepare(page, "# One")
    page.render(None, None)
    assert page.content == "<h1>One</h1>"
    assert str(page.toc) == str(_page().toc)
    assert page.toc.items[0].active
    assert page.present_anchor_ids == {"one", "part"}
    assert page._title_from_render == "One"
    assert page.entries == _page().entries
    assert page.config.readtime == 3


@pytest.mark.parametrize(
    ("settings", "source", "config"),
    [
        (SETTINGS, "# One!", None),
        (SETTINGS | {"site_url": "https://example.org/"}, "# One", None),
        (SETTINGS, "# One", Path("of another module")),
    ],
)
def test_a_page_of_something_else_is_not_the_one_that_is_kept(
    tmp_path: Path, settings: dict[str, Any], source: str, config: object
) -> None:
    _keep(tmp_path, SETTINGS)
    assert not KeptPages(tmp_path, settings, config).prepare(_page(), source)
    assert not KeptPages(tmp_path, SETTINGS, None).prepare(_page("posts/posts/two.md"), "# One")


@pytest.mark.parametrize(
    "own",
    [
        {"hooks": ["hook.py"]},
        {"markdown_extensions": ["admonition"]},
        {"plugins": ["elevenlines", {"macros": {}}]},
    ],
)
def test_a_site_with_parts_of_its_own_keeps_no_pages(tmp_path: Path, own: dict[str, Any]) -> None:
    """What they do may depend on anything."""
    _keep(tmp_path, SETTINGS | own)
    assert not KeptPages(tmp_path, SETTINGS | own, None).prepare(_page(), "# One")


def test_pages_that_depend_on_others_are_not_kept(tmp_path: Path) -> None:
    page, kept = _page("about.md"), KeptPages(tmp_path, SETTINGS, None)
    kept.prepare(page, "# One")
    page.links_to_anchors = {_File("other.md"): {"part": "other.md#part"}}
    kept.keep(page, "<h1>One</h1>")
    assert not kept.prepare(_page("about.md"), "# One")
    _keep(tmp_path, SETTINGS, "about.md")
    assert kept.prepare(_page("about.md"), "# One")
    for other, source in (("tags.md", "<!-- material/tags -->"), ("about.md", "# Two")):
        assert not kept.prepare(_page(other), source)


def _build(folder: Path) -> dict[str, bytes]:
    code, said = run_main(folder, "build")
    assert code == 0, said
    found = contents(folder / "site")
    del found["sitemap.xml.gz"]  # it holds the time
    return found


def _forget(folder: Path) -> None:
    """Delete all that builds keep, but for the runs."""
    for path in (folder / ".elevenlines").iterdir():
        if path.name == "site.json":
            path.unlink()
        elif path.is_dir() and path.name != "store":
            shutil.rmtree(path)


def _times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def _rename_a_post(folder: Path) -> None:
    (folder / "posts" / "post-3.md").rename(folder / "posts" / "late.md")
    replaced("posts/post-0.md", "(post-3.md)", "(late.md)")(folder)
    replaced("posts/post-0.md", "requires: [post-3]\n", "")(folder)


def _delete_a_post(folder: Path) -> None:
    (folder / "posts" / "late.md").unlink()
    replaced("posts/post-0.md", "(late.md)", "(post-1.md)")(folder)


def _add_a_template(folder: Path) -> None:
    template = folder / "own" / "partials" / "copyright.html"
    template.parent.mkdir(parents=True)
    template.write_text("<p>Foot</p>\n", encoding="utf-8")
    replaced("mkdocs.yml", "  name: material", "  name: material\n  custom_dir: own")(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with four posts, which was built."""
    project = write_site(tmp_path_factory.mktemp("kept-pages") / "project")
    _build(project)
    return project


@pytest.mark.slow
@pytest.mark.xdist_group("kept-pages")
def test_an_edited_post_is_rendered_again_and_damaged_pages_are(folder: Path) -> None:
    pages, layouts = (folder / ".elevenlines" / name for name in ("pages", "layouts"))
    before = _times(pages), _times(layouts)
    replaced("posts/post-2.md", "Some words.", "Some other words.")(folder)
    with_kept = _build(folder)
    after = _times(pages), _times(layouts)
    changed = [sum(new[n] != old[n] for n in old) for old, new in zip(before, after, strict=True)]
    assert changed == [2, 5]  # the post and its run record; three lists show the whole post
    for path in (*pages.iterdir(), *layouts.iterdir()):
        path.write_bytes(path.read_bytes()[:-1])
    (folder / ".elevenlines" / "site.json").unlink()
    assert _build(folder) == with_kept
    assert all(time != after[0][name] for name, time in _times(pages).items())
    assert all(time != after[1][name] for name, time in _times(layouts).items())
    replaced("posts/post-2.md", "Some other words.", "Some words.")(folder)


@pytest.mark.slow
@pytest.mark.xdist_group("kept-pages")
@pytest.mark.parametrize(
    "edits",
    [
        [*random.Random(7).sample(EDITS, len(EDITS)), _rename_a_post],
        [_delete_a_post, replaced("posts/post-2.md", "title: Post 2", "title: Post & two")],
        [_add_a_template],
        [replaced("own/partials/copyright.html", "Foot", "Another foot")],
    ],
    ids=["all kinds", "a post less", "a template", "another template"],
)
def test_a_site_with_kept_pages_is_one_without(
    folder: Path, edits: list[Callable[[Path], None]]
) -> None:
    """The edits build on each other."""
    for edit in edits:
        edit(folder)
    with_kept = _build(folder)
    _forget(folder)
    without = _build(folder)
    assert with_kept.keys() == without.keys()
    assert [name for name in without if with_kept[name] != without[name]] == []
