"""Recall prompts → a deck for Anki, the program that asks again just before one forgets.

A note keeps its identity as long as its post and its prompt keep their names, so importing a newer
deck changes the cards that are there and doubles none.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from html import escape
from pathlib import Path

import genanki
import nh3

from site_tools.downloads.notebook_cells import Imprint, text_of
from site_tools.downloads.zip_archive import zipped
from site_tools.model.post import Post
from site_tools.posts.markdown_parser import Reference, references_in
from site_tools.posts.prose_html import ProseWriter
from site_tools.posts.recall_prompts import prompts_of

_MODEL = 1_607_320_941
"""The number of our kind of note, in Anki. Never to be changed: notes are known by it."""

_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "code": {"class"}, "th": {"style"}, "td": {"style"}}
_SCHEMES = {"http", "https", "mailto"}
"""What a card may hold: Anki runs the scripts of its cards, whoever wrote them."""

_ANSWER = '{{FrontSide}}<hr id="answer">{{Answer}}<p class="source">{{Source}}</p>'
_CSS = """\
.card { max-width: 34em; margin: 0 auto; padding: 1em; font: 18px/1.5 system-ui, sans-serif; }
pre, code { font-family: ui-monospace, monospace; font-size: .9em; }
pre { padding: .7em 1em; overflow-x: auto; background: rgb(128 128 128 / .12); border-radius: 6px; }
.source { font-size: .8em; opacity: .7; }
"""


def deck(posts: Sequence[Post], imprint: Imprint) -> bytes:
    """Return the prompts of posts as an `.apkg`, each post's in a deck of its own.

    Anki updates a card if the new one has a later date. When this version of the site has no
    date, that of the newest post is used.
    """
    newest = datetime.combine(max(post.date for post in posts), time(), UTC)
    package = genanki.Package([_deck(post, imprint) for post in posts])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deck.apkg")
        package.write_to_file(path, timestamp=imprint.made or newest.timestamp())
        with zipfile.ZipFile(path) as archive:
            return zipped({name: archive.read(name) for name in sorted(archive.namelist())})


def _deck(post: Post, imprint: Imprint) -> genanki.Deck:
    addresses, title = imprint.addresses, post.title.replace("::", ":")
    made = genanki.Deck(_number(post.slug), f"{imprint.site_name}::{title}")
    address = escape(addresses.of(post))
    source = f'<a href="{address}">{address}</a>'
    prompts = prompts_of(post)
    sides_of_all = [side for prompt in prompts for side in (prompt.question, prompt.answer)]
    prose = post.prose_cells if any("[" in side.source for side in sides_of_all) else ()
    references = references_in(text_of(cell, post, addresses) for cell in prose)
    for prompt in prompts:
        texts = (text_of(part, post, addresses) for part in (prompt.question, prompt.answer))
        sides = (_html(text, references) for text in texts)
        guid = genanki.guid_for(post.slug, prompt.name)
        made.add_note(
            genanki.Note(_model(imprint.site_name), [*sides, source], guid=guid, tags=[post.slug])
        )
    return made


def _model(name: str) -> genanki.Model:
    return genanki.Model(
        _MODEL,
        name,
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Source"}],
        templates=[{"name": "Recall", "qfmt": "{{Question}}", "afmt": _ANSWER}],
        css=_CSS,
    )


def _number(slug: str) -> int:
    """Return a deck's number in Anki: the same for ever, and hardly ever that of another."""
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:5], "big") + 2**31


def _html(text: str, references: Sequence[Reference]) -> str:
    """Return prose as a card shows it: HTML, with formulas as Anki marks them.

    `references` are those of all prose of its post.
    """
    formulas: list[str] = []

    def formula(tex: str, is_display: bool) -> str:  # noqa: FBT001  what a renderer calls
        formulas.append(rf"\[{tex}\]" if is_display else rf"\({tex}\)")
        return f"\ue000{len(formulas) - 1}\ue001"

    html = nh3.clean(
        ProseWriter(formula, references=references).html(text),
        attributes=_ATTRIBUTES,
        filter_style_properties={"text-align"},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    for i, tex in enumerate(formulas):
        html = html.replace(f"\ue000{i}\ue001", escape(tex, quote=False))
    return html
