"""A work that posts cite."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Work:
    """What an entry of a bibliography says, as plain text; empty where it says nothing."""

    key: str
    """The name by which posts cite it."""
    title: str
    authors: str = ""
    year: str = ""
    within: str = ""
    """Where it appeared: journal, volume, pages, publisher."""
    address: str = ""
    """Where it can be read: begins with `https://` or `http://`."""

    @property
    def html(self) -> str:
        """Return the work as an item of a list of references, in HTML."""
        title = f"<cite>{escape(self.title)}</cite>."
        parts = [escape(self._who), title, escape(self._where)]
        if self.address:
            shown = escape(re.sub(r"^https?://(doi\.org/)?", "", self.address).rstrip("/"))
            parts.append(f'<a href="{escape(self.address)}">{shown}</a>')
        return " ".join(filter(None, parts))

    @property
    def markdown(self) -> str:
        """Return the same in Markdown."""
        parts = [_plain(self._who), f"*{_plain(self.title)}*.", _plain(self._where)]
        return " ".join(filter(None, [*parts, f"<{self.address}>" if self.address else ""]))

    @property
    def _who(self) -> str:
        year = f"({self.year})" if self.year else ""
        text = " ".join(filter(None, [self.authors, year]))
        return f"{text}." if text and not text.endswith(".") else text

    @property
    def _where(self) -> str:
        return f"{self.within}." if self.within else ""


def _plain(text: str) -> str:
    """Return text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]#<$])", r"\\\1", text)
