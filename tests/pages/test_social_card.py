"""Social cards: same bytes on every machine, drawn once, with any title."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_tools.evidence.learning_curve import Points
from site_tools.evidence.verdict import Evidence
from site_tools.pages.charts.card_cache import CardCache
from site_tools.pages.charts.card_canvas import Palette, Style, balanced, text_width
from site_tools.pages.charts.social_card import (
    Content,
    Look,
    draw,
    logo_bars,
    not_drawn,
    of_post,
    of_site,
)
from tests.support.posts import edit, write
from tests.support.projects import ROOT, Elevenlines
from tests.support.runs import CLAIM, FALLING, a_post, sampled, segment, verdict

LOGO = (ROOT / "docs" / "assets" / "logo.svg").read_text(encoding="utf-8")
PALETTE = Palette("#ffffff", "#101010", "#505050", "#e0e0e0", "#1f5fae", "#808080", "#a8421f")
LOOK = Look("A Site", logo_bars(LOGO), PALETTE)
PLAIN = of_site("Tutorials that learn.", LOOK)
EVIDENCE = Evidence((verdict(CLAIM, sampled((segment(FALLING),), (segment([9.0] * 10),))),))
CARD = of_post(a_post(CLAIM), EVIDENCE, LOOK)


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_of_post_shows_claim_and_learning_curve() -> None:
    assert CARD.title == "A"
    assert CARD.number == "0.1"
    assert CARD.text == "It learns (goal: below 1)"
    assert CARD.picture is not None
    assert CARD.picture.trained.values == FALLING
    assert len(CARD.logo) == 5


def test_of_post_prefers_a_claim_with_a_curve() -> None:
    other = verdict(replace(CLAIM, says="Another"), sampled(()))
    found = of_post(a_post(CLAIM), Evidence((other, *EVIDENCE.verdicts)), LOOK)
    assert found.text == CARD.text


def test_of_post_without_a_curve_shows_all_runs() -> None:
    alone = Evidence((replace(EVIDENCE.verdicts[0], curve=""),))
    found = of_post(a_post(CLAIM), alone, LOOK)
    assert found.picture is not None
    assert found.picture.trained == Points()
    assert draw(found) != draw(CARD)


def test_of_post_without_claims_shows_the_description() -> None:
    found = of_post(a_post(CLAIM), Evidence(()), LOOK)
    assert (found.text, found.picture) == ("A.", None)
    assert size_of(draw(found)) == (1200, 630)


def test_draw_gives_the_same_bytes_in_another_environment(tmp_path: Path) -> None:
    code = (
        "import hashlib; from tests.pages.test_social_card import CARD, draw;"
        "print(hashlib.sha256(draw(CARD)).hexdigest())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-c", code]
    said = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == hashlib.sha256(draw(CARD)).hexdigest()


def test_cached_card_is_read_without_pillow(tmp_path: Path) -> None:
    drawn = CardCache(tmp_path).png(CARD)
    (file,) = tmp_path.iterdir()
    code = (
        "import sys; from pathlib import Path; "
        "from tests.pages.test_social_card import CARD, CardCache; "
        "CardCache(Path(sys.argv[1])).png(CARD); assert 'PIL' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    assert file.read_bytes() == drawn


def test_truncated_card_is_drawn_again(tmp_path: Path) -> None:
    drawn = CardCache(tmp_path).png(PLAIN)
    (file,) = tmp_path.iterdir()
    file.write_bytes(drawn[:1000])
    assert CardCache(tmp_path).png(PLAIN) == drawn
    assert file.read_bytes() == drawn


def test_prune_deletes_cards_not_requested(tmp_path: Path) -> None:
    CardCache(tmp_path).png(PLAIN)
    cards = CardCache(tmp_path)
    cards.png(CARD)
    assert len(list(tmp_path.iterdir())) == 2
    cards.prune()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [draw(CARD)]


def test_unwritable_cache_still_returns_the_card(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text("a file", encoding="utf-8")
    assert CardCache(tmp_path / "cards").png(PLAIN) == draw(PLAIN)


def test_card_has_the_colours_of_the_site() -> None:
    from PIL import Image

    dark = replace(PALETTE, paper="#000000", trained="#ff0000")
    with Image.open(io.BytesIO(draw(of_site("A site.", replace(LOOK, palette=dark))))) as card:
        colours = {colour for _, colour in card.convert("RGB").getcolors(1 << 20) or ()}
    assert {(0, 0, 0), (255, 0, 0)} <= colours
    assert (255, 255, 255) not in colours


@pytest.mark.parametrize("svg", ["", "<svg/>", "<svg viewBox='0 0 a'/>", "<svg", "<a><rect/></a>"])
def test_logo_bars_of_an_unknown_logo_is_empty(svg: str) -> None:
    assert logo_bars(svg) == ()


STYLE = Style(60, 750)


def test_balanced_breaks_a_title_into_similar_lines() -> None:
    title = "The same network in PyTorch: what autograd takes off your hands"
    assert balanced(title.split(), STYLE, 1056, 2) == [
        "The same network in PyTorch:",
        "what autograd takes off your hands",
    ]


@given(words=st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1, max_size=9))
def test_balanced_lines_keep_all_words_and_fit(words: list[str]) -> None:
    lines = balanced(words, STYLE, 700, 3)
    if lines:
        assert " ".join(lines).split(" ") == words
        assert all(text_width(line, STYLE) <= 700 for line in lines)
    if len(lines) > 1:
        assert balanced(words, STYLE, 700, len(lines) - 1) == []


@settings(max_examples=25)
@given(title=st.text(min_size=1, max_size=300), text=st.text(max_size=300))
def test_draw_accepts_any_text(title: str, text: str) -> None:
    card = Content("A Site", (), title, text, "-1.5e-09", CARD.picture, palette=PALETTE)
    assert size_of(draw(card)) == (1200, 630)


LONG = ["a" * 320, "word " * 64, "A title of many words that goes on and on, " * 8, "日本語" * 110]


@pytest.mark.parametrize("title", LONG, ids=["word", "words", "sentence", "not in the font"])
def test_card_of_a_post_with_a_very_long_title_is_drawn(title: str) -> None:
    found = of_post(replace(a_post(CLAIM), title=title), EVIDENCE, LOOK)
    assert size_of(draw(found)) == (1200, 630)


def test_card_leaves_out_what_its_font_does_not_have() -> None:
    post = replace(a_post(CLAIM), title="Deep 日本語 learning 🙂: Ω → √2, Ünïcödé")
    assert of_post(post, EVIDENCE, LOOK).title == "Deep learning : Ω → √2, Ünïcödé"
    assert of_site("A.", replace(LOOK, site="Site ש")).site == "Site"
    assert not_drawn(post) == "日本語🙂"
    assert not_drawn(a_post(CLAIM)) == ""


def test_check_names_what_the_card_leaves_out(project: Path, elevenlines: Elevenlines) -> None:
    edit(write(project, "a-post", "print(1)"), "title: A post", "title: 'Deep 日本語 🙂'")
    code, said = elevenlines("check")
    assert code == 0
    assert "posts/a-post.md:2: warning: the social card leaves out `日本語🙂`" in said
