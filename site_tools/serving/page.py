"""What the preview answers to an address: a page, and what a reader must know about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from site_tools.serving.marks import Marks

ARTICLE_ENDS = b"</article>"


@dataclass(frozen=True, slots=True)
class Page:
    """What the preview answers to an address."""

    content: bytes
    marks: Marks
    is_lost: bool = False
    """Whether nothing is at the address, and the content is what a site shows then."""

    @property
    def made(self) -> str:
        """Return a digest of what is at the address; empty if there is nothing."""
        return "" if self.is_lost else _digest(self.content)

    @property
    def article(self) -> bytes:
        """Return the part of the content that an author writes; empty when there is none."""
        begin, end = self.content.find(b"<article"), self.content.rfind(ARTICLE_ENDS)
        return self.content[begin : end + len(ARTICLE_ENDS)] if 0 <= begin < end else b""

    @property
    def frame(self) -> str:
        """Return a digest of what is around the article: head, menus, contents, footer."""
        return _digest(self.content.replace(self.article, b"", 1))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
