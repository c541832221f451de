"""A deck runs nothing in Anki, even if the site trusts the HTML of its authors."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

from site_tools.downloads.anki_deck import deck
from site_tools.downloads.notebook_cells import imprint_of
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.site_settings import Settings
from tests.support.posts import a_post

PROSE = """\
<!-- recall why -->

> Why <script>ran('question')</script><img src=x onerror="ran('image')"> is **this** $a<b$?
>
> Because <b onclick="ran('answer')">of</b> [that](javascript:ran('link')) and `a < b`.
>
> | <iframe srcdoc="x"></iframe>a | b |
> |--:|---|
> | 1 | 2 |
"""


def test_cards_hold_no_scripts(tmp_path: Path) -> None:
    place = Place("posts/a.md", 1)
    lines = tuple(Line(line, place) for line in PROSE.split("\n"))
    post = replace(a_post("a", 1), cells=(Cell("prose", place, lines),))
    imprint = imprint_of([post], Settings("https://example.org/", "Site"), "")

    with zipfile.ZipFile(io.BytesIO(deck([post], imprint))) as archive:
        archive.extract("collection.anki2", tmp_path)
    with sqlite3.connect(tmp_path / "collection.anki2") as notes:
        ((fields,),) = notes.execute("select flds from notes").fetchall()

    assert "ran(" not in fields
    assert "<iframe" not in fields
    assert r"<strong>this</strong> \(a&lt;b\)" in fields
    assert "<code>a &lt; b</code>" in fields
    assert '<th style="text-align:right">' in fields.replace(": ", ":").replace(";", "")
