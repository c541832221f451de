"""Pages that are kept between builds are those of a build that keeps nothing.

`serving/test_preview.py` compares them after edits of all kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.structure.toc import AnchorLink, TableOfContents

from site_tools.publishing.kept_pages import KeptPages
from tests.support.edits import replaced, write_site
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


def _times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.xdist_group("kept-pages")
def test_an_edited_post_is_rendered_again_and_damaged_pages_are(tmp_path: Path) -> None:
    folder = write_site(tmp_path / "project")
    _build(folder)
    kept = folder / ".elevenlines" / "pages"
    before = _times(kept)
    assert len(before) > 8  # four posts, four run records, the pages of `docs/`
    replaced("posts/post-2.md", "Some words.", "Some other words.")(folder)
    with_kept = _build(folder)
    after = _times(kept)
    assert sum(after[name] != time for name, time in before.items()) == 2
    for path in kept.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    (folder / ".elevenlines" / "site.json").unlink()
    assert _build(folder) == with_kept
    assert all(time != after[name] for name, time in _times(kept).items())
