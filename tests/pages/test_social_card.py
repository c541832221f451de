"""Social cards: the same bytes anywhere, drawn once, whatever a post is called."""

from __future__ import annotations

import hashlib
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
from site_tools.pages.charts import social_card
from site_tools.pages.charts.social_card import (
    Cards,
    Content,
    balanced,
    draw,
    logo_bars,
    of_post,
    of_site,
)
from tests.support.projects import ROOT
from tests.support.runs import CLAIM, FALLING, a_post, sampled, segment, verdict

LOGO = (ROOT / "docs" / "assets" / "logo.svg").read_text(encoding="utf-8")
PLAIN = of_site("Eleven Lines", "Tutorials that learn.", logo_bars(LOGO))
EVIDENCE = Evidence((verdict(CLAIM, sampled((segment(FALLING),), (segment([9.0] * 10),))),))
CARD = of_post(a_post(CLAIM), EVIDENCE, "Eleven Lines", logo_bars(LOGO))


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_card_of_a_post_shows_its_claim_and_its_curve() -> None:
    assert CARD.title == "A"
    assert CARD.number == "0.1"
    assert CARD.text == "It learns (goal: below 1)"
    assert CARD.picture is not None
    assert CARD.picture.trained.values == FALLING
    assert len(CARD.logo) == 5


def test_claim_with_a_curve_goes_before_one_without() -> None:
    other = verdict(replace(CLAIM, says="Another"), sampled(()))
    found = of_post(a_post(CLAIM), Evidence((other, *EVIDENCE.verdicts)), "", ())
    assert found.text == CARD.text


def test_post_without_a_curve_shows_its_runs() -> None:
    alone = Evidence((replace(EVIDENCE.verdicts[0], curve=""),))
    found = of_post(a_post(CLAIM), alone, "Eleven Lines", ())
    assert found.picture is not None
    assert found.picture.trained == Points()
    assert draw(found) != draw(CARD)


def test_post_that_trains_nothing_says_what_it_is_about() -> None:
    found = of_post(a_post(CLAIM), Evidence(()), "Eleven Lines", ())
    assert (found.text, found.picture) == ("A.", None)
    assert size_of(draw(found)) == (1200, 630)


def test_card_is_the_same_anywhere(tmp_path: Path) -> None:
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


def test_card_is_drawn_once(tmp_path: Path) -> None:
    drawn = Cards(tmp_path).png(CARD)
    (file,) = tmp_path.iterdir()
    code = (
        "import sys; from pathlib import Path; "
        "from tests.pages.test_social_card import CARD, Cards; "
        "Cards(Path(sys.argv[1])).png(CARD); assert 'PIL' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=True)
    assert file.read_bytes() == drawn


def test_damaged_card_is_drawn_anew(tmp_path: Path) -> None:
    drawn = Cards(tmp_path).png(PLAIN)
    (file,) = tmp_path.iterdir()
    file.write_bytes(drawn[:1000])
    assert Cards(tmp_path).png(PLAIN) == drawn
    assert file.read_bytes() == drawn


def test_cards_that_nobody_asks_for_go(tmp_path: Path) -> None:
    Cards(tmp_path).png(PLAIN)
    cards = Cards(tmp_path)
    cards.png(CARD)
    assert len(list(tmp_path.iterdir())) == 2
    cards.forget()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [draw(CARD)]


def test_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text("a file", encoding="utf-8")
    assert Cards(tmp_path / "cards").png(PLAIN) == draw(PLAIN)


def test_colours_are_those_of_the_site() -> None:
    style = (ROOT / "docs" / "assets" / "elevenlines.css").read_text(encoding="utf-8")
    light = style[style.index('[data-md-color-scheme="default"]') :]
    light = light[: light.index("}")]
    names = ["PAPER", "INK", "SOFT", "LINE", "TRAINED", "OFF", "GOAL"]
    assert [name for name in names if getattr(social_card, name) not in light] == []


@pytest.mark.parametrize("svg", ["", "<svg/>", "<svg viewBox='0 0 a'/>", "<svg", "<a><rect/></a>"])
def test_another_logo_is_left_out(svg: str) -> None:
    assert logo_bars(svg) == ()


STYLE = social_card._Style(60, 750)


def test_title_is_balanced() -> None:
    title = "The same network in PyTorch: what autograd takes off your hands"
    assert balanced(title.split(), STYLE, 1056, 2) == [
        "The same network in PyTorch:",
        "what autograd takes off your hands",
    ]


@given(words=st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1, max_size=9))
def test_lines_hold_all_words_and_fit(words: list[str]) -> None:
    lines = balanced(words, STYLE, 700, 3)
    if lines:
        assert " ".join(lines).split(" ") == words
        assert all(social_card._wide(line, STYLE) <= 700 for line in lines)
    if len(lines) > 1:
        assert balanced(words, STYLE, 700, len(lines) - 1) == []


@settings(max_examples=25)
@given(title=st.text(min_size=1, max_size=300), text=st.text(max_size=300))
def test_anything_can_be_written(title: str, text: str) -> None:
    card = Content("Eleven Lines", (), title, text, "-1.5e-09", CARD.picture)
    assert size_of(draw(card)) == (1200, 630)
