"""Rules for characters that a reader of the code does not see, or takes for others.

A page, a review and an editor show characters; Python reads code points. A control character can
show a line in another order than it runs (CVE-2021-42574), and a Cyrillic `о` makes another name
of `slоpe`. Letters of any alphabet are fine where they cannot be confused: β, Δw, ошибка.
"""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import re
import tokenize
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from site_tools.analysis.syntax import called_name, parse
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.bound_values import values_in_prose

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls of the Unicode bidirectional algorithm: they change the order in which text is shown."""

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Invisible characters whose category does not say so: fillers, blanks and variation selectors."""

_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Needed inside emoji and in Persian and Indic words, so allowed after a letter that is not ASCII.
None of them is allowed in a name."""

_KEYCAP = "\u20e3"
"""Follows a digit and a variation selector in emoji such as a boxed 1."""

_LETTERS = {
    "аАВеЕКМНоОрРсСТуУхХіІјЈѕЅһԁԛԝԜӏҮԌ": "aABeEKMHoOpPcCTyYxXiIjJsShdqwWlYG",  # Cyrillic
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον": "ABEZHIKMNOPTYXov",  # Greek
    "օսհոցզ": "ouhngq",  # Armenian
    "ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ": "ABCDEHJKLMPSTVWZ",  # Cherokee
    "ɑɡıɩ": "agii",  # Latin letters that few readers know
}  # fmt: skip
"""Letters beside the ASCII letters that they look like in most fonts; from the confusables of
Unicode Technical Standard 39, reduced to those that cannot be distinguished."""

_SHAPE = {ord(a): b for row, like in _LETTERS.items() for a, b in zip(row, like, strict=True)}

_CONFUSED = {"CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET"}
"""Alphabets whose letters look like Latin ones; in one word with Latin letters they are refused.
Greek is not among them: `Δw` is common, so only its look-alikes are refused there."""


def lookalike_problems(post: Post) -> Iterator[Problem]:
    """Yield the characters in a post's code and expressions that are not what they look like."""
    spellings: defaultdict[str, dict[str, Place]] = defaultdict(dict)
    for text, places in _texts(post):
        for line, place in zip(text.split("\n"), places, strict=True):
            yield from _hidden_characters(line, place)
        for name, number in _names(text):
            spellings[_skeleton(name)].setdefault(name, places[number - 1])
    for skeleton, found in spellings.items():
        yield from _confusions(skeleton, found)


def _texts(post: Post) -> Iterator[tuple[str, list[Place]]]:
    """Yield everything that Python evaluates, with the place of each of its lines."""
    for cell in post.code_cells:
        yield cell.source, [line.place for line in cell.lines]
    for value in values_in_prose(post):
        yield value.expression, [value.place] * (value.expression.count("\n") + 1)
    for i, claim in enumerate(post.claims):
        for key in ("metric", "baseline", "curve"):
            text: str = getattr(claim, key)
            if text:
                yield text, [post.place_of(f"learns.{i}.{key}")] * (text.count("\n") + 1)


def _hidden_characters(line: str, place: Place) -> Iterator[Problem]:
    """Yield each invisible character of a line, once."""
    for character in dict.fromkeys(_unseen(line)):
        code = ord(character)
        written = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
        shows = "shows this line in another order than it runs"
        what = (
            f"{_named(character)} {shows if character in _BIDI else 'is invisible in this line'}."
        )
        remedy = f"Delete it; where a string needs it, write `{written}`."
        yield Problem(place, what, remedy)


def _unseen(line: str) -> Iterator[str]:
    for i, character in enumerate(line):
        before, after = line[i - 1 : i], line[i + 1 : i + 2]
        joins = character in _JOINERS and (after == _KEYCAP or not (before or "a").isascii())
        category = unicodedata.category(character)
        hidden = category in {"Cf", "Zl", "Zp", "Cc", "Co"} and character != "\t"
        if (hidden or _INVISIBLE.match(character)) and not joins:
            yield character


def _named(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name})"


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Yield the names of a piece of code as they are written, and keys used like names."""
    lines = text.split("\n")
    done = (0, 0)  # the end of the last name
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.start >= done:
                (row, start), (_, end) = token.start, token.end
                # `tokenize` of 3.11 splits a name at characters that the parser accepts.
                line = lines[row - 1]
                while end < len(line) and line[start : end + 1].isidentifier():
                    end += 1
                done = (row, end)
                yield line[start:end], row
    except (tokenize.TokenError, SyntaxError):
        return  # another rule reports it
    for node in ast.walk(parse(text)):
        for field in ("id", "attr", "arg", "name"):  # `tokenize` of 3.11 sees no f-string
            name = getattr(node, field, None)
            if isinstance(name, str) and not name.isascii() and name in text:
                yield name, getattr(node, "lineno", 1)
        match node:
            case ast.Subscript(slice=ast.Constant(value=str() as key)) if key.isidentifier():
                yield key, node.lineno
            case ast.Call(args=[_, ast.Constant(value=str() as key), *_]) if (
                called_name(node) in {"getattr", "setattr", "hasattr"} and key.isidentifier()
            ):
                yield key, node.lineno


def _skeleton(name: str) -> str:
    """Return what a name looks like, in ASCII letters as far as possible."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    return plain.translate(_SHAPE)


def _confusions(skeleton: str, found: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield what is wrong with the names that look alike."""
    known = keyword.iskeyword(skeleton) or hasattr(builtins, skeleton)
    for name, place in found.items():
        if name.isascii():
            continue
        others = [other for other in found if other != name]
        usual = unicodedata.normalize("NFKC", name)
        if joiners := sorted(_JOINERS & set(name)):
            seen = _INVISIBLE.sub("", name)
            what = f"the name `{seen}` contains {_named(joiners[0])}, which is invisible."
            yield Problem(place, what, f"Write `{seen}` anew.")
        elif usual != name and (usual.isascii() or usual in others):
            what = f"`{name}` ({_odd(name, usual)}) is the name `{usual}` to Python."
            yield Problem(place, what, f"Write `{usual}`.")
        elif (others or known) and usual == name:
            other = next(iter(sorted(others, key=lambda one: not one.isascii())), skeleton)
            what = f"the name `{name}` looks like `{other}` and is another: {_odd(name, other)}."
            yield Problem(place, what, f"Write `{other}` if you mean it; else choose another name.")
        elif any(_is_mixed(part) for part in name.split("_")):
            what = f"the name `{name}` mixes alphabets that look alike: {_odd(name, skeleton)}."
            yield Problem(place, what, f"Write it in one alphabet, such as `{skeleton}`.")


def _is_mixed(part: str) -> bool:
    """Return whether a word has Latin letters and others that look like them."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in part if letter.isalpha()}
    shapes = {letter for letter in part if ord(letter) in _SHAPE}
    latin = any(letter.isascii() and letter.isalpha() for letter in part)
    return latin and bool(scripts & _CONFUSED or shapes)


def _odd(name: str, other: str) -> str:
    """Return the characters of a name that the other does not have, with their code points."""
    odd: Iterable[str] = [c for c in dict.fromkeys(name) if c not in other and not c.isascii()]
    return ", ".join(map(_named, odd))
