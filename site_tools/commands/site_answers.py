"""What the author of a new site says about it: by options, or asked on a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from site_tools.model.errors import BadUsage
from site_tools.posts.contrast import NEEDED, contrast, readable
from site_tools.posts.site_options import Colours, DarkColours
from site_tools.posts.text import CONTROL

_DARK_CONTRAST = 7.0
"""The contrast of the dark scheme's colours: that of enhanced text in WCAG 2.2."""


@dataclass(frozen=True, slots=True)
class NewSite:
    """What the author says about a new site."""

    title: str
    author: str
    url: str
    """Its address; empty while it has none."""
    accent: str
    goal: str
    learning_off: str
    """Three colours of the light scheme."""
    newsletter: str
    """The address of a newsletter; empty without one."""

    def dark(self, name: str) -> str:
        """Return the dark scheme's colour of this name: that of the light one, but lighter."""
        colour, light, dark = getattr(self, name), Colours(), DarkColours()
        if colour == getattr(light, name):
            found: str = getattr(dark, name)
            return found
        return readable(colour, [(one, _DARK_CONTRAST) for one in (dark.paper, dark.code_paper)])


def _title(text: str) -> str:
    return "" if text else "It must not be empty."


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not text or (is_address and not re.search(r"[\s\"'<>\\]", text)):
        return ""
    return f"`{text}` is no address. Begin it with https://."


def _colour(name: str) -> Callable[[str], str]:
    def wrong(text: str) -> str:
        if not re.fullmatch("#[0-9a-f]{6}", text):
            return f"`{text}` is no colour. Write it with six digits, such as {Colours().accent}."
        paper = Colours()
        seen = [(ground, NEEDED[name]) for ground in (paper.paper, paper.code_paper)]
        least, ground = min((contrast(text, ground), ground) for ground, _ in seen)
        if least >= NEEDED[name]:
            return ""
        what = f"`{text}` on {ground} has a contrast of {least:.2f}; readers need {NEEDED[name]:g}"
        return f"{what}. Take a darker one, such as {readable(text, seen)}."

    return wrong


_QUESTIONS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "title": ("Title", _title),
    "author": ("Author", _title),
    "url": ("Address, if it has one", _address),
    "accent": ("Colour of links and of what has learned", _colour("accent")),
    "goal": ("Colour of goals", _colour("goal")),
    "learning_off": ("Colour of what runs with learning off", _colour("learning_off")),
    "newsletter": ("Address of a newsletter, if there is one", _address),
}
"""How each answer is asked for, and what returns what is wrong with it."""


def new_site(folder: Path, answers: Mapping[str, str | None], *, ask: bool) -> NewSite:
    """Return what the author says; raises BadUsage for an answer that cannot be used.

    What `answers` leaves out is asked for until it can be used, or takes its default.
    """
    name = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip().capitalize()
    colours = {key: getattr(Colours(), key) for key in ("accent", "goal", "learning_off")}
    proposed = {"title": name or "A new site", "author": "The editors", **colours}
    given = {}
    for key, (text, _) in _QUESTIONS.items():
        proposal, answer = proposed.get(key, ""), answers.get(key)
        if answer is not None:
            found, wrong = _checked(key, answer)
            if wrong:
                raise BadUsage(f"--{key.replace('_', '-')}: {wrong}")
        else:
            found = _asked(key, text, proposal) if ask else proposal
        given[key] = found
    return NewSite(**given)


def _checked(key: str, answer: str) -> tuple[str, str]:
    """Return an answer in its usual form, and what is wrong with it."""
    text = " ".join(answer.split())
    if key in NEEDED and text:  # a shell takes `#` for a comment
        text = f"#{text.removeprefix('#').lower()}"
    if control := CONTROL.search(text):
        return text, f"it contains the character U+{ord(control[0]):04X}. Leave it out."
    return text, _QUESTIONS[key][1](text)


def _asked(key: str, text: str, proposal: str) -> str:
    """Ask on a terminal until the answer can be used; an empty one takes what is proposed."""
    while True:
        try:
            answer = input(f"{text}{f' [{proposal}]' if proposal else ''}: ").strip() or proposal
        except EOFError:
            answer = proposal
        found, wrong = _checked(key, answer)
        if not wrong:
            return found
        print(wrong)
