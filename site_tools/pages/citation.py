"""How to cite a post: in words, and for BibTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from site_tools.model.post import Post
from site_tools.posts.markdown_text import escape

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def citation(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return a block, to be opened by readers who need it.

    `authors` are their names; `url` is where the post will stand.
    """
    return "\n\n".join(
        [
            '<details class="cite" markdown="1" data-search-exclude>',
            "<summary>How to cite this post</summary>",
            f"{escape(in_words(post, authors, site_name))} <{url}>",
            f"```bibtex\n{bibtex(post, authors, site_name, url)}\n```",
            "</details>",
        ]
    )


def in_words(post: Post, authors: Sequence[str], site_name: str) -> str:
    """Return the citation as a sentence, without the address."""
    *others, last = authors
    by = f"{', '.join(others)} and {last}" if others else last
    site = "" if by == site_name else f"{site_name}, "
    return f"{by}, “{post.title}”, {site}{post.date.year}."


def bibtex(post: Post, authors: Sequence[str], site_name: str, url: str) -> str:
    """Return the citation as a BibTeX entry.

    A second pair of braces keeps capitals in titles, and keeps the site, where it is the author,
    from being taken for a person with a family name.
    """
    by_site = list(authors) == [site_name]
    names = [f"{{{_tex(name)}}}" if name == site_name else _tex(name) for name in authors]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(post.title)}}}",
        "year": str(post.date.year),
        "howpublished": rf"\url{{{url}}}" if by_site else rf"{_tex(site_name)}, \url{{{url}}}",
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items()]
    return "\n".join([f"@misc{{{post.slug}-{post.date.year},", *lines, "}"])


def _tex(text: str) -> str:
    """Return a plain text as TeX that prints it."""
    return re.sub(r"[\\~^&%$#_{}]", lambda match: _SPECIAL.get(match[0], f"\\{match[0]}"), text)
