"""The tags of HTML in prose."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr")
)  # fmt: skip
"""Elements that have no end."""

_VERBATIM = re.compile(
    r"<(pre|script|style|svg|code|kbd|samp|textarea)\b", re.IGNORECASE | re.ASCII
)


class Tag:
    """A start or end tag."""

    def __init__(self, name: str, attributes: list[tuple[str, str]], *, is_end: bool) -> None:
        self.name = name
        self.attributes = attributes
        self.is_end = is_end

    @classmethod
    def read(cls, text: str) -> Tag | None:
        """Return the first tag in a text, or None when there is none."""
        return next(iter(tags_of(text)), None)


class _Reader(HTMLParser):
    """Collects tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append(Tag(tag, [(name, value or "") for name, value in attrs], is_end=False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag, which ends nothing: `<b/>` is `<b>`."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Keep the tag."""
        self.tags.append(Tag(tag, [], is_end=True))


def tags_of(text: str) -> list[Tag]:
    """Return the tags of a text, in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.tags


def left_open(html: str, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the elements that are open after some HTML, if those `before` were open already."""
    stack = list(before)
    for tag in tags_of(without_comments(html)):
        if not tag.is_end and tag.name not in VOID:
            stack.append(tag.name)
        elif tag.is_end and tag.name in stack:
            while stack.pop() != tag.name:
                pass
    return tuple(stack)


def without_comments(html: str) -> str:
    """Return HTML without its comments; one that never ends goes on to the end."""
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        parts.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, html[at:]])


def without_verbatim(html: str) -> str:
    """Return HTML without comments, and without what code, scripts and drawings hold."""
    html = without_comments(html)
    parts, at = [], 0
    unclosed: set[str] = set()
    while match := _VERBATIM.search(html, at):
        name = match[1].lower()
        end = -1 if name in unclosed else _end_of(name, html, match.end())
        if end < 0:
            unclosed.add(name)
            parts.append(html[at : match.end()])
            at = match.end()
        else:
            parts.append(html[at : match.start()])
            at = end
    return "".join([*parts, html[at:]])


def _end_of(name: str, html: str, start: int) -> int:
    """Return where the end tag of an element begins, as `str.find` does."""
    end = re.compile(f"</{name}", re.IGNORECASE | re.ASCII).search(html, start)
    return end.start() if end else -1
