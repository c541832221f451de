"""`elevenlines check`: notes for reviewers refuse nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.posts import write
from tests.support.projects import CASES, Elevenlines


def test_notes_are_printed_and_counted(project: Path, elevenlines: Elevenlines) -> None:
    case = CASES / "notes" / "named" / "reads-its-code.py"
    shutil.copy(case, project / "posts")
    code, said = elevenlines("check")
    note = case.with_suffix(".txt").read_text(encoding="utf-8")
    assert code == 0
    assert note in said
    assert said.endswith(", 1 note for reviewers.\n")


def test_without_notes_nothing_is_said_of_them(project: Path, elevenlines: Elevenlines) -> None:
    shutil.copy(CASES / "notes" / "silent" / "autoencoder.py", project / "posts")
    code, said = elevenlines("check")
    assert (code, "review" in said) == (0, False)


def test_pages_are_asked_again_when_text_or_settings_change(
    project: Path, elevenlines: Elevenlines
) -> None:
    page, settings = project / "docs" / "far.md", project / "mkdocs.yml"
    shutil.copy(CASES / "notes" / "silent" / "autoencoder.py", project / "posts")
    page.parent.mkdir(exist_ok=True)
    page.write_text("# Far\n\n![A cat](https://pictures.example/cat.png)\n", encoding="utf-8")
    strict = settings.read_text(encoding="utf-8")
    plugin = "  - elevenlines:\n"
    trusting = strict.replace(plugin, f"{plugin}      allow_remote: [pictures.example]\n")
    for text, code in [(trusting, 0), (trusting, 0), (strict, 1), (strict, 1), (trusting, 0)]:
        settings.write_text(text, encoding="utf-8")
        assert elevenlines("check")[0] == code
    page.write_text("# Far\n\n![A cat](https://other.example/cat.png)\n", encoding="utf-8")
    assert elevenlines("check")[0] == 1


def test_link_to_a_post_that_cannot_be_read_is_no_second_mistake(
    project: Path, elevenlines: Elevenlines
) -> None:
    shutil.copy(CASES / "notes" / "silent" / "autoencoder.py", project / "posts")
    (project / "posts" / "half.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    page = project / "docs" / "more.md"
    page.write_text("# More\n\n[Half](../posts/half.md)\n", encoding="utf-8")
    code, said = elevenlines("check")
    assert code == 1
    assert "posts/half.md" in said
    assert "docs/more.md" not in said
    page.write_text("# More\n\n[Half](../posts/helf.md)\n", encoding="utf-8")
    assert "docs/more.md:3: the link leads nowhere" in elevenlines("check")[1]


@pytest.mark.slow
def test_page_that_others_need_is_missed_before_anything_runs(
    project: Path, elevenlines: Elevenlines
) -> None:
    write(project, "post")
    (project / "docs" / "tags.md").rename(project / "docs" / "tag.md")
    missing = "docs/tags.md: there is no such page. Tags lead to it; `<!-- material/tags -->` in it"
    code, said = elevenlines("check")
    assert code == 1
    assert missing in said
    assert "`nav` names `tags.md`, and there is no docs/tags.md. Did you mean `tag.md`?" in said
    assert elevenlines("run")[0] == 0
    code, said = elevenlines("build")
    assert code == 1
    assert missing in said
    assert "stored" not in said
