"""The pages that list posts by author: the claims, in the words that other pages have for them."""

from __future__ import annotations

from dataclasses import replace

from site_tools.evidence.judge import judge
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.goals import Goal
from site_tools.model.post import Author
from site_tools.pages.archive_pages import views
from tests.support.runs import CLAIM, a_post, a_run, runs


def test_author_has_the_numbers_of_the_claims() -> None:
    claim = replace(CLAIM, goal=Goal("<", 0.4, "0.4"))
    post = replace(a_post(claim), authors=("ada",))
    known = runs(claim, published=-0.1, controls={1: 9.0, 2: 10.0, 3: 11.0})
    judged = JudgedPost(post, a_run(-0.1), judge(post, known))
    page = views([judged], {"ada": Author("Ada", "Author", "ada")})["author/ada.md"]
    assert "<b>\N{MINUS SIGN}0.1</b>, goal: below 0.4, with learning off 9 to 11" in page
