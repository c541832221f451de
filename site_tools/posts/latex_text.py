"""LaTeX in a field of a bibliography → plain text, or an address.

pybtex knows accents, Greek letters and dashes. What it leaves is handled here: commands for type,
links, and small formulas. Another command is an error, because the page would show it raw.
(pylatexenc reads more; it drops what it does not know, and has no wheel that a lock could list.)
"""

from __future__ import annotations

import re

from site_tools.model.text import SHOWN, cut

_TYPE = re.compile(
    r"""\\(?:emph|text(?:it|bf|tt|sc|sl|rm|sf|md|up|normal)?|math(?:rm|bf|it|tt|sf|cal|bb)|mbox|hbox
    |enquote|underline|nolinkurl|path)\s*\{([^{}]*)\}""",
    re.VERBOSE,
)
"""Commands that change the type of what they are given, and nothing else."""

_SWITCH = re.compile(
    r"\\(?:em|it|bf|tt|sc|sl|rm|sf|itshape|bfseries|ttfamily|scshape|newblock)(?![a-zA-Z])\s*"
)
_NAME = re.compile(r"\\(LaTeX|TeX|BibTeX)(?![a-zA-Z])(?:\{\}|\s*)")
_ADDRESS = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_FORMULA = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_IN_FORMULA = re.compile(r"\\ensuremath\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_SYMBOL = re.compile(r"\\(?!math|text|mbox)[a-zA-Z]+")
_SPACE = re.compile(r"\\[,;:! ]|\\\\")
_COMMENT = re.compile(r"(?<!\\)%")
_INDEX = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|(\w))")
_TEXT_INDEX = re.compile(r"\\text(super|sub)script\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_RAW = re.compile(r"\\(?:[a-zA-Z]+|.|$)")

_SMALL = {
    "^": str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "_": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
"""Characters that Unicode has above and below the line; others stay beside a `^` or `_`."""


def plain_text(latex: str) -> str:
    """Return LaTeX as text on one line; raises ValueError with a command that cannot be shown."""
    from pybtex.richtext import Text  # noqa: PLC0415

    text, before = _COMMENT.sub(r"\\%", _IN_FORMULA.sub(r"$\1$", _SPACE.sub(" ", latex))), ""
    text = _FORMULA.sub(lambda formula: _formula(formula[1]), text)
    text = _TEXT_INDEX.sub(lambda part: _index("^" if part[1] == "super" else "_", part[2]), text)
    while before != text:  # one inside of the other
        before, text = text, _TYPE.sub(r"\1", _NAME.sub(r"\1 ", _SWITCH.sub("", text)))
        text = _ADDRESS.sub(_shown_address, text)
    try:
        text = str(Text.from_latex(text))
    except Exception:  # noqa: BLE001  a codec of LaTeX may raise anything
        text = re.sub("[{}]", "", text)
    text = _ESCAPED.sub(r"\1", text)
    if raw := _RAW.search(text):
        shown = cut(raw[0], SHOWN)
        raise ValueError(f"has `{shown}`, which no page shows. Write it without LaTeX.")
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def address_in(latex: str) -> str:
    """Return the address in a field, which may be in a command; empty if there is none."""
    command = _ADDRESS.search(latex)
    address = command[1] if command else latex.strip().strip("{}<>")
    return _ESCAPED.sub(
        r"\1", address.replace("\\~{}", "~").replace("\\textasciitilde", "~").strip()
    )


def has_address(latex: str) -> bool:
    """Return whether a field of text gives an address by a command."""
    return bool(_ADDRESS.search(latex))


def _shown_address(command: re.Match[str]) -> str:
    """Return the address of a `url` command as LaTeX; empty for `href`, which has its own text."""
    if command[0].startswith("\\href"):
        return ""
    return re.sub(r"([&%$#_])", r"\\\1", address_in(command[0])).replace("~", "\\textasciitilde ")


def _formula(text: str) -> str:
    """Return a formula whose symbols alone are in dollars, where the codec knows them."""
    symbols = _SYMBOL.sub(lambda symbol: f"${symbol[0]}$", text)
    return _INDEX.sub(lambda part: _index(part[1], part[2] or part[3]), symbols)


def _index(sign: str, text: str) -> str:
    small = text.translate(_SMALL[sign])
    return small if not set(small) & set(text) else f"{sign}{text}".replace("_", "\\_")
