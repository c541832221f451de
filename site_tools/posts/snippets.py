"""Snippets: text that several posts share, pasted where a line names it.

    --8<-- "name.md"              in prose
    # --8<-- "name.py"            in code
    # --8<-- "name.py:section"    only between `--8<-- [start:section]` and `[end:section]`

The spelling is the one of pymdownx.snippets. We paste while reading, and leave that extension
off, so that keys cover the pasted text, downloads contain it, errors name the snippet's own
line, and nothing in an output is ever taken for a snippet. `;--8<--` shows the line itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from site_tools.model.errors import BadPost, Problem, nearest
from site_tools.model.source import Line, Place
from site_tools.posts.project_files import is_file, is_within
from site_tools.posts.text import split_lines

_PASTE = re.compile(r"""(?P<indent>\s*)(?P<hash>\#\s*)?--8<--\s+(['"])(?P<name>[^'"]+)\3\s*""")
_SECTION = re.compile(r"\s*(\#|<!--)?\s*--8<--\s+\[(?P<edge>start|end):(?P<name>[\w-]+)\].*")
_ESCAPED = re.compile(r"(\s*(?:\#\s*)?);(--8<--.*)")


@dataclass(frozen=True, slots=True)
class Snippets:
    """The snippets folder of a project."""

    folder: Path
    root: Path

    def expand(self, lines: tuple[Line, ...], *, in_code: bool) -> tuple[Line, ...]:
        """Return the lines with every snippet pasted in.

        Raises BadPost when a snippet is missing, or includes itself.
        """
        return tuple(self._expand(lines, in_code=in_code, inside=()))

    def _expand(
        self, lines: tuple[Line, ...], *, in_code: bool, inside: tuple[str, ...]
    ) -> Iterator[Line]:
        for line in lines:
            paste = _PASTE.fullmatch(line.text)
            if paste is None or bool(paste["hash"]) is not in_code:
                escaped = _ESCAPED.fullmatch(line.text)
                yield replace(line, text=escaped[1] + escaped[2]) if escaped else line
                continue
            name = paste["name"]
            if name in inside:
                chain = " → ".join((*inside, name))
                raise _bad(
                    line.place,
                    f"snippet `{name}` includes itself: {chain}.",
                    "Remove one of these lines.",
                )
            pasted = self._lines(name, line.place)
            for inner in self._expand(pasted, in_code=in_code, inside=(*inside, name)):
                text = paste["indent"] + inner.text if inner.text else ""
                yield Line(text, inner.place)

    def _lines(self, name: str, place: Place) -> tuple[Line, ...]:
        file, _, section = name.partition(":")
        path = self.folder / file
        if not is_within(path, self.folder):
            what = f"`{file}` is not in {self.folder.name}/."
            raise _bad(place, what, "Move it there: only that folder is pasted from.")
        if not is_file(path):
            known = [p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*.*")]
            remedy = nearest(file, known) or f"Write {self.folder.name}/{file} first."
            raise _bad(place, f"there is no snippet `{file}`.", remedy)
        where = path.relative_to(self.root).as_posix()
        try:
            texts = split_lines(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise _bad(Place(where, 1), "the snippet is not UTF-8.", "Save it as UTF-8.") from None
        lines = [Line(text, Place(where, i)) for i, text in enumerate(texts, start=1)]
        if section:
            lines = _section(lines, section, place, file)
        return tuple(line for line in lines if not _SECTION.fullmatch(line.text))


def _section(lines: list[Line], section: str, place: Place, file: str) -> list[Line]:
    edges = {}
    for i, line in enumerate(lines):
        edge = _SECTION.fullmatch(line.text)
        if edge and edge["name"] == section:
            edges[edge["edge"]] = i
    if set(edges) != {"start", "end"} or edges["start"] > edges["end"]:
        remedy = f"Mark it with `--8<-- [start:{section}]` and `--8<-- [end:{section}]`."
        raise _bad(place, f"snippet `{file}` has no section `{section}`.", remedy)
    return lines[edges["start"] + 1 : edges["end"]]


def _bad(place: Place, what: str, remedy: str) -> BadPost:
    return BadPost([Problem(place, what, remedy)])
