"""Formulas in prose: their MathML, and what is wrong with them.

They become MathML when pages are staged. Browsers show that by themselves: no script, no font to
fetch, no renderer that must understand TeX. Downloads keep the TeX, which Jupyter shows.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from math_core import LatexError, LatexToMathML

from site_tools.model.errors import Problem, nearest
from site_tools.model.source import Cell
from site_tools.model.text import SHOWN
from site_tools.posts.markdown_parser import inline_tokens, line_starts, parse

LONGEST = 5_000
"""Characters of a formula; from about ten thousand on, the converter's recursion overflows."""

WIDE = 20
"""Symbols of a formula that fit on a phone; a longer one can be scrolled with the keyboard."""

TELLING = 3
"""Letters of an unknown name from which on we say what may have been meant."""

_ANNOTATION = re.compile(r"</?semantics>|<annotation.*</annotation>", re.DOTALL)
_REFERENCE = re.compile(r"<math><mtext>(<a [^>]*>[^<]*</a>)</mtext></math>")
_LATER = re.compile(r'<a href="#([^"]*)">\(\?\?\)</a>')
_LABEL = r'id="{}-([^"]+)"><mtext>\(([^<]*)\)</mtext>'
_ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}(?:(?!\\begin\{).)*?\\end\{\1\}", re.DOTALL)
_UNKNOWN = re.compile(r'Unknown command "\\([a-zA-Z]+)"')


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in prose."""

    tex: str
    is_display: bool
    place: int
    """Where in the prose it begins: the number of its first line, counted from 0."""


def formulas_of(text: str) -> Iterator[Formula]:
    """Yield the formulas of prose, in order."""
    starts = line_starts(text)
    for token in parse(text):
        if token.type in {"math_block", "amsmath"}:
            yield Formula(token.content, is_display=True, place=(token.map or [0])[0])
        elif token.type == "inline":
            for part in inline_tokens([token]):
                if part.type in {"math_inline", "math_inline_double"}:
                    line = bisect_right(starts, part.meta["at"]) - 1
                    yield Formula(part.content, part.type != "math_inline", line)


def equation_numbers(texts: Iterable[str], page: str) -> dict[str, str]:
    r"""Return the number of each equation of a page that has a `\label`, by its name."""
    found: dict[str, str] = {}
    known = list(texts)
    if not any("\\label" in text for text in known):
        return found
    converter = _converter(page)
    for one in (formula for text in known for formula in formulas_of(text)):
        if len(one.tex) <= LONGEST:
            with suppress(LatexError):  # `Typesetter.problems` reports it
                tex = one.tex.strip()
                made = converter.convert_with_global_state(tex, displaystyle=one.is_display)
                found |= dict(re.findall(_LABEL.format(re.escape(page)), made))
    return found


def _converter(page: str) -> LatexToMathML:
    return LatexToMathML(
        annotation=True, fancy_error=False, global_group=True, id_prefix=f"{page}-"
    )


class BadTex(Exception):
    """TeX that cannot be shown."""

    def __init__(self, what: str, remedy: str, offset: int) -> None:
        self.what, self.remedy = what, remedy
        self.offset = offset
        """Where in the formula the fault is."""
        super().__init__(what)


class Typesetter:
    r"""Turns the formulas of one page into MathML.

    From one formula to the next, equation numbers go on and `\newcommand` holds, as in Jupyter.
    """

    def __init__(self, page: str, numbers: Mapping[str, str] | None = None) -> None:
        """Start a page; its name opens the anchors of its equations.

        `numbers` are those of all its equations: a formula may refer to one below it.
        """
        self._numbers = numbers or {}
        self._page = page
        self._converter = _converter(page)

    def problems(self, cell: Cell) -> Iterator[Problem]:
        """Yield what is wrong with the formulas of a prose cell, each with its line."""
        for formula in formulas_of(cell.source):
            try:
                self.html(formula.tex, formula.is_display)
            except BadTex as bad:
                line = formula.place + formula.tex.count("\n", 0, bad.offset)
                yield Problem(cell.lines[line].place, bad.what, bad.remedy)

    def html(self, tex: str, is_display: bool) -> str:  # noqa: FBT001  what a renderer calls
        """Return a formula as HTML.

        A `<span>` holds it, for `<math>` at the start of a line would be a block. Raises BadTex
        for what `problems` would have found.
        """
        mathml = self._mathml(tex, is_display=is_display)
        shown = _REFERENCE.sub(r"\1", _ANNOTATION.sub("", mathml))  # no link inside of `<math>`
        is_wide = len(html.unescape(re.sub(r"<[^>]*>", "", shown))) > WIDE
        focus = ' tabindex="0"' if is_wide else ""
        if is_display:
            return f'<span class="formula display"{focus} data-search-exclude>{mathml}</span>'
        return f'<span class="formula">{shown.replace("<math", f"<math{focus}", 1)}</span>'

    def _reference(self, link: re.Match[str]) -> str:
        """Return the link to an equation below, if there is one."""
        number = self._numbers.get(link[1].removeprefix(f"{self._page}-"))
        return link[0].replace("??", number) if number else link[0]

    def _mathml(self, source: str, *, is_display: bool) -> str:
        tex = source.strip()
        offset = len(source) - len(source.lstrip())
        if len(tex) > LONGEST:
            what = f"this formula has {len(tex):,} characters."
            raise BadTex(what, f"Use at most {LONGEST:,}.", offset)
        try:
            mathml = self._converter.convert_with_global_state(tex, displaystyle=is_display)
        except LatexError as error:
            raise _explained(str(error), tex, offset) from None
        mathml = _LATER.sub(self._reference, mathml)
        if unknown := _LATER.search(mathml):
            what = "this formula refers to an equation that has no label."
            name = unknown[1].removeprefix(f"{self._page}-")
            remedy = nearest(name, self._numbers)
            remedy = remedy or r"Write `\label{…}` in that equation, which must be numbered."
            raise BadTex(what, remedy, offset)
        if (at := _loose_break(tex)) is not None:
            what = r"TeX: `\\` breaks a line only inside of an environment."
            remedy = r"Begin with `\begin{aligned}`, end with `\end{aligned}`."
            raise BadTex(what, remedy, offset + at)
        return mathml


def _explained(error: str, tex: str, start: int) -> BadTex:
    r"""Return what the converter says as we say it.

    Its messages are of the form `12: Unknown command "\fraq".`, with the fault's offset.
    """
    offset, _, said = error.partition(": ")
    at = int(offset)
    if at == len(tex):  # something is missing at an unknown position
        at = 0
    what = "TeX: " + re.sub(r'"([^"]*)"', r"`\1`", said[:1].lower() + said[1:])
    line = tex[tex.rfind("\n", 0, at) + 1 :].partition("\n")[0].strip()
    shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
    remedy = rf"Correct `{shown}`, or write `\$` where a dollar means money."
    if r"\label" in said:
        remedy = r"Put the formula between `\begin{equation}` and `\end{equation}`."
    if unknown := _UNKNOWN.search(said):
        remedy = _likely(unknown[1])
    return BadTex(what, remedy, start + at)


def _likely(name: str) -> str:
    """Return what an unknown command may have been meant to be."""
    likely = _one_letter_off(name) if len(name) >= TELLING else []
    if known := [f"`\\{word}`" for word in likely if _is_known(word)]:
        return f"Did you mean {' or '.join(known[:4])}?"
    return rf"If it is the name of a function, write `\operatorname{{{name}}}`."


def _one_letter_off(word: str) -> list[str]:
    """Return all words that one slip of the finger turns into this one."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    words = {a + b[1:] for a, b in cuts if b}
    words |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    words |= {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    words |= {a + letter + b for a, b in cuts for letter in letters}
    return sorted(words - {word})


def _is_known(command: str) -> bool:
    try:
        LatexToMathML(fancy_error=False).convert_with_local_state(f"\\{command}", displaystyle=True)
    except LatexError as error:
        return not _UNKNOWN.search(str(error))
    return True


def _loose_break(tex: str) -> int | None:
    r"""Return the offset of a `\\` outside of all environments, which would break no line."""
    rest, before = tex, ""
    while rest != before:
        rest, before = _ENVIRONMENT.sub(lambda inner: " " * len(inner[0]), rest), rest
    commands = re.finditer(r"\\(.)", rest, re.DOTALL)
    return next((match.start() for match in commands if match[1] == "\\"), None)
