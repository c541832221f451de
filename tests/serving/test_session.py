"""A session of an author with the preview: edit, see, break, fix, cancel, rename, delete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from site_tools.pages.evidence_card import LEARNS
from tests.support.posts import NONE, POST, write, write_learning
from tests.support.previews import Served, serving, wait
from tests.support.projects import make_project

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("preview")]

TEXT = """
Text before a table.

| a | b |
|---|---|
| 3 | 4 |

Text behind it, with $x^2$.

## Another section

- one
- two

<!-- recall what-is-it -->
> What is it?
>
> The answer.
"""

TEXT_EDITS = (
    ("Text before", "A longer text before"),
    ("The answer.", "Some `code` answers."),
    ("- two", "- two\n- three"),
    ("Text behind it, with $x^2$.", "Text with $x^3$.\n\nOne *more* paragraph."),
    ("- one\n", "- 1st\n"),
    ("| 3 | 4 |", "| 3 | 5 |"),  # the theme has wrapped the table
    ("A longer text before a table.\n\n", ""),
    ("\n## Another", "\nWords added last.\n\n## Another"),
)
"""Each is text alone."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two posts."""
    project = make_project(tmp_path_factory.mktemp("preview") / "project")
    write_learning(project, "learns")
    write(project, "counts", 'print("one")')
    return project


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    """Its preview."""
    with serving(folder) as served:
        yield served


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _article(page: Page) -> str:
    """Return what a page shows, without the blanks between elements."""
    return re.sub(r">\s+<", "><", page.locator("article").inner_html())


def _shows(page: Page, article: str) -> bool:
    return _article(page) == article


