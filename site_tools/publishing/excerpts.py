"""The excerpts that lists of posts show.

The blog plugin converts each post in full for each list that shows its excerpt: on a large site,
more than half of all work. The text before the mark is enough. And it knows the links of Markdown
only, while ours are HTML, written for the address of the post.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from site_tools.model.source import MORE

_REST = "There is more."
"""Text behind the mark: without any, the plugin leaves out the link to the whole post."""

_ADDRESS = re.compile(
    r'(<(?:a|img|audio|video|source|track)\b[^<>]*?\s(?:href|src|poster)=")([^"]*)'
)
_FOOTNOTE = re.compile(r' id="(?:fnref|cite-|see-)[^"]*"')


def opening(markdown: str) -> str:
    """Return the text before the mark that ends an excerpt; a post without the mark, whole.

    No other text of a page has a line like the mark: in code, its signs are entities.
    """
    shown, mark, _ = markdown.partition(f"\n{MORE}\n")
    return f"{shown}{mark}\n{_REST}" if mark else markdown


def moved(html: str, page: str, to: str) -> str:
    """Return the HTML of a page with its links changed, so that they work on another page.

    `page` and `to` are the addresses of the pages, seen from the front page.
    """
    up = "../" * to.count("/")

    def replace(match: re.Match[str]) -> str:
        address = match[2]
        if urlsplit(address).netloc or urlsplit(address).scheme:
            return match[0]
        return f"{match[1]}{up}{urljoin(f'/{page}', address).lstrip('/')}"

    return _FOOTNOTE.sub("", _ADDRESS.sub(replace, html))
