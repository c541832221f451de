"""The social card of a page: the picture of 1200 by 630 pixels that a link to it shows elsewhere.

A post's card shows its own learning curve, or every run where there is none. Its bytes depend only
on its content.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.verdict import Evidence
from site_tools.model.post import Post
from site_tools.pages.charts.card_canvas import (
    HEIGHT,
    MOST_WORDS,
    WIDTH,
    Palette,
    Pen,
    Style,
    balanced,
    shortened,
    text_width,
)
from site_tools.pages.charts.card_chart import draw_chart
from site_tools.pages.charts.card_font import drawable, missing
from site_tools.pages.charts.chart_data import ChartData, chart_data
from site_tools.pages.number_text import goal_in_words, shown

_LEFT, _RIGHT = 72, WIDTH - 72
_HEAD, _TITLE, _CLAIM = 50, 122, 572
"""Top of the site's name and of the title; middle of the last line."""

_TITLES = ((70, 2), (60, 2), (52, 3), (44, 4))
"""Sizes of a title, largest first, and how many lines it may have in each."""


Bars = tuple[tuple[float, float, float, float], ...]
"""Bars of a logo: left, top, width and height, as parts of its size."""


@dataclass(frozen=True, slots=True)
class Look:
    """What all cards of a site have in common."""

    site: str
    """Its name."""
    logo: Bars
    palette: Palette


@dataclass(frozen=True, slots=True)
class Content:
    """All that a card shows."""

    site: str
    logo: Bars
    title: str
    text: str
    """The claim, or a paragraph where there is no chart."""
    number: str = ""
    """The metric of the claim, before its text."""
    picture: ChartData | None = None
    palette: Palette = field(kw_only=True)


def logo_bars(svg: str) -> Bars:
    """Return the rectangles of the site's logo, as parts of its size; none of another logo."""
    try:
        root = ET.fromstring(svg)  # noqa: S314  a file of this project
        size = float(root.attrib["viewBox"].split()[2])
        rectangles = [
            [float(element.attrib[name]) / size for name in ("x", "y", "width", "height")]
            for element in root.iter("{http://www.w3.org/2000/svg}rect")
        ]
    except (ET.ParseError, KeyError, IndexError, ValueError):
        return ()
    return tuple((x, y, width, height) for x, y, width, height in rectangles)


def of_site(description: str, look: Look) -> Content:
    """Return the content of the card of all pages that are not posts."""
    name = drawable(look.site)
    return Content(name, look.logo, name, drawable(description), palette=look.palette)


def of_post(post: Post, evidence: Evidence, look: Look) -> Content:
    """Return the content of a post's card: the first claim with a learning curve, or the first."""
    name, title, palette = drawable(look.site), drawable(post.title), look.palette
    if not evidence.verdicts:
        return Content(name, look.logo, title, drawable(post.description), palette=palette)
    verdicts = evidence.verdicts
    verdict = next((v for v in verdicts if isinstance(v.curve, Curve)), verdicts[0])
    goal = verdict.claim.goal
    text = drawable(f"{verdict.claim.says.rstrip('.')} (goal: {goal_in_words(goal)})")
    number = shown(verdict.published.value or 0.0, goal)
    return Content(name, look.logo, title, text, number, chart_data(verdict), palette=palette)


def not_drawn(post: Post) -> str:
    """Return the characters of a post's title and claims that its card leaves out."""
    says = [claim.says for claim in post.claims] or [post.description]
    return missing(" ".join([post.title, *says]))


def draw(content: Content) -> bytes:
    """Return a card as PNG."""
    pen = Pen(content.palette)
    if content.title == content.site:
        _draw_site(pen, content)
        return pen.png()
    _draw_head(pen, content)
    below = _draw_title(pen, content.title)
    if content.picture is None:
        _draw_paragraph(pen, content.text, below + 30)
    else:
        _draw_claim(pen, content)
        draw_chart(pen, content.picture, below + 40)
    return pen.png()


def _draw_head(pen: Pen, content: Content) -> None:
    size = 40
    _draw_logo(pen, content, _LEFT, _HEAD, size)
    pen.text((_LEFT + size + 16, _HEAD + size / 2), content.site, Style(30, 650), "lm")


def _draw_logo(pen: Pen, content: Content, left: float, top: float, size: float) -> None:
    for x, y, width, height in content.logo:
        pen.bar(left + size * x, top + size * y, size * width, size * height, "trained")


def _draw_site(pen: Pen, content: Content) -> None:
    """Draw the card of the site: the logo beside the site's name and description."""
    size, width, style = 380, 640, Style(36, 400, "soft")
    _draw_logo(pen, content, _RIGHT - size, (HEIGHT - size) / 2, size)
    pen.text((_LEFT - 5, HEIGHT / 2 - 46), content.title, Style(92, 750))
    for number, line in enumerate(shortened(content.text.split(), style, width, 4)):
        pen.text((_LEFT, HEIGHT / 2 + 40 + 50 * number), line, style)


def _draw_title(pen: Pen, title: str) -> float:
    """Write the title; return y of its lower end."""
    words, size, lines = title.split(), 0, list[str]()
    for size, most in _TITLES:
        if len(words) <= MOST_WORDS:
            lines = balanced(words, Style(size, 750), _RIGHT - _LEFT, most)
        if lines:
            break
    lines = lines or shortened(words, Style(*_TITLES[-1]), _RIGHT - _LEFT, _TITLES[-1][1])
    first = _TITLE + 0.8 * size
    for number, line in enumerate(lines):
        pen.text((_LEFT - size / 20, first + 1.12 * size * number), line, Style(size, 750))
    return first + size * (1.12 * (len(lines) - 1) + 0.22)


def _draw_paragraph(pen: Pen, text: str, top: float) -> None:
    style = Style(34, 400, "soft")
    for number, line in enumerate(shortened(text.split(), style, 900, 4)):
        pen.text((_LEFT, top + 34 + 48 * number), line, style)


def _draw_claim(pen: Pen, content: Content) -> None:
    number, style = Style(52, 700, "trained"), Style(27, 450, "soft")
    pen.text((_LEFT - 2, _CLAIM), content.number, number, "lm")
    left = _LEFT + text_width(content.number, number) + 28
    lines = shortened(content.text.split(), style, _RIGHT - left, 2)
    for i, line in enumerate(lines):
        pen.text((left, _CLAIM + 36 * (i - (len(lines) - 1) / 2)), line, style, "lm")
