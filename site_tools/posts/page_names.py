"""The name of a category, a tag or an author → the last part of an address.

Different names get different parts, as far as people see a difference: `C++` and `C#` have a page
each. The blog's own function drops all signs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

STAGED_TEXT = "index.html.md.txt"
"""The name of a page's plain text in the staged tree, in the folder of the page."""

PUBLISHED_TEXT = "index.html.md"
"""Its name on the site."""

LONGEST = 60
"""Characters of a part of an address. A file's name may have 255 bytes, and a letter takes four."""

PLAIN = re.compile(r"\w+(-\w+)*")
"""A part of an address that needs no change: letters, digits and `_`, with single hyphens."""

_SPOKEN = {
    "+": "plus", "#": "sharp", "&": " and ", "@": " at ", "%": " percent ", "<": " less ",
    ">": " greater ", "=": " equals ", "*": " star ", "/": " slash ", "|": " or ", "$": " dollar ",
}  # fmt: skip
"""Signs that distinguish names. `C++` is cplusplus and `C#` is csharp, as people know them."""

_DROPPED = re.compile(r"[.,:;!?'\"()\u2018\u2019\u201c\u201d\u2013\u2014]")
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_DIGITS = 6
"""Digits of the hash that replaces signs that cannot be written: one of 16 million."""


@lru_cache(maxsize=2_000)
def page_name(name: str) -> str:
    """Return the last part of the address of a page with this name; empty for no name."""
    text = unicodedata.normalize("NFC", name).lower()
    for sign, word in _SPOKEN.items():
        # A single sign between two words takes the place of a space.
        text = text.replace(sign, f" {word} " if f" {sign} " in text else word)
    words = _BETWEEN_WORDS.sub("-", _DROPPED.sub("", text)).strip("-")
    kept = re.sub(r"[^\w-]", "", words)
    if kept == words and 0 < len(kept) <= LONGEST:
        return kept
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:_DIGITS]
    return f"{kept[:LONGEST].strip('-')}-{digest}".strip("-")
