"""How to cite a post: a sentence and a BibTeX entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from site_tools.model.post import Post
from site_tools.model.text import listed
from site_tools.posts.code_html import code_html
from site_tools.posts.prose_html import plain_html

_TEX_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
"""Special characters that TeX does not print when a backslash precedes them."""


def citation(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return a folded block with the citation as a sentence and as BibTeX.

    `authors` are their names; `url` is the address of the post, empty when the site has none.
    """
    link = f' <a href="{escape(url)}">{escape(url)}</a>' if url else ""
    sentence = plain_html(citation_sentence(post, authors, site_name))
    return "\n".join(
        [
            '<details class="cite" data-search-exclude>',
            "<summary>How to cite this post</summary>",
            f"<p>{sentence}{link}</p>",
            code_html(bibtex(post, authors, site_name, url), "bibtex"),
            "</details>",
        ]
    )


def citation_sentence(post: Post, authors: Sequence[str], site_name: str) -> str:
    """Return the citation as a sentence, without the address."""
    by = listed(authors)
    site = "" if by == site_name else f"{site_name}, "
    return f"{by}, “{post.title}”, {site}{post.date.year}."


def bibtex(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return the citation as a BibTeX entry.

    A second pair of braces keeps the capitals of titles, and keeps BibTeX from splitting the name
    of the site, where it is the author, into first name and family name.
    """
    by_site = list(authors) == [site_name]
    address = rf"\url{{{url}}}" if url else ""
    names = [f"{{{_tex(name)}}}" if name == site_name else _tex(name) for name in authors]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(post.title)}}}",
        "year": str(post.date.year),
        "howpublished": ", ".join(filter(None, [_tex(site_name) * (not by_site), address])),
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join([f"@misc{{{post.slug}-{post.date.year},", *lines, "}"])


def _tex(text: str) -> str:
    """Escape a plain text for TeX."""
    return re.sub(r"[\\~^&%$#_{}]", lambda match: _TEX_ESCAPES.get(match[0], f"\\{match[0]}"), text)
