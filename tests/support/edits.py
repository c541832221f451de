"""A small site, and edits of all that its pages depend on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.posts import write
from tests.support.projects import make_project

SLUGS = [f"post-{number}" for number in range(4)]


def write_site(folder: Path) -> Path:
    """Write a project with four posts that link to each other and cite a work, and a snippet."""
    project = make_project(folder)
    for number, slug in enumerate(SLUGS):
        post = write(project, slug, f"print({number})")
        text = post.read_text(encoding="utf-8").replace("title: A post", f"title: Post {number}")
        more = f"\n## Part {number}\n\n[Other]({SLUGS[number - 1]}.md), said [@ada1843].\n"
        post.write_text(text + more + '\n--8<-- "said.md"\n', encoding="utf-8")
    (project / "snippets" / "said.md").write_text("It is said.\n", encoding="utf-8")
    work = "@misc{ada1843, author = {Lovelace, Ada}, title = {Notes}, year = {1843}}\n"
    (project / "posts" / "works.bib").write_text(work, encoding="utf-8")
    return project


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no `{old}`"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _add_a_page(folder: Path) -> None:
    (folder / "docs" / "fresh.md").write_text("# Fresh\n\nText.\n", encoding="utf-8")


EDITS = [
    replaced("posts/post-0.md", "Some words.", "Some *other* words."),
    replaced("posts/post-1.md", "title: Post 1", "title: Another title"),
    replaced("posts/post-2.md", "minutes:", "tags: [one, two]\ncategories: [Basics]\nminutes:"),
    replaced("posts/post-3.md", "date: 2026-11-21", "date: 2025-01-02"),
    replaced("posts/post-0.md", "minutes:", "requires: [post-3]\nminutes:"),
    replaced("posts/post-1.md", "\n## Part 1", "\n## A new part\n\nText.\n\n## Part 1"),
    replaced("posts/post-2.md", "description: An example.", "description: Another one."),
    replaced("posts/post-3.md", "{read: 1, do: 1}", "{read: 4, do: 70}"),
    replaced("snippets/said.md", "It is said.", "It is said, **again**."),
    replaced("posts/works.bib", "{Notes}", "{More notes}"),
    replaced("docs/about.md", "# ", "# More "),
    replaced("docs/path.md", "\n# ", "\n# My "),
    replaced("posts/.authors.yml", "name: Ada", "name: Ada L."),
    replaced("mkdocs.yml", "site_name: Eleven Lines", "site_name: Twelve Lines"),
    replaced("mkdocs.yml", "  - About: about.md\n", ""),
    _add_a_page,
]
