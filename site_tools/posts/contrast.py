"""The contrast of a site's colours with their backgrounds (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from site_tools.model.errors import Problem
from site_tools.posts.site_options import Colours, Schemes, channels, mixed
from site_tools.posts.yaml_file import KeyPath, YamlFile

_TEXT, _SIGN = 4.5, 3.0

NEEDED = {
    "ink": _TEXT,
    "soft": _TEXT,
    "accent": _TEXT,
    "hover": _TEXT,
    "goal": _TEXT,
    "faint": _SIGN,
    "learning_off": _SIGN,
}
"""The contrast that each colour needs: of text, or of lines, dots and signs."""

_GROUNDS = ("paper", "code_paper")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, others: Iterable[tuple[str, float]]) -> str:
    """Return the colour, or the nearest darker or lighter one, with these contrasts to others.

    Empty if there is none.
    """
    wanted = list(others)
    for step in range(101):
        for end in ("#000000", "#ffffff"):
            found = mixed(colour, end, step / 100)
            if all(contrast(found, other) >= needed for other, needed in wanted):
                return found
    return ""


def contrast_problems(file: YamlFile, path: KeyPath, schemes: Schemes) -> Iterator[Problem]:
    """Yield colours with too little contrast to their background; `path` leads to the options.

    Only what the site sets is at fault: the defaults go together.
    """
    for scheme, colours in (("light", schemes.light), ("dark", schemes.dark)):
        inside = (*path, "colours", scheme)
        weak = [(name, on) for name in NEEDED for on in _GROUNDS if _is_weak(colours, name, on)]
        for name in dict.fromkeys(name for name, _ in weak if (*inside, name) in file.places):
            yield _problem(file, inside, colours, name, [on for one, on in weak if one == name])
        defaults = [(name, on) for name, on in weak if (*inside, name) not in file.places]
        for on in dict.fromkeys(on for _, on in defaults):
            yield _problem(file, inside, colours, on, [name for name, one in defaults if one == on])


def _needed(one: str, other: str) -> float:
    """Return the contrast that a colour and what is behind it need, whichever comes first."""
    return max(NEEDED.get(one, 0.0), NEEDED.get(other, 0.0))


def _is_weak(colours: Colours, name: str, ground: str) -> bool:
    colour = getattr(colours, name)
    return bool(colour) and contrast(colour, getattr(colours, ground)) < NEEDED[name]


def _problem(
    file: YamlFile, path: KeyPath, colours: Colours, at: str, weak: Sequence[str]
) -> Problem:
    """Return what is wrong with a colour of a scheme, beside those in `weak`."""
    colour = getattr(colours, at)
    measured, worst = min((contrast(colour, getattr(colours, one)), one) for one in weak)
    more = f" (and {', '.join(f'`{one}`' for one in weak if one != worst)})" * (len(weak) > 1)
    what = (
        f"`{at}` of the {path[-1]} scheme, {colour}, is too like `{worst}`, "
        f"{getattr(colours, worst)}{more}: their contrast is {measured:.2f}, and readers need "
        f"{_needed(at, worst):g}."
    )
    others = NEEDED if at in _GROUNDS else _GROUNDS
    seen = [(getattr(colours, one), _needed(at, one)) for one in others if getattr(colours, one)]
    better = readable(colour, seen)
    alike = "Make `paper` and `code_paper` more alike."
    remedy = f'Write `{at}: "{better}"`.' if better else alike
    return replace(file.problem((*path, at), what, remedy), for_readers=True)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1."""
    parts = [part / 255 for part in channels(colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]  # noqa: PLR2004
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
