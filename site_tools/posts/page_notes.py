"""Footnotes and citations: their marks in the text, and their lists at the end of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from markdown_it.token import Token

from site_tools.model.work import Work


class Footnotes:
    """The footnotes of a page, numbered in the order in which the text refers to them."""

    def __init__(self) -> None:
        self._texts: dict[str, list[Token]] = {}
        self._used: dict[str, int] = {}
        """How often each one is referred to, in the order of their numbers."""

    def taken_from(self, tokens: Sequence[Token]) -> list[Token]:
        """Return tokens without the footnotes, which are kept for the end of the page."""
        kept: list[Token] = []
        into = kept
        for token in tokens:
            if token.type == "footnote_reference_open":
                into = self._texts[token.meta["label"]] = []
            elif token.type == "footnote_reference_close":
                into = kept
            else:
                into.append(token)
        return kept

    def mark(self, label: str) -> str:
        """Return a reference to a footnote."""
        times = self._used.setdefault(label, 0)
        self._used[label] = times + 1
        number = list(self._used).index(label) + 1
        link = f'<a class="footnote-ref" href="#fn:{number}">{number}</a>'
        return f'<sup id="fnref{_nth(times)}:{number}">{link}</sup>'

    def as_list(self, html: Callable[[Sequence[Token]], str]) -> str:
        """Return the list of the footnotes; `html` makes HTML of their tokens."""
        items: list[str] = []
        while len(items) < len(self._used):  # a footnote may refer to another
            number = len(items) + 1
            label = list(self._used)[len(items)]
            text = html(self._texts.get(label, [])).strip("\n")
            backs = "".join(
                f'&#160;<a class="footnote-backref" href="#fnref{_nth(i)}:{number}" '
                f'title="Jump back to footnote {number} in the text">&#8617;</a>'
                for i in range(self._used[label])
            )
            text = f"{text[:-4]}{backs}</p>" if text.endswith("</p>") else f"{text}<p>{backs}</p>"
            items.append(f'<li id="fn:{number}">\n{text}\n</li>')
        if not items:
            return ""
        return "\n".join(['<div class="footnote">', "<hr>", "<ol>", *items, "</ol>", "</div>"])


class Citations:
    """The works that a page cites, in the order of their numbers."""

    def __init__(self, works: Iterable[Work]) -> None:
        self._works = {work.key: work for work in works}
        self._cited: dict[str, int] = {}
        """How often each one is cited."""

    def mark(self, cited: Iterable[tuple[str, str]], source: str) -> str:
        """Return numbers as links to the list; the `source` if a work is not in it."""
        parts = []
        for key, where in cited:
            if key not in self._works:
                return escape(source, quote=False)
            number = list(self._works).index(key) + 1
            times = self._cited[key] = self._cited.get(key, 0) + 1
            link = f'<a id="cite-{number}-{times}" href="#ref-{number}">{number}</a>'
            parts.append(f"{link}, {escape(where, quote=False)}" if where else link)
        return f'<span class="citation">[{"; ".join(parts)}]</span>'

    def as_list(self) -> str:
        """Return the list of the works that were cited."""
        items = []
        for number, work in enumerate(self._works.values(), start=1):
            backs = "".join(
                f'&#160;<a class="footnote-backref" href="#cite-{number}-{i}" '
                f'title="Jump back to citation {i} of this work in the text">&#8617;</a>'
                for i in range(1, self._cited.get(work.key, 0) + 1)
            )
            items.append(f'<li id="ref-{number}">{work.html}{backs}</li>')
        return "\n".join(['<ol class="references">', *items, "</ol>"]) if items else ""


def _nth(times: int) -> str:
    return str(times + 1) if times else ""
