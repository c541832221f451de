"""What is said about a file that is not in the folder of a run, by where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.posts.undeclared_data import how_to_declare, remedy_of

ONLY = "The folder of a run holds only declared files, as that of a download does."
NO_FILE = "[Errno 2] No such file or directory: "


@pytest.fixture(name="root")
def root_with_files(tmp_path: Path) -> Path:
    for name in (
        "posts/points.csv",
        "posts/it's, here.txt",
        "posts/data/deep.npy",
        "posts/tables/t.csv",
        "snippets/words.txt",
        "top.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("points.csv", "Add to the front matter `data: [points.csv]`."),
        ("./points.csv", "Add to the front matter `data: [points.csv]`."),
        ("../points.csv", "Add to the front matter `data: [points.csv]`, and read it as `points.c"),
        ("/home/me/points.csv", "Add to the front matter `data: [points.csv]`, and read it as `po"),
        (r"C:\me\points.csv", "Add to the front matter `data: [points.csv]`, and read it as `poin"),
        ("/folder/1/own/work/points.csv", "Add to the front matter `data: [points.csv]`."),
        ("it's, here.txt", "Add to the front matter `data: ['it''s, here.txt']`."),
        ("data/deep.npy", "Add to the front matter `data: [data/deep.npy]`."),
        ("deep.npy", "Add to the front matter `data: [data/deep.npy]`, and read it as `data/deep."),
        ("data", "Declare each file that it needs: `data: [data/deep.npy]`."),
        ("tables/t.csv", "Copy posts/tables/t.csv to posts/data/t.csv, and declare it: `data: [da"),
        ("words.txt", "Copy snippets/words.txt to posts/words.txt, and declare it: `data: [words."),
        ("../snippets/words.txt", "Copy snippets/words.txt to posts/data/words.txt, and declare "),
        ("top.csv", "Copy top.csv to posts/top.csv, and declare it: `data: [top.csv]`."),
        ("none.csv", "Make the file in the code, with its folder; take the data from a package,"),
        ("helpers.py", """Code is shared as a snippet: `# --8<-- "helpers.py"`."""),
        ("/", ""),
        ("x" * 300, ""),
    ],
)
def test_remedy_gives_the_line_that_works(path: str, how: str, root: Path) -> None:
    assert how_to_declare(path, [], root).startswith(f"{ONLY} {how}".strip())


def test_remedy_keeps_what_is_declared(root: Path) -> None:
    declared = ["data/a.csv"]
    assert "`data: [data/a.csv, points.csv]`" in how_to_declare("points.csv", declared, root)
    said = how_to_declare("a.csv", declared, root)
    assert said == f"{ONLY} The post declares `data/a.csv`: read it by this path."


@pytest.mark.parametrize(
    "error",
    [
        f"FileNotFoundError: {NO_FILE}'points.csv'",
        f"FileNotFoundError: {NO_FILE}'points.csv' -> 'other.csv'",
        "FileNotFoundError: points.csv not found.",
        "FileNotFoundError: Unable to open file (unable to open file: name = 'points.csv')",
        "ValueError: The provided filename points.csv does not exist",
    ],
)
def test_name_is_read_from_what_libraries_say(error: str, root: Path) -> None:
    assert remedy_of(error, [], root) == how_to_declare("points.csv", [], root)


def test_other_errors_have_another_remedy(root: Path) -> None:
    assert remedy_of("ValueError: points.csv is odd", [], root) == ""
    quoted = f"FileNotFoundError: {NO_FILE}" + '"it\'s, here.txt"'
    assert "['it''s, here.txt']" in remedy_of(quoted, [], root)
    for nameless in ("FileNotFoundError: gone", "OperationalError: unable to open database file"):
        assert remedy_of(nameless, [], root) == f"{ONLY} Declare it: `data: [points.csv]`."
