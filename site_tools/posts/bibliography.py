"""The `.bib` files beside the posts, and what posts cite of them.

pybtex parses them, and turns LaTeX into text. What is wrong with a file is reported for the posts
that cite something, with its own line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from site_tools.model.errors import BadPost, Problem, nearest
from site_tools.model.source import Cell, Place
from site_tools.model.work import Work
from site_tools.posts.latex_text import address_in, has_address, plain_text
from site_tools.posts.links import place_of
from site_tools.posts.markdown_parser import inline_tokens, line_starts, parse
from site_tools.posts.project_files import REMEDY, decode, is_source

LARGEST = 5_000_000
"""Bytes of a file."""

LONGEST_FIELD = 2_000
"""Characters of a field that is shown. Commands inside of each other take time."""

MOST_PROBLEMS = 20
"""Reported for one file: one mistake can cause others in all entries below it."""

MOST_AUTHORS = 6
"""Of more, the first is named."""

_ENTRY = re.compile(r"^[ \t]*@\s*(?!comment\b|string\b|preamble\b)(\w+)\s*[{(]\s*([^\s,{}()]+)\s*,",
                    re.MULTILINE | re.IGNORECASE)  # fmt: skip
_SHOWN = (
    *("title", "year", "date", "volume", "number", "journal", "journaltitle", "booktitle", "pages"),
    *("publisher", "school", "institution", "howpublished"),
)
"""Fields that a list of references shows; what others hold, such as an abstract, is not read."""


@dataclass(frozen=True)
class Bibliography:
    """All `.bib` files of a folder of posts."""

    folder: Path
    root: Path
    """The project's folder."""
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with the files; complete when `works` is known."""
    faults: dict[str, Problem] = field(default_factory=dict)
    """What is wrong with an entry, by its key; reported where it is cited."""

    @cached_property
    def works(self) -> dict[str, Work]:
        """Return the works by key."""
        from site_tools.posts.bibtex import read_bibtex  # noqa: PLC0415  slow to import

        found: dict[str, Work] = {}
        places: dict[str, Place] = {}
        for path in sorted(self.folder.glob("*.bib")):
            file = path.relative_to(self.root).as_posix()
            try:
                text = _read(path, self.root, file)
            except BadPost as bad:
                self.problems.extend(bad.problems)
                continue
            mistakes: list[Problem] = []
            starts = line_starts(text)
            for match in _ENTRY.finditer(text):
                place = Place(file, bisect_right(starts, match.start(2)))
                first = places.setdefault(match[2].lower(), place)
                if first is not place:
                    what = f"the key `{match[2]}` occurs twice; first at {first}."
                    mistakes.append(Problem(place, what, "Rename one of them."))
            entries, problems = read_bibtex(text, file, places)
            self.problems.extend(sorted([*mistakes, *problems])[:MOST_PROBLEMS])
            for key, entry in entries.items():
                place = places.get(key.lower(), Place(file, 0))
                try:
                    found[key] = _work(key, entry)
                except ValueError as error:
                    if problems:  # it may be a consequence
                        continue
                    self.faults[key] = Problem(place, f"the entry `{key}` {error}")
        return found


def cited(
    cells: Iterable[Cell], bibliography: Bibliography | None
) -> tuple[tuple[Work, ...], tuple[Problem, ...]]:
    """Return the works that prose cites, in the order of their numbers, and what is wrong."""
    found: dict[str, Work] = {}
    problems: list[Problem] = []
    for cell in cells:
        for token in inline_tokens(parse(cell.source)):
            for key, _ in token.meta["cited"] if token.type == "citation" else ():
                if bibliography and key not in bibliography.works and key in bibliography.faults:
                    problems.append(bibliography.faults[key])
                elif bibliography is None or key not in bibliography.works:
                    problems.append(_unknown(key, place_of(token, cell), bibliography))
                else:
                    found[key] = bibliography.works[key]
    if bibliography is not None and (found or problems):
        # A file that cannot be read is the cause; the keys that are missing for it are not.
        problems = bibliography.problems or problems
        problems = problems if bibliography.works or bibliography.faults else problems[:1]
    return tuple(found.values()), tuple(problems)


def _unknown(key: str, place: Place, bibliography: Bibliography | None) -> Problem:
    if bibliography is None or not bibliography.works:
        what = f"`@{key}` is cited, and there is no bibliography."
        return Problem(place, what, "Write its entry, in BibTeX, into `posts/references.bib`.")
    files = ", ".join(f"posts/{path.name}" for path in sorted(bibliography.folder.glob("*.bib")))
    remedy = nearest(key, bibliography.works) or f"Write its entry into {files}."
    return Problem(place, f"`@{key}` is cited, and no entry has this key.", remedy)


def _read(path: Path, root: Path, file: str) -> str:
    """Return the text of a file; raises BadPost."""
    if not is_source(path, root):
        what = "this link leads out of the project, or to a hidden file."
        raise BadPost([Problem(Place(file, 0), what, REMEDY)])
    data = path.read_bytes()
    if len(data) > LARGEST:
        what = f"this file has {len(data):,} bytes, and {LARGEST:,} are the most."
        raise BadPost([Problem(Place(file, 0), what, "Keep only what posts cite.")])
    return decode(data, file)


def _work(key: str, entry: Any) -> Work:
    """Return the work of an entry; raises ValueError with what is wrong."""
    given = {name.lower(): value for name, value in entry.fields.items()}
    address = _address(given)
    if has_address(given.get("howpublished", "")):  # it is shown as the address
        del given["howpublished"]
    shown = {name: given[name] for name in _SHOWN if name in given}
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = sum(len(str(person)) for person in people[: MOST_AUTHORS + 1])
    for name, size in [("author", names), *((name, len(shown[name])) for name in shown)]:
        if size > LONGEST_FIELD:
            raise ValueError(f"has {size:,} characters in `{name}`. Use at most {LONGEST_FIELD:,}.")
    fields = {name: plain_text(value) for name, value in shown.items()}
    if not fields.get("title"):
        raise ValueError("has no `title`. Add `title = {…}`.")
    year = fields.get("year") or fields.get("date", "")[:4]
    return Work(key, fields["title"], _people(people), year, _within(fields), address)


def _address(given: Mapping[str, str]) -> str:
    """Return where a work can be read; raises ValueError for what is no address."""
    found = {name: address_in(given[name]) for name in ("doi", "eprint", "url") if name in given}
    archive = given.get("archiveprefix", "arxiv").lower()
    if doi := found.get("doi"):
        address = doi if doi.startswith("http") else f"https://doi.org/{doi}"
    elif "eprint" in found and archive == "arxiv":
        address = f"https://arxiv.org/abs/{found['eprint']}"
    else:
        texts = (given[name] for name in ("howpublished", "note") if name in given)
        elsewhere = next((address_in(text) for text in texts if has_address(text)), "")
        address = found.get("url") or elsewhere
    if address and not re.match("https?://[^/]", address):
        raise ValueError(f"has the address `{address}`. Begin it with https://.")
    if odd := re.search(r"[\s<>\"\\^`{|}]|[^\x20-\x7e]", address):
        written = quote(odd[0])
        raise ValueError(f"has the address `{address}`. Write `{odd[0]}` in it as `{written}`.")
    return address


def _within(fields: dict[str, str]) -> str:
    volume = fields.get("volume", "")
    number = f"({fields['number']})" if volume and "number" in fields else ""
    where = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle", "")
    pages = re.sub("-+", "\N{EN DASH}", fields.get("pages", ""))
    publishers = ("publisher", "school", "institution", "howpublished")
    publisher = next((fields[name] for name in publishers if name in fields), "")
    return ", ".join(filter(None, [" ".join(filter(None, [where, volume + number])), pages,
                                   publisher]))  # fmt: skip


def _people(people: Sequence[Any]) -> str:
    names = [
        plain_text(" ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names,
                              *p.lineage_names]))
        for p in people
    ]  # fmt: skip
    others = names[-1:] == ["others"]
    if others or len(names) > MOST_AUTHORS:
        return f"{names[0]} et al."
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