def _run_under_way(served: Served) -> list[psutil.Process]:
    """Return the processes of the run under way: the one that was told to run, and its children."""
    commands, ancestors = {}, {}
    for one in psutil.Process(served.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            commands[one] = " ".join(one.cmdline())
            ancestors[one] = [parent.pid for parent in one.parents()]
    servers = [one for one, command in commands.items() if "worker.fork_server" in command]
    parents = {ancestors[server][0] for server in servers if server in ancestors}
    return [one for one in ancestors if one.pid in parents or parents & set(ancestors[one])]


def test_an_author_edits_breaks_and_fixes(page: Page, served: Served, folder: Path) -> None:
    from playwright.sync_api import expect

    post = folder / "posts" / "learns.md"
    page.goto(f"{served.url}posts/learns/")
    evidence, marks = page.locator(".evidence-title"), page.locator("#preview")
    expect(evidence).to_have_text(LEARNS)
    expect(marks).to_be_empty()

    _edit(post, "Some words.", "Other words.")
    expect(page.get_by_text("Other words.")).to_be_visible()
    expect(marks).to_be_empty()

    _edit(post, "```python\n", "```python\nprint('seen')\n")
    expect(page.locator(".output").get_by_text("seen")).to_be_visible()
    expect(evidence).to_have_text(LEARNS)
    expect(marks).to_be_empty()

    _edit(post, "a = 1", "a = (1")
    expect(marks).to_contain_text("posts/learns.md:")
    expect(marks).to_contain_text("older than posts/learns.md")
    expect(page.locator(".preview-at-cell")).to_be_visible()
    expect(page.get_by_text("Other words.")).to_be_visible()
    served.wait_for("posts/learns.md:")
    page.goto(f"{served.url}posts/counts/")
    expect(marks).to_be_empty()
    page.goto(f"{served.url}path/")
    expect(marks).to_contain_text("may show older versions of posts/learns.md")
    page.goto(f"{served.url}posts/learns/")

    _edit(post, "a = (1", "a = 1 / 0")
    expect(marks).to_contain_text("ZeroDivisionError")
    expect(page.locator(".preview-at-cell")).to_contain_text("ZeroDivisionError")
    expect(evidence).to_have_text("The program failed.")

    _edit(post, "a = 1 / 0", "a = 100")
    expect(marks).to_contain_text("posts/learns.md")
    expect(evidence).to_have_text("The claims are not accepted.")

    _edit(post, "a = 100", "a = 2")
    expect(evidence).to_have_text(LEARNS)
    expect(marks).to_be_empty()
    served.wait_for("All problems are fixed.")


def test_text_is_exchanged_without_loading_the_page_again(
    page: Page, served: Served, folder: Path
) -> None:
    from playwright.sync_api import expect

    post = write(folder, "text", "c = 1")
    with post.open("a", encoding="utf-8") as file:
        file.write(TEXT)
    fresh = page.context.new_page()
    page.goto(f"{served.url}posts/text/")
    expect(page.locator("html[data-preview=still]")).to_be_attached()
    expect(page.locator(".md-code__button").first).to_be_attached()
    page.evaluate("window.isSamePage = true")
    for old, new in TEXT_EDITS:
        _edit(post, old, new)
        fresh.goto(f"{served.url}posts/text/")
        expect(fresh.locator(".md-code__button").first).to_be_attached()
        right = _article(fresh)
        wait(partial(_shows, page, right), f"{new!r} in:\n{_article(page)}")

    assert page.evaluate("window.isSamePage")
    fresh.close()

    _edit(post, "| 3 | 5 |", "| 3 | 5 |\n| 6 | 7 |")
    expect(page.get_by_role("cell", name="7")).to_be_visible()
    assert not page.evaluate("window.isSamePage")


def test_list_of_posts_follows_each_of_them(page: Page, served: Served, folder: Path) -> None:
    """Each post is an article of that page."""
    from playwright.sync_api import expect

    posts = [write(folder, slug) for slug in ("listed", "listed-too")]
    page.goto(f"{served.url}posts/")
    for post in posts:
        _edit(post, "Some words.", f"Words of {post.stem}.")
        expect(page.get_by_text(f"Words of {post.stem}.")).to_be_visible()
        page.goto("about:blank")
        page.goto(f"{served.url}posts/")
    for post in posts:
        post.unlink()


def test_page_that_was_lost_comes_back(page: Page, served: Served, folder: Path) -> None:
    """A tool that deletes a file and writes it again leaves no open page behind."""
    from playwright.sync_api import expect

    post = write(folder, "lost")
    page.goto(f"{served.url}posts/lost/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A post")
    text = post.read_text(encoding="utf-8")
    post.unlink()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("A post")
    post.write_text(text, encoding="utf-8")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A post")


def test_terminal_tells_of_pages_that_are_not_open(served: Served, folder: Path) -> None:
    _edit(folder / "docs" / "about.md", "# ", "[Nowhere](nowhere.md)\n\n# ")
    served.wait_for("docs/about.md:")
    _edit(folder / "docs" / "about.md", "[Nowhere](nowhere.md)\n\n# ", "# ")
    about = folder / "docs" / "about.md"
    text = about.read_text(encoding="utf-8")
    about.unlink()
    served.wait_for("`nav` names `about.md`, and there is no docs/about.md.")
    fixed = served.said.count("All problems are fixed.")
    about.write_text(text, encoding="utf-8")
    wait(lambda: served.said.count("All problems are fixed.") > fixed, served.said)
    twin = write(folder, "numpy", "import numpy")
    served.wait_for("posts/numpy.md: the script would be numpy.py")
    served.wait_for("has the same title.")
    twin.unlink()


def test_opened_details_stay_open(page: Page, served: Served, folder: Path) -> None:
    from playwright.sync_api import expect

    post = write(folder, "folded", "c = 1")
    with post.open("a", encoding="utf-8") as file:
        file.write(TEXT)
    page.goto(f"{served.url}posts/folded/")
    page.get_by_text("What is it?").click()
    _edit(post, "## Another section", "## One more section")  # loads the page again
    expect(page.get_by_role("heading", name="One more section")).to_be_visible()
    expect(page.get_by_text("The answer.")).to_be_visible()


def test_remedy_of_a_limit_is_tried(page: Page, served: Served, folder: Path) -> None:
    """A run that takes too long is not stored, and its key does not contain the limit."""
    from playwright.sync_api import expect

    post = write(folder, "slow", "import time\n\ntime.sleep(1.5)\nprint('done')")
    _edit(post, "no_learning:", "timeout: 1\nno_learning:")
    page.goto(f"{served.url}posts/slow/")
    expect(page.locator("#preview")).to_contain_text("timeout:")
    _edit(post, "timeout: 1", "timeout: 60")
    expect(page.locator(".output").get_by_text("done")).to_be_visible()
    expect(page.locator("#preview")).to_be_empty()


def test_a_newer_save_ends_the_run(page: Page, served: Served, folder: Path) -> None:
    from playwright.sync_api import expect

    post = folder / "posts" / "counts.md"
    page.goto(f"{served.url}posts/counts/")
    _edit(post, 'print("one")', 'import time\n\nprint("begins", flush=True)\ntime.sleep(600)')
    marks = page.locator("#preview")
    expect(marks).to_contain_text(re.compile(r"Runs are under way\. [1-9] s so far\."))
    expect(marks.locator("pre")).to_contain_text("begins")
    processes = _run_under_way(served)
    assert len(processes) > 1
    _edit(post, "time.sleep(600)", 'print("two")')
    expect(page.locator(".output").get_by_text("two")).to_be_visible()
    expect(marks).to_be_empty()
    wait(lambda: not any(one.is_running() for one in processes), "all processes have ended")


def test_posts_are_renamed_deleted_and_added(page: Page, served: Served, folder: Path) -> None:
    from playwright.sync_api import expect

    write(folder, "short", "b = 1")
    page.goto(f"{served.url}posts/short/")
    expect(page.locator(".evidence-title")).to_be_visible()
    (folder / "posts" / "short.md").rename(folder / "posts" / "long.md")
    expect(page).to_have_url(f"{served.url}posts/long/")
    expect(page.locator("h1").first).to_contain_text("A post")
    (folder / "posts" / "long.md").unlink()
    marks = page.locator("#preview")
    expect(marks).to_contain_text("The post that was here is gone.")
    expect(marks.get_by_role("link").first).to_be_visible()
    page.goto("about:blank")  # a page that reloads itself would interrupt the next `goto`
    assert page.goto(f"{served.url}posts/short/").status == 404  # type: ignore[union-attr]
    page.goto("about:blank")
    text = POST.format(claim=NONE, code="c = 1").replace("minutes:", "draft: true\nminutes:")
    (folder / "posts" / "draft.md").write_text(text, encoding="utf-8")
    page.goto(f"{served.url}posts/draft/")
    expect(page.locator("#preview")).to_contain_text("Draft")
    (folder / "posts" / "draft.md").unlink()
