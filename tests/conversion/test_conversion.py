"""`elevenlines new --from`: files from elsewhere become posts.

To add a case: a notebook, script or Markdown file in `tests/cases/conversion/`; `pytest --update`
writes the post and what was printed beside it, in `expected/`. Read both.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_tools.conversion.foreign_file import pieces_of
from site_tools.project import Project, read_posts
from tests.support.projects import CASES, Elevenlines

HERE = CASES / "conversion"
NAMES = sorted(p.name for p in HERE.iterdir() if p.suffix in {".ipynb", ".py", ".md"})
NAMES.remove("helpers.py")  # imported by a case


@pytest.mark.parametrize("name", NAMES)
def test_file_becomes_a_post(
    name: str, project: Path, elevenlines: Elevenlines, expect: Callable[[Path, str], None]
) -> None:
    code, said = elevenlines("new", "--from", str(HERE / name), "--format", "md")
    assert code == 0, said
    (post,) = (project / "posts").glob("*.md")
    text = re.sub(r"(?m)^date: .*$", "date: 2026-11-26", post.read_text(encoding="utf-8"))
    expect(HERE / "expected" / f"{name}.md", text)
    expect(HERE / "expected" / f"{name}.txt", said)


@pytest.mark.parametrize("form", ["ipynb", "py", "md"])
def test_post_of_each_format_is_read_as_it_was(
    form: str, project: Path, elevenlines: Elevenlines
) -> None:
    assert elevenlines("new", "--from", str(HERE / "figures.ipynb"), "--format", form)[0] == 0
    (post,) = read_posts(Project(project)).posts
    assert post.file == f"posts/figures.{form}"
    assert [cell.alt for cell in post.code_cells] == ["Loss: loss against epoch", ""]
    assert post.sources[1] == "plt.plot(losses)\nplt.show()"
    assert post.draft


def test_format_is_that_of_the_file(project: Path, elevenlines: Elevenlines) -> None:
    for name, file in (("seeds.ipynb", "seeds.ipynb"), ("script.py", "a-script.py")):
        elevenlines("new", "--from", str(HERE / name))
        assert (project / "posts" / file).is_file()


def test_files_are_copied(project: Path, elevenlines: Elevenlines) -> None:
    elevenlines("new", "--from", str(HERE / "html.ipynb"))
    elevenlines("new", "--from", str(HERE / "modules.ipynb"))
    copied = project / "posts" / "html-and-pictures-a-dot.png"
    assert copied.read_bytes() == (HERE / "pictures" / "a dot.png").read_bytes()
    assert (project / "snippets" / "helpers.py").is_file()
    elevenlines("new", "--from", str(HERE / "reads-files.py"))
    assert (project / "posts" / "points.csv").read_text(encoding="utf-8") == "1,2\n"
    assert (project / "posts" / "data" / "more.csv").read_text(encoding="utf-8") == "3,4\n"
    assert not (project / "posts" / "tables").exists()


def test_snippet_of_another_author_is_kept(project: Path, elevenlines: Elevenlines) -> None:
    snippet = project / "snippets" / "helpers.py"
    snippet.write_text("other = 1\n", encoding="utf-8")
    code, said = elevenlines("new", "--from", str(HERE / "modules.ipynb"))
    assert (code, snippet.read_text(encoding="utf-8")) == (1, "other = 1\n")
    assert said.startswith("snippets/helpers.py: already exists, and differs from")
    assert not list((project / "posts").glob("own-modules.*"))


def notebook(cells: list[dict[str, Any]], **about: Any) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **about})


def code_cell(source: str) -> dict[str, Any]:
    name = re.sub(r"\W", "", source)
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [],
            "execution_count": None}  # fmt: skip


OLD = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [{"cells": [{"cell_type": "code", "input": "print(1)", "language": "python",
                               "outputs": [], "metadata": {}}], "metadata": {}}],
}  # fmt: skip
R = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ipynb", "{", r":1: is not valid JSON: .* or save it from Jupyter again\."),
        ("a.ipynb", "[]", r": is no notebook: it has no cells\."),
        ("a.ipynb", '{"cells": 1}', r": is not a notebook that can be read: "),
        ("a.ipynb", notebook([code_cell("x")], metadata=R), r": is written in R\. Posts are"),
        ("a.ipynb", notebook([]), r": has no code in Python\."),
        ("a.ipynb", b"\xff\xfe", r": is not UTF-8\."),
        ("a.rst", "Title", r": cannot be read as a post\. Use a file of one of: .ipynb, .py, .md"),
        ("a.md", "# Words only", r": has no code in Python\."),
    ],
)
def test_file_that_cannot_become_a_post(
    project: Path, elevenlines: Elevenlines, name: str, content: str | bytes, message: str
) -> None:
    path = project / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    code, said = elevenlines("new", "--from", str(path))
    assert code == 1
    assert re.search(re.escape(str(path)) + message, said), said
    assert [p.name for p in (project / "posts").iterdir()] == [".authors.yml"]


def test_missing_file_is_named(elevenlines: Elevenlines) -> None:
    assert elevenlines("new", "--from", "none.ipynb") == (
        1,
        "none.ipynb: cannot be read: No such file or directory.\n",
    )


def test_format_3_is_upgraded(project: Path, elevenlines: Elevenlines) -> None:
    path = project / "old.ipynb"
    path.write_text(json.dumps(OLD), encoding="utf-8")
    assert elevenlines("new", "--from", str(path))[0] == 0
    assert (project / "posts" / "old.ipynb").is_file()


def test_cells_without_an_id_are_read_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(notebook([code_cell("x")]).replace('"id": "x", ', ""), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [piece.source for piece in pieces_of(path)] == ["x"]


def test_notebook_of_two_thousand_cells(project: Path, elevenlines: Elevenlines) -> None:
    cells = [code_cell(f"x{i} = {i}") for i in range(2000)]
    (project / "many.ipynb").write_text(notebook(cells), encoding="utf-8")
    assert elevenlines("new", "--from", str(project / "many.ipynb"))[0] == 0
    (post,) = read_posts(Project(project)).posts
    assert len(post.code_cells) == 2000
