"""The excerpts that lists of posts show.

The blog plugin converts each post in full for each list that shows its excerpt: on a large site,
more than half of all work. The text before the mark is enough, and of a list that is kept, nothing.
And it knows the links of Markdown only, while ours are HTML, written for the address of the post.
"""

from __future__ import annotations

import re
from copy import copy
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

from material.plugins.blog.structure import Excerpt

from site_tools.model.source import MORE

_REST = "There is more."
"""Text behind the mark: without any, the plugin leaves out the link to the whole post."""

_ADDRESS = re.compile(
    r'(<(?:a|img|audio|video|source|track)\b[^<>]*?\s(?:href|src|poster)=")([^"]*)'
)
_FOOTNOTE = re.compile(r' id="(?:fnref|cite-|see-)[^"]*"')

_CONTENTS = ("archive_toc", "authors_profiles_toc", "blog_toc", "categories_toc")
"""Options of the blog with which a list shows headings of its posts: it needs them at once."""


class Opening(Excerpt):  # type: ignore[misc]
    """The opening of a post, which is converted when a list with it is laid out."""

    def __init__(self, post: Any, config: Any, files: Any) -> None:
        self.post, self.config, self.meta = post, post.config, post.meta
        self.authors, self.categories = list[Any](), list[Any]()
        blog = config.plugins["material/blog"].config
        self._is_late = not any(blog[name] for name in _CONTENTS)
        self._prepare: Any = partial(super().__init__, post, config, files)

    def render(self, page: Any, separator: str) -> None:
        """Note for which list it is to be converted next."""
        self._asked = page, separator
        if not self._is_late:
            self._convert()

    def convert(self) -> None:
        """Convert it for the list that has asked for it."""
        if self._is_late:
            self._convert()

    def _convert(self) -> None:
        """Convert the text before the mark. The title is left as it is: its link is set already."""
        page, separator = self._asked
        if self._prepare:
            shown = self.authors, self.categories
            self._prepare()
            self.authors, self.categories, self._prepare = *shown, None
        post = self.post
        self.post = copy(post)
        self.post.markdown = opening(post.markdown)
        super().render(page, separator)
        self.post = post
        found: str = vars(self)["content"]
        title, end, text = re.split(r"(</h\d>)", found, maxsplit=1)
        self.content = title + end + moved(text, post.url, page.url)


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
