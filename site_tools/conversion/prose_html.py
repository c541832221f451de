"""HTML, pictures and links in a notebook's prose → what the page of a post may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from urllib.parse import unquote

from markdown_it.token import Token

from site_tools.checks.allowed_html import ELEMENTS, may_have
from site_tools.conversion.foreign_file import Piece
from site_tools.posts.html_tags import Tag
from site_tools.posts.links import is_foreign
from site_tools.posts.markdown_parser import inline_tokens, line_starts, parse
from site_tools.posts.project_files import is_file

PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
"""The suffixes of files that are copied: a notebook of a stranger may name any file."""

_TAG = re.compile(r"</?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SHOWN = "The picture"
"""The text of a link to a picture that has no alternative text."""

_Edit = tuple[int, int, str]
"""Where a part of the text begins and ends, and what takes its place."""


@dataclass
class ProseFiles:
    """The files that a notebook's prose names: pictures to copy, and links that lead nowhere."""

    folder: Path
    """Where the notebook is."""
    posts: Path
    """The folder of posts, where links lead to."""
    slug: str
    pictures: dict[str, Path] = field(default_factory=dict)
    """The new names of pictures, each with the file to copy."""

    def adapted(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
        """Return prose with the pictures, links and HTML that a page may have; and the changes."""
        found, changes = [], []
        for piece in pieces:
            changed: list[str] = []
            source = piece.source
            if piece.kind == "prose":
                for edits in (self._html_edits, self._image_edits, self._link_edits):
                    source = _edited(source, edits(source, changed))
            found.append(replace(piece, source=source))
            changes += [f"cell {piece.number}: {one}" for one in dict.fromkeys(changed)]
        return found, changes

    def _html_edits(self, source: str, changes: list[str]) -> Iterator[_Edit]:
        starts = line_starts(source)
        for token in parse(source):
            if token.type == "html_block" and token.map:
                start = starts[token.map[0]]
                if source.startswith(token.content, start):
                    html = _TAG.sub(self._tags(changes, in_block=True), token.content)
                    yield start, start + len(token.content), html
        for token in inline_tokens(parse(source)):
            if token.type == "html_inline" and not token.content.startswith("<!"):
                yield (*token.meta["span"], _TAG.sub(self._tags(changes), token.content))

    def _tags(
        self, changes: list[str], *, in_block: bool = False
    ) -> Callable[[re.Match[str]], str]:
        """Return what takes the place of each tag."""

        def new(match: re.Match[str]) -> str:
            tag = Tag.read(match[0])
            source = dict(tag.attributes).get("src", "") if tag else ""
            if tag is None or tag.name != "img" or not source:
                return _allowed(tag, match[0], changes)
            text = self._image(dict(tag.attributes).get("alt", ""), source, changes)
            text = text or f"![{dict(tag.attributes).get('alt', '')}](<{source}>)"
            return f"\n\n{text}\n\n" if in_block else text  # Markdown is not read in a block

        return new

    def _image_edits(self, source: str, changes: list[str]) -> Iterator[_Edit]:
        for token in inline_tokens(parse(source)):
            if token.type == "image" and "target" in token.meta:
                new = self._image(token.content, str(token.attrs["src"]), changes)
                if new:
                    yield (*token.meta["span"], new)

    def _image(self, alt: str, source: str, changes: list[str]) -> str:
        """Return the Markdown of a picture, or a link to it; empty where nothing changes."""
        if _REMOTE.match(source):
            changes.append(f"a picture on another server is a link now: {source}")
            return f"[{alt or _SHOWN}](<{source}>)"
        name = self._copied(unquote(source))
        if not name:
            return ""
        changes.append(f"`{unquote(source)}` is posts/{name} now")
        return f"![{alt}]({name})"

    def _copied(self, target: str) -> str:
        """Return the new name of a picture; empty when there is none in the notebook's folder."""
        path = self.folder / target
        if is_foreign(target) or path.suffix.lower() not in PICTURES or not is_file(path):
            return ""
        if not path.resolve().is_relative_to(self.folder.resolve()):
            return ""
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", path.stem).strip("-")
        stem = plain if plain.startswith(self.slug) else f"{self.slug}-{plain}"
        name, number = f"{stem}{path.suffix.lower()}", 1
        while self.pictures.setdefault(name, path) != path:
            number += 1
            name = f"{stem}-{number}{path.suffix.lower()}"
        return name

    def _link_edits(self, source: str, changes: list[str]) -> Iterator[_Edit]:
        for token in inline_tokens(parse(source)):
            if token.type != "link_open" or "target" not in token.meta:
                continue
            target = str(token.attrs["href"])
            path = unquote(target.partition("#")[0])
            if is_foreign(target) or is_file(self.posts / path) or path in self.pictures:
                continue
            changes.append(f"the link to `{unquote(target)}` is plain text now")
            yield (*token.meta["span"], _text_of(token, source))


def _text_of(link: Token, source: str) -> str:
    """Return the text of a link: what its brackets contain."""
    start = int(link.meta["span"][0]) + 1
    return source[start : source.rfind("](", start, link.meta["target"][0])]


def _allowed(tag: Tag | None, text: str, changes: list[str]) -> str:
    """Return a tag with what prose may have of it; empty for another element."""
    if tag is None:
        return text
    if tag.name not in ELEMENTS:
        if not tag.is_end:
            changes.append(f"`<{tag.name}>` removed")
        return ""
    kept = [(name, value) for name, value in tag.attributes if may_have(tag.name, name)]
    if len(kept) == len(tag.attributes):
        return text
    changes.append(f"`<{tag.name}>` has fewer attributes")
    listed = "".join(f' {name}="{escape(value)}"' for name, value in kept)
    return f"<{tag.name}{listed}>"


def _edited(source: str, edits: Iterator[_Edit]) -> str:
    """Return a text with its edits; one inside of another is left out."""
    parts, end = [], 0
    for start, stop, new in sorted(edits):
        if start >= end:
            parts += [source[end:start], new]
            end = stop
    return "".join([*parts, source[end:]])
