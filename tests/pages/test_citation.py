"""Citations: valid as a sentence and as BibTeX, with any title and authors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_tools.pages.citation import bibtex, citation, citation_sentence
from site_tools.posts.site_settings import Settings
from tests.support.posts import a_post

URL = "https://example.org/posts/a/"
POST = replace(a_post("a", 1), title="50 % of C# & {more}_~^ \\ $1")


def test_citation_sentence_names_all_authors_and_the_site() -> None:
    post = replace(POST, title="A net")
    assert citation_sentence(post, ["Ada"], "A Site") == "Ada, “A net”, A Site, 2026."
    assert (
        citation_sentence(post, ["Ada", "Bo", "Cy"], "A Site")
        == "Ada, Bo and Cy, “A net”, A Site, 2026."
    )
    assert citation_sentence(post, ["A Site"], "A Site") == "A Site, “A net”, 2026."


def test_bibtex_escapes_tex_in_the_title() -> None:
    assert bibtex(POST, ["Ada Lovelace", "Bo"], "R&D", URL) == (
        "@misc{a-2026,\n"
        "  author = {Ada Lovelace and Bo},\n"
        r"  title = {{50 \% of C\# \& \{more\}\_\textasciitilde{}\textasciicircum{} "
        "\\textbackslash{} \\$1}},\n"
        "  year = {2026},\n"
        "  howpublished = {R\\&D, \\url{https://example.org/posts/a/}},\n"
        "}"
    )


def test_bibtex_keeps_a_site_as_author_in_one_name() -> None:
    entry = bibtex(POST, ["Eleven Lines"], "Eleven Lines", URL)
    assert "author = {{Eleven Lines}}," in entry
    assert "howpublished = {\\url{" in entry


def test_citation_is_folded_and_escapes_markdown() -> None:
    block = citation(replace(POST, title="*A* <net>"), ["Ada"], "A Site", URL)
    assert block.startswith("<details ")
    assert "<details open" not in block
    assert "“*A* &lt;net&gt;”" in block
    assert f'<a href="{URL}">{URL}</a>' in block


def test_site_without_an_address_names_none() -> None:
    block = citation(replace(POST, title="A net"), ["Ada"], "A Site", "")
    assert "<>" not in block
    assert r"\url" not in block
    assert "howpublished = {A Site}," in bibtex(POST, ["Ada"], "A Site", "")
    assert "howpublished" not in bibtex(POST, ["A Site"], "A Site", "")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]:80/", True),
        ("http://0.0.0.0:8000/", True),
        ("http://site.localhost/", True),
        ("https://example.org/", False),
        ("https://localhost.example.org/", False),
        ("http://192.168.1.7/", False),
    ],
)
def test_address_that_readers_do_not_have(url: str, local: bool) -> None:  # noqa: FBT001
    assert Settings(url, "A Site").is_local == local
