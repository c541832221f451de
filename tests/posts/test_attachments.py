"""Pictures inside of notebooks become files, under names that say what is in them."""

from __future__ import annotations

import base64

import pytest

from site_tools.posts.attachments import taken_out
from tests.support.posts import prose

PNG = base64.b64encode(b"\x89PNG").decode()


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("![a](attachment:a%20b.png)", "![a](FILE)"),
        ('a ![a](<attachment:a b.png> "title") b', 'a ![a](FILE "title") b'),
        ("[r]: attachment:a%20b.png", "[r]: FILE"),
        ("[![a](attachment:a%20b.png)](b.md)", "[![a](FILE)](b.md)"),
        ("![a](attachment:c.png)", "![a](attachment:c.png)"),
        ("![a](attachment:d.txt)", "![a](attachment:d.txt)"),
        ("![a](attachment:e.png)", "![a](attachment:e.png)"),
        ("![a](attachment:f.png)", "![a](attachment:f.png)"),
        ("![a](attachment:g.svg)", "![a](attachment:g.svg)"),
        ("attachment:a%20b.png", "attachment:a%20b.png"),
    ],
)
def test_prose_names_the_file(text: str, new: str) -> None:
    attached = {
        "a b.png": {"image/png": PNG},
        "d.txt": {"text/plain": "x"},
        "e.png": {"image/png": "#"},
        "f.png": {"image/png": ["aGk=", 3]},
        "g.svg": {"image/svg+xml": 3},
    }
    lines, files = taken_out(prose(text).lines, attached)
    names = [file.file for file in files]
    assert [line.text for line in lines] == [new.replace("FILE", names[0] if names else "")]
    assert [file.content for file in files] == [b"\x89PNG"] * ("FILE" in new)


def test_drawing_may_be_plain_text() -> None:
    _, (file,) = taken_out(
        prose("![a](attachment:a)").lines, {"a": {"image/svg+xml": ["<svg", "/>"]}}
    )
    assert file.file.endswith(".svg")
    assert file.content == b"<svg/>"
