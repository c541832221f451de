"""BibTeX → entries, and what cannot be read, by pybtex.

Its scanner looks for each of several signs up to the end of the file; ours finds the next of them
at once, so that the time grows with the length of a file, and not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pybtex import errors
from pybtex.database.input import bibtex
from pybtex.exceptions import PybtexError
from pybtex.scanner import Token

from site_tools.model.errors import Problem
from site_tools.model.source import Place

MOST_EXPANDED = 5_000_000
"""Characters to which the abbreviations of a file, `@string`, may expand: each may use others."""

_LINE = re.compile(r" in line (\d+)")
_REMEDIES = {
    "abbreviations stand for": "Write out what `@string` abbreviates.",
    "undefined string": "Put the text into braces, or define it with `@string`.",
    "Too many commas": "Divide names by `and`: `Bee, Ann and Cee, Dan`.",
    "duplicate": "Remove one of them.",
    "": "Is a brace or a comma missing in the entry above?",
}
"""By a part of what pybtex says."""


def read_bibtex(
    text: str, file: str, places: Mapping[str, Place]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the entries of a file, and what cannot be read of it.

    `places` are those of the entries, by their keys in lower case.
    """
    parser = _Parser()
    with errors.capture() as parser.found:
        try:
            parser.parse_string(text)
        except PybtexError as error:
            parser.found.append(error)
    problems: list[Problem] = []
    reported: set[Place] = set()
    for i, one in enumerate(parser.found):
        said = " ".join(str(one).split())
        if said.startswith("repeated bibliography entry"):  # reported with its line
            continue
        line = _LINE.search(said)
        entry = places.get(parser.keys.get(i, "").lower(), Place(file, 0))
        what = f"not valid BibTeX: {_LINE.sub('', said).removeprefix('syntax error: ')}."
        remedy = next(_REMEDIES[part] for part in _REMEDIES if part in said)
        place = Place(file, int(line[1])) if line else entry
        if not line or place not in reported:  # on a line, others follow from the first
            problems.append(Problem(place, what, remedy))
        reported.add(place)
    return dict(parser.data.entries), problems


class _Scanner(bibtex.LowLevelParser):  # type: ignore[misc]  # pybtex has no types
    pos: int
    expanded = 0

    def substitute_macro(self, name: str) -> str:
        """Return the text of an abbreviation; raises PybtexError when all texts are too long."""
        value = str(super().substitute_macro(name))
        self.expanded += len(value)
        if self.expanded > MOST_EXPANDED:
            what = f"abbreviations stand for more than {MOST_EXPANDED:,} characters"
            raise PybtexError(f"{what} in line {self.lineno}")  # the file is read no further
        return value

    def skip_to(self, patterns: list[Any]) -> Token | None:
        """Return the text up to the next of these signs, and pass over it."""
        found = _any_of(tuple(pattern.search.__self__.pattern for pattern in patterns)).search(
            self.text, self.pos
        )
        if found is None or found.lastindex is None:
            return None
        value = self.text[self.pos : found.end()]
        self.pos = found.end()
        self.update_lineno(value)
        return Token(value, patterns[found.lastindex - 1])


@lru_cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"({pattern})" for pattern in patterns))


class _Parser(bibtex.Parser):  # type: ignore[misc]  # pybtex has no types
    def __init__(self) -> None:
        super().__init__()
        self.found: list[PybtexError] = []
        self.keys: dict[int, str] = {}
        """The entries of mistakes, by the mistake's position in `found`."""

    def parse_string(self, text: str) -> None:
        """Read a file."""
        self.unnamed_entry_counter = 1
        scanner = _Scanner(text, macros=self.macros, handle_error=self.handle_error)
        for kind, content in scanner:
            if kind.lower() not in {"string", "preamble"}:
                before = len(self.found)
                self.process_entry(kind, *content)
                self.keys |= dict.fromkeys(range(before, len(self.found)), content[0] or "")
