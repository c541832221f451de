"""What readers take away: whole, the same each time, and of use without this project."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest
from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

from site_tools.downloads.verification import stated
from site_tools.downloads.zip_archive import packed
from tests.support.posts import edit, write_learning
from tests.support.projects import EXAMPLES, LEARNING, Elevenlines

RECALL = "\n\n<!-- recall a-name -->\n\n> What is $w$?\n>\n> It **learns**: `a < b`, $a < b$.\n"


@pytest.mark.slow
@pytest.mark.parametrize("slug", LEARNING)
def test_archive_holds_all(slug: str, example: Path, tmp_path: Path) -> None:
    beside = example / "site" / "posts" / slug
    with zipfile.ZipFile(beside / f"{slug}.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    folder = tmp_path / slug
    names = {path.name for path in folder.iterdir()}
    kinds = {f"{slug}{end}" for end in (".py", ".ipynb", "-exercise-1.ipynb", "-exercise-2.ipynb")}
    others = {f"{slug}.apkg", "requirements.txt", "expected-output.txt", "LICENSE", "SHA256SUMS"}
    controls = {name for name in names if name.startswith(f"{slug}-learning-off")}
    assert f"{slug}-learning-off.py" in controls
    assert names == kinds | others | controls
    for name in kinds | controls:
        assert (folder / name).read_bytes() == (beside / name).read_bytes()
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    subprocess.run(command, cwd=folder, check=True)
    script = (folder / f"{slug}.py").read_text(encoding="utf-8")
    pins = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert stated(script) == [line for line in pins if "==" in line]


@pytest.mark.slow
@pytest.mark.parametrize("slug", EXAMPLES)
def test_notebooks_are_notebooks(slug: str, example: Path) -> None:
    for path in (example / "site" / "posts" / slug).glob("*.ipynb"):
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert not any(cell.get("outputs") for cell in book.cells)


def test_archive_depends_on_its_files_alone() -> None:
    one = packed({"b.txt": b"B", "a.txt": b"A"}, "folder")
    assert one == packed({"a.txt": b"A", "b.txt": b"B"}, "folder")
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        sums = archive.read("folder/SHA256SUMS").decode("ascii")
        assert archive.namelist() == ["folder/SHA256SUMS", "folder/a.txt", "folder/b.txt"]
    assert f"{hashlib.sha256(b'A').hexdigest()}  a.txt\n" in sums


def imported(collection: Collection, path: Path) -> list[str]:
    """Import a deck as Anki does; return its notes' texts."""
    collection.import_anki_package(
        ImportAnkiPackageRequest(
            package_path=str(path), options=ImportAnkiPackageOptions(merge_notetypes=True)
        )
    )
    return [" | ".join(collection.get_note(note).fields) for note in collection.find_notes("")]


@pytest.mark.slow
def test_deck_is_imported_and_renewed(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = write_learning(project, "post")
    post.write_text(post.read_text(encoding="utf-8") + RECALL, encoding="utf-8")
    deck = project / "site" / "posts" / "post" / "post.apkg"
    collection = Collection(str(tmp_path / "collection.anki2"))
    assert elevenlines("build")[0] == 0
    (note,) = imported(collection, deck)
    assert r"<p>What is \(w\)?</p> | " in note
    answer = r"<strong>learns</strong>: <code>a &lt; b</code>, \(a &lt; b\)."
    assert f"<p>It {answer}</p> | <a href=" in note
    assert imported(collection, deck) == [note]
    assert imported(collection, project / "site" / "all-posts.apkg") == [note]

    edit(post, "What is $w$?", "What learns?")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4000000000")
    assert elevenlines("build")[0] == 0
    (renewed,) = imported(collection, deck)
    assert renewed == note.replace(r"What is \(w\)?", "What learns?")
    collection.close()


@pytest.mark.slow
def test_colab_is_offered_where_it_can_open_the_notebook(
    project: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_learning(project, "post")
    page = project / "site" / "posts" / "post" / "index.html"
    for address, is_offered in {
        "": False,
        "https://example.org/ada/lines": False,
        "https://github.com/ada/lines": True,
    }.items():
        monkeypatch.setenv("REPOSITORY_URL", address)
        code, said = elevenlines("build")
        assert code == 0, said
        link = "https://colab.research.google.com/github/ada/lines/blob/notebooks/post.ipynb"
        assert (link in page.read_text(encoding="utf-8")) == is_offered
