"""Every line of every cell knows where its author wrote it, in all three formats."""

from __future__ import annotations

import json
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_tools.model.post import Post
from site_tools.posts.reader import read_post
from site_tools.posts.snippets import Snippets
from tests.support.posts import FRONT

CODE_LINES = ["a = 1", "", "def f():", "    return 2", "# a comment", 'text = """', '"""']
CODE = st.lists(st.sampled_from(CODE_LINES[:5]), min_size=1, max_size=6).map("\n".join)
PROSE = st.lists(
    st.sampled_from(["Some words.", "", "## A section", "- a point", "    indented", "| a | b |"]),
    min_size=1,
    max_size=6,
).map("\n".join)
CELLS = st.lists(st.tuples(st.sampled_from(["prose", "code"]), PROSE, CODE), min_size=1, max_size=5)

Write = Callable[[list[tuple[str, str, str]]], str]


def read(name: str, content: str, snippets: dict[str, str] | None = None) -> Post:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "posts").mkdir()
        (root / "snippets").mkdir()
        for snippet, text in (snippets or {}).items():
            (root / "snippets" / snippet).write_text(text, encoding="utf-8")
        (root / "posts" / name).write_text(content, encoding="utf-8", newline="")
        return read_post(root / "posts" / name, root, Snippets(root / "snippets", root))


def markdown(cells: list[tuple[str, str, str]]) -> str:
    blocks = [
        prose if kind == "prose" else f"```python\n{code}\n```" for kind, prose, code in cells
    ]
    return f"---\n{FRONT}---\n\n" + "\n\n".join(blocks) + "\n"


def percent(cells: list[tuple[str, str, str]]) -> str:
    text = "# ---\n" + textwrap.indent(FRONT, "# ") + "# ---\n"
    for kind, prose, code in cells:
        commented = textwrap.indent(prose, "# ", lambda _: True)
        text += f"\n# %% [markdown]\n{commented}\n" if kind == "prose" else f"\n# %%\n{code}\n"
    return text


def notebook(cells: list[tuple[str, str, str]]) -> str:
    made = [nbformat.v4.new_raw_cell(f"---\n{FRONT}---")]
    for kind, prose, code in cells:
        new = nbformat.v4.new_markdown_cell if kind == "prose" else nbformat.v4.new_code_cell
        made.append(new(prose if kind == "prose" else code))
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=made)))


EACH_FORMAT = pytest.mark.parametrize(
    ("name", "write"), [("a.md", markdown), ("a.py", percent), ("a.ipynb", notebook)]
)


@EACH_FORMAT
@given(cells=CELLS)
@example(cells=[("code", "", "a = 1"), ("code", "", "\n\nb = 2"), ("prose", "\n\nWords.", "")])
def test_every_line_knows_its_place(
    name: str, write: Write, cells: list[tuple[str, str, str]]
) -> None:
    content = write(cells)
    file_lines = content.split("\n")
    post = read(name, content)
    for cell in post.cells:
        for line in cell.lines:
            assert line.place.file == f"posts/{name}"
            written = file_lines[line.place.line - 1]
            if name == "a.ipynb":
                written = json.loads(written.strip().rstrip(",")).rstrip("\n")
            elif name == "a.py" and cell.kind == "prose":
                written = written.removeprefix("#").removeprefix(" ")
            assert line.text == written


@EACH_FORMAT
def test_formats_agree(name: str, write: Write) -> None:
    cells = [
        ("prose", "Words.\n\nMore.", ""),
        ("code", "", "a = 1\n\nb = 2"),
        ("prose", "End.", ""),
    ]
    post = read(name, write(cells))
    assert post.title == "A post"
    assert [cell.kind for cell in post.cells] == ["prose", "code", "prose"]
    assert [cell.source.strip() for cell in post.cells] == [
        "Words.\n\nMore.",
        "a = 1\n\nb = 2",
        "End.",
    ]


def test_cell_below_another_is_a_cell() -> None:
    post = read("a.py", percent([("code", "", "a = 1")]) + "\n# %%% Below\nb = 2\n")
    assert [cell.source.strip() for cell in post.cells] == ["a = 1", "b = 2"]


def test_windows_line_ends_and_byte_order_mark() -> None:
    post = read("a.md", "\ufeff" + markdown([("code", "", "a = 1")]).replace("\n", "\r\n"))
    assert post.code_cells[0].source == "a = 1"


def test_fence_of_another_language_is_shown_and_not_run() -> None:
    post = read("a.md", markdown([("prose", "```bash\nls\n```\n\n```text\nno\n```", "")]))
    assert not post.code_cells
    assert "```bash\nls\n```" in "\n".join(cell.source for cell in post.cells)


def test_quoted_prose_in_a_python_file() -> None:
    post = read("a.py", percent([]) + '\n# %% [markdown]\n"""\nWords.\n"""\n\n# %%\na = 1\n')
    prose, code = post.cells
    assert prose.source == "Words."
    assert prose.lines[0].place.line == percent([]).count("\n") + 4
    assert code.source == "a = 1"


@EACH_FORMAT
def test_snippets_are_pasted_in_prose_and_code(name: str, write: Write) -> None:
    snippets = {
        "words.md": "Shared words.\n",
        "code.py": (
            "# --8<-- [start:both]\n"
            "def f():\n"
            '    # --8<-- "inner.py"\n'
            "# --8<-- [end:both]\n"
            "last = 1\n"
        ),
        "inner.py": "return 1\n",
    }
    cells = [
        ("prose", '--8<-- "words.md"', ""),
        ("code", "", 'if True:\n    # --8<-- "code.py:both"\n# --8<-- "code.py"'),
        ("prose", ';--8<-- "words.md"', ""),
    ]
    shared, code, shown = read(name, write(cells), snippets).cells
    assert shared.source == "Shared words."
    assert code.source == (
        "if True:\n    def f():\n        return 1\ndef f():\n    return 1\nlast = 1"
    )
    assert [str(line.place).split(" ")[0] for line in code.lines[1:]] == [
        "snippets/code.py:2", "snippets/inner.py:1",
        "snippets/code.py:2", "snippets/inner.py:1", "snippets/code.py:5",
    ]  # fmt: skip
    assert shown.source == '--8<-- "words.md"'


def test_cell_options() -> None:
    body = '```python alt="A curve" tags=["remove-input"]\na = 1\n```\n'
    cell = read("a.md", markdown([]) + body).code_cells[0]
    assert cell.alt == "A curve"
    assert cell.tags == {"remove-input"}
