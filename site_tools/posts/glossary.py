"""The glossary of a site: words that its posts use, explained once for all of them.

It is a page of `docs/`. Each heading of the second level is a term, in all of its forms; the
paragraph below explains it:

    ## Batch, mini-batch

    A handful of examples that share one step.

Any page can link to a term as to any heading. A post links the first use of each by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from markdown_it.token import Token

from site_tools.model.errors import BadProject, Problem
from site_tools.model.source import Place
from site_tools.posts.markdown_parser import parse
from site_tools.posts.project_files import PAGE_HEAD, decode
from site_tools.posts.prose_html import unique
from site_tools.posts.theme_markup import anchor_of, plain_text

_FORM = "Write `## Batch, mini-batch`, and below it a paragraph that explains the word."


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary."""

    forms: tuple[str, ...]
    """How it is written, `("batch", "mini-batch")`; the plural with `s` or `es` belongs to it."""
    anchor: str
    text: str
    """What it means, as HTML without blocks and links."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of a site, and where they are explained."""

    address: str = ""
    """The page, seen from the front page: `glossary/`."""
    terms: tuple[Term, ...] = ()


def read_glossary(path: Path, name: str, address: str) -> Glossary:
    """Read a page of `docs/` by its name there; raises BadProject with what is wrong with it."""
    text = decode(path.read_bytes(), f"docs/{name}")
    match = PAGE_HEAD.match(text)
    head = match[0] if match else ""
    return Glossary(address, terms_in("\n" * head.count("\n") + text[len(head) :], f"docs/{name}"))


def terms_in(text: str, file: str) -> tuple[Term, ...]:
    """Return the terms of a page without its front matter; `file` has it, for messages.

    Raises BadProject with each term that nothing explains, and each word that is explained twice.
    """
    tokens = parse(text)
    found, problems = [], []
    taken: set[str] = set()
    known: dict[str, str] = {}
    for i, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        name = plain_text(tokens[i + 1])
        given = token.meta.get("insecure_attrs", {}).get("id", "")
        anchor = given or unique(anchor_of(escape(name)), taken)
        if token.tag != "h2":
            continue
        forms = tuple(part.strip() for part in name.split(",") if part.strip())
        place = Place(file, (token.map or [0])[0] + 1)
        for form in forms:
            if form.lower() in known:
                what = f"`{form}` is explained twice."
                problems.append(Problem(place, what, "Keep one of the two headings."))
            known[form.lower()] = name
        if i + 3 < len(tokens) and tokens[i + 3].type == "paragraph_open":
            found.append(Term(forms, anchor, _definition(tokens[i + 4])))
        else:
            problems.append(Problem(place, f"nothing explains `{name}`.", _FORM))
    if problems:
        raise BadProject("\n".join(map(str, problems)))
    return tuple(found)


def _definition(inline: Token) -> str:
    """Return a paragraph as HTML without links and emphasis."""
    parts = []
    for token in inline.children or ():
        if token.type == "code_inline":
            parts.append(f"<code>{escape(token.content, quote=False)}</code>")
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "text":
            parts.append(escape(token.content, quote=False))
    return "".join(parts)


@dataclass(slots=True)
class FirstUses:
    """Links the first use of each term on one page to the glossary."""

    address: str
    """Of the glossary, seen from the page."""
    waiting: list[Term]
    """The terms that the page has not used yet."""
    skipped: float = 0
    """Lines to leave as they are: the opening is also shown in lists of posts."""
    _pattern: re.Pattern[str] | None = field(default=None, init=False)

    def linked(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens of one line of prose with its first uses as HTML.

        Links, pictures, code and formulas stay as they are.
        """
        if self.skipped:
            self.skipped -= 1
            yield from tokens
            return
        depth = 0
        for token in tokens:
            depth += token.nesting if token.type in {"link_open", "link_close"} else 0
            if token.type == "text" and not depth:
                yield from self._split(token)
            else:
                yield token

    def _split(self, token: Token) -> Iterator[Token]:
        rest = token.content
        while match := self._search(rest):
            term = next(term for term in self.waiting if match[1].lower() in _lower(term.forms))
            self.waiting.remove(term)
            self._pattern = None
            yield replace(token, content=rest[: match.start()])
            yield Token("html_inline", "", 0, content=_card(term, match[0], self.address))
            rest = rest[match.end() :]
        yield replace(token, content=rest)

    def _search(self, text: str) -> re.Match[str] | None:
        if not self.waiting:
            return None
        if self._pattern is None:
            forms = {form for term in self.waiting for form in term.forms}
            longest = sorted(forms, key=lambda form: (-len(form), form))
            words = "|".join(map(re.escape, longest))
            self._pattern = re.compile(rf"(?<![\w-])({words})(?:s|es)?(?![\w-])", re.IGNORECASE)
        return self._pattern.search(text)


def _lower(forms: Iterable[str]) -> set[str]:
    return {form.lower() for form in forms}


def _card(term: Term, word: str, address: str) -> str:
    """Return a word as a link to its term, with the card that says what it means."""
    name = f"term-{term.anchor}"
    link = f'<a href="{address}#{term.anchor}" aria-describedby="{name}">{escape(word)}</a>'
    card = f'<span class="term-card" role="tooltip" id="{name}" data-search-exclude>'
    return (
        f'<span class="term">{link}{card}<b>{escape(term.forms[0])}</b> {term.text}</span></span>'
    )
