"""The glossary: which words are terms, and which use of a word on a page is linked to them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from site_tools.model.errors import BadProject
from site_tools.posts.glossary import FirstUses, terms_in
from site_tools.posts.prose_html import ProseWriter
from site_tools.posts.theme_markup import PageKnowledge

PAGE = """# Words

## Mini-batch, batch

A *handful* of [examples](path.md), such as `64`.

## Bias { #the-bias }

A number &lt;that> is added.
"""


def linked(*texts: str, skipped: int = 0) -> list[tuple[str, str]]:
    """Return each word that is linked in these texts of one page, and where it leads."""
    terms = FirstUses("../../glossary/", list(terms_in(PAGE, "docs/glossary.md")), skipped)
    writer = ProseWriter(lambda tex, _: tex, known=PageKnowledge(linked=terms.linked))
    html = "\n".join(writer.html(text) for text in texts)
    links = BeautifulSoup(html, "html.parser").select(".term > a")
    return [(link.text, str(link["href"]).removeprefix("../../glossary/")) for link in links]


def test_terms_have_forms_anchor_and_text() -> None:
    batch, bias = terms_in(PAGE, "docs/glossary.md")
    assert batch.forms == ("Mini-batch", "batch")
    assert batch.anchor == "mini-batch-batch"
    assert batch.text == "A handful of examples, such as <code>64</code>."
    assert bias.anchor == "the-bias"


def test_only_the_first_use_is_linked_in_any_form() -> None:
    texts = ("Two Batches and a bias.", "A mini-batch, a batch; biases.")
    assert linked(*texts) == [("Batches", "#mini-batch-batch"), ("bias", "#the-bias")]


@pytest.mark.parametrize(
    "text",
    ["`bias`", "[a bias](x.md)", "# A bias", "biased", "re-bias", "$bias$", "    bias", "unbias"],
)
def test_code_links_headings_and_parts_of_words_stay(text: str) -> None:
    assert linked(text) == []


def test_opening_is_left_alone() -> None:
    assert linked("A bias.\n\nA bias.", skipped=1) == [("bias", "#the-bias")]


def test_card_is_named_by_its_link() -> None:
    terms = FirstUses("", list(terms_in(PAGE, "docs/glossary.md")))
    writer = ProseWriter(lambda tex, _: tex, known=PageKnowledge(linked=terms.linked))
    page = BeautifulSoup(writer.html("A bias."), "html.parser")
    link = page.select_one(".term > a")
    assert link is not None
    card = page.find(id=str(link["aria-describedby"]))
    assert card is not None
    assert card.text == "Bias A number <that> is added."


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("## Bias\n\n## Batch\n\nSome.", "docs/g.md:1: nothing explains `Bias`."),
        ("Some.\n\n## Bias\n", "docs/g.md:3: nothing explains `Bias`."),
        ("\n## Bias\n\n- a list", "docs/g.md:2: nothing explains `Bias`."),
        ("## A, b\n\nx\n\n## B\n\ny", "docs/g.md:5: `B` is explained twice."),
    ],
)
def test_mistakes_have_their_line(page: str, message: str) -> None:
    with pytest.raises(BadProject) as bad:
        terms_in(page, "docs/g.md")
    assert str(bad.value).startswith(message)
