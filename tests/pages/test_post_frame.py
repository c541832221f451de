"""Citations: valid as a sentence and as BibTeX, with any title and authors."""

from __future__ import annotations

from dataclasses import replace

from site_tools.pages.post_frame import bibtex, citation, citation_sentence
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
