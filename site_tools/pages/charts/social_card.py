"""What a link to a page looks like elsewhere: a picture of 1200 by 630 pixels.

A post's card shows its own learning curve, or every run where there is none. The bytes depend on
nothing but the content, so a card is drawn once and then found by its key. Pillow and the font are
loaded only when a card must be drawn.
"""

from __future__ import annotations

import hashlib
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata, resources
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from site_tools.atomic_write import write_whole
from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.model.goals import Goal, in_words, show
from site_tools.model.post import Post
from site_tools.pages.charts.axis import Axis, axis_for, axis_of_counts, ticks, ticks_of_counts
from site_tools.pages.charts.learning_curve_svg import is_free
from site_tools.pages.charts.strip_plot import Group, groups_of, stacked

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

DRAWING = 1
"""Raise it when the same content is to look different."""

WIDTH, HEIGHT = 1200, 630
"""The size, in pixels, that the sites which show cards ask for."""

PAPER, INK, SOFT, LINE = "#fffdf9", "#1c1b1a", "#5f5a54", "#e6e0d6"
TRAINED, OFF, GOAL = "#0a6b5c", "#8a8178", "#a63d20"
"""The colours of the light scheme, as in elevenlines.css."""

_FINER = 3
"""Everything is drawn this many times as large, then made smaller: so its edges are smooth."""

_PALETTE = 128
"""Enough for a few colours and their soft edges; the file is a third as large as with all."""

_LEFT, _RIGHT = 72, WIDTH - 72
_HEAD, _TITLE, _BASE, _CLAIM = 50, 122, 486, 572
"""Where the site's name and the title begin, where the picture ends; the last line's middle."""

_TITLES = ((70, 2), (60, 2), (52, 3), (44, 4))
"""Sizes of a title, and in how many lines it may stand in each."""

_MOST_WORDS = 28
"""What follows in a longer text is left out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What there is to draw of a claim."""

    goal: Goal
    groups: tuple[Group, ...]
    """Every run of the experiment."""
    trained: Points
    off: Points
    unit: str
    """What a curve's points count; no points where there is no curve."""


@dataclass(frozen=True, slots=True)
class Content:
    """All that a card says."""

    site: str
    logo: tuple[tuple[float, float, float, float], ...]
    """Bars of the logo: left, top, width and height, as parts of its size."""
    title: str
    text: str
    """A line, or a paragraph where there is no picture."""
    number: str = ""
    """What the line begins with."""
    picture: Picture | None = None


_END = b"IEND\xaeB\x60\x82"
"""How a whole PNG ends."""


class Cards:
    """The cards that were drawn already, in a folder; those that nobody asks for again go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: set[str] = set()

    def png(self, content: Content) -> bytes:
        """Return a card, drawn now or earlier."""
        path = self.folder / f"{_key(content)}.png"
        self.asked.add(path.name)
        data = path.read_bytes() if path.is_file() else b""
        if not data.endswith(_END):
            data = draw(content)
            with suppress(OSError):  # then it is drawn again the next time
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)
        return data

    def forget(self) -> None:
        """Delete the cards that were not asked for."""
        for path in self.folder.glob("*.png"):
            if path.name not in self.asked:
                path.unlink(missing_ok=True)


def _key(content: Content) -> str:
    versions = [metadata.version(name) for name in ("pillow", "fontpkg-inter")]
    parts = [DRAWING, *versions, asdict(content)]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


def logo_bars(svg: str) -> tuple[tuple[float, float, float, float], ...]:
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


def of_site(
    site: str, description: str, logo: Sequence[tuple[float, float, float, float]]
) -> Content:
    """Return what the card of a page says that is no post."""
    return Content(site, tuple(logo), site, description)


def of_post(
    post: Post, evidence: Evidence, site: str, logo: Sequence[tuple[float, float, float, float]]
) -> Content:
    """Return what a post's card says: the claim with a learning curve, or else the first."""
    if not evidence.verdicts:
        return Content(site, tuple(logo), post.title, post.description)
    verdicts = evidence.verdicts
    verdict = next((v for v in verdicts if isinstance(v.curve, Curve)), verdicts[0])
    goal = verdict.claim.goal
    text = f"{verdict.claim.says.rstrip('.')} (goal: {in_words(goal)})"
    number = show(verdict.published.value or 0.0, goal)
    return Content(site, tuple(logo), post.title, text, number, _picture(verdict))


def _picture(verdict: Verdict) -> Picture:
    goal, groups = verdict.claim.goal, tuple(groups_of(verdict))
    if not isinstance(verdict.curve, Curve):
        return Picture(goal, groups, Points(), Points(), "")
    curve = verdict.curve
    return Picture(goal, groups, curve.trained, curve.off, curve.unit)


def draw(content: Content) -> bytes:
    """Return a card as PNG."""
    pen = _Pen()
    if content.title == content.site:
        _draw_site(pen, content)
        return pen.png()
    _draw_head(pen, content)
    below = _draw_title(pen, content.title)
    if content.picture is None:
        _draw_paragraph(pen, content.text, below + 30)
    else:
        _draw_claim(pen, content)
        draw_picture = _draw_curve if content.picture.trained.values else _draw_strip
        draw_picture(pen, content.picture, below + 40)
    return pen.png()


@dataclass(frozen=True, slots=True)
class _Style:
    """How text looks."""

    size: int
    weight: int
    colour: str = INK


@cache
def _font(style: _Style) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415

    file = resources.files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
    font = ImageFont.truetype(str(file), style.size * _FINER)
    font.set_variation_by_axes([min(max(style.size, 14), 32), style.weight])
    return font


def _wide(text: str, style: _Style) -> float:
    """Return the width of a line, in pixels."""
    return _font(style).getlength(text) / _FINER


class _Pen:
    """Draws on paper, in pixels of the card."""

    def __init__(self) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415

        self.image: Image.Image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), PAPER)
        self.draw: ImageDraw.ImageDraw = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """Return what was drawn."""
        from PIL import Image  # noqa: PLC0415

        file = io.BytesIO()
        small = self.image.reduce(_FINER)
        few = small.quantize(_PALETTE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG")
        return file.getvalue()

    def bar(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """Draw a rectangle with round ends."""
        box = [_FINER * n for n in (left, top, left + width, top + height)]
        self.draw.rounded_rectangle(box, _FINER * min(width, height) / 2, fill=colour)

    def line(self, places: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        """Draw a line through places, with round ends and corners."""
        finer = [(_FINER * x, _FINER * y) for x, y in places]
        self.draw.line(finer, fill=colour, width=round(_FINER * width), joint="curve")
        for place in (places[0], places[-1]):
            self.dot(place, width / 2, colour)

    def dashes(self, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        """Draw a line of dashes that is level or upright."""
        (x, y), (right, bottom) = start, end
        while x < right or y < bottom:
            width, height = min(10, right - x), min(10, bottom - y)
            self.bar(x - 1.5 * (not width), y - 1.5 * (not height), width or 3, height or 3, colour)
            x, y = min(x + 17, right), min(y + 17, bottom)

    def dot(
        self, place: tuple[float, float], radius: float, colour: str, *, hollow: bool = False
    ) -> None:
        """Draw a dot."""
        x, y = place
        box = [_FINER * n for n in (x - radius, y - radius, x + radius, y + radius)]
        fill = PAPER if hollow else colour
        self.draw.ellipse(box, fill=fill, outline=colour, width=3 * _FINER)

    def text(
        self, place: tuple[float, float], text: str, style: _Style, anchor: str = "ls"
    ) -> None:
        """Write a line; `anchor` says which point of it stands at the place, as in Pillow."""
        x, y = (_FINER * n for n in place)
        self.draw.text((x, y), text, fill=style.colour, font=_font(style), anchor=anchor)


def balanced(words: Sequence[str], style: _Style, width: float, most: int) -> list[str]:
    """Return words in as few lines as possible, all about as long; none when they do not fit."""
    for lines in range(1, min(most, len(words)) + 1):
        choices = [
            [" ".join(words[i:j]) for i, j in pairwise([0, *cuts, len(words)])]
            for cuts in combinations(range(1, len(words)), lines - 1)
        ]
        widths = [max(_wide(line, style) for line in choice) for choice in choices]
        if min(widths) <= width:
            return choices[widths.index(min(widths))]
    return []


def _shortened(words: Sequence[str], style: _Style, width: float, most: int) -> list[str]:
    """Return as many of the words as there is room for, in lines."""
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        kept = list(words[:count])
        if count < len(words):
            kept[-1] = kept[-1].rstrip(".,;:") + "…"
        if lines := balanced(kept, style, width, most):
            return lines
    word = words[0] if words else ""
    while word and _wide(f"{word}…", style) > width:
        word = word[:-1]
    return [f"{word}…"] if word else []


def _draw_head(pen: _Pen, content: Content) -> None:
    size = 40
    _draw_logo(pen, content, _LEFT, _HEAD, size)
    pen.text((_LEFT + size + 16, _HEAD + size / 2), content.site, _Style(30, 650), "lm")


def _draw_logo(pen: _Pen, content: Content, left: float, top: float, size: float) -> None:
    for x, y, width, height in content.logo:
        pen.bar(left + size * x, top + size * y, size * width, size * height, TRAINED)


def _draw_site(pen: _Pen, content: Content) -> None:
    """Draw the card of a page that is no post: the logo beside the site's name and description."""
    size, width, style = 380, 640, _Style(36, 400, SOFT)
    _draw_logo(pen, content, _RIGHT - size, (HEIGHT - size) / 2, size)
    pen.text((_LEFT - 5, HEIGHT / 2 - 46), content.title, _Style(92, 750))
    for number, line in enumerate(_shortened(content.text.split(), style, width, 4)):
        pen.text((_LEFT, HEIGHT / 2 + 40 + 50 * number), line, style)


def _draw_title(pen: _Pen, title: str) -> float:
    """Write the title; return where it ends."""
    words, size, lines = title.split(), 0, list[str]()
    for size, most in _TITLES:
        if len(words) <= _MOST_WORDS:
            lines = balanced(words, _Style(size, 750), _RIGHT - _LEFT, most)
        if lines:
            break
    lines = lines or _shortened(words, _Style(*_TITLES[-1]), _RIGHT - _LEFT, _TITLES[-1][1])
    first = _TITLE + 0.8 * size
    for number, line in enumerate(lines):
        pen.text((_LEFT - size / 20, first + 1.12 * size * number), line, _Style(size, 750))
    return first + size * (1.12 * (len(lines) - 1) + 0.22)


def _draw_paragraph(pen: _Pen, text: str, top: float) -> None:
    style = _Style(34, 400, SOFT)
    for number, line in enumerate(_shortened(text.split(), style, 900, 4)):
        pen.text((_LEFT, top + 34 + 48 * number), line, style)


def _draw_claim(pen: _Pen, content: Content) -> None:
    number, style = _Style(52, 700, TRAINED), _Style(27, 450, SOFT)
    pen.text((_LEFT - 2, _CLAIM), content.number, number, "lm")
    left = _LEFT + _wide(content.number, number) + 28
    lines = _shortened(content.text.split(), style, _RIGHT - left, 2)
    for i, line in enumerate(lines):
        pen.text((left, _CLAIM + 36 * (i - (len(lines) - 1) / 2)), line, style, "lm")


_COLOURS = {"trained": TRAINED, "off": OFF, "shuffled": OFF}
_NAMES = {"trained": "trained", "off": "learning off", "shuffled": "shuffled"}
_NAME, _TICK = 25, 21
"""Sizes of text in a picture."""
_DOTS, _GAP, _RADIUS = 206, 30, 8.5


def _name(kind: str) -> _Style:
    return _Style(_NAME, 650, {"off": SOFT, "shuffled": SOFT, "goal": GOAL}.get(kind, TRAINED))


def _draw_curve(pen: _Pen, picture: Picture, top: float) -> None:
    """Draw the learning curve, every run beside it, and the goal through both."""
    right = _RIGHT - _DOTS - _GAP
    runs = [value for group in picture.groups for value in group.values]
    values = [*runs, *picture.trained.values, *picture.off.values]
    is_up = picture.trained.values[-1] > picture.trained.values[0]
    start, end = (_BASE - 12, top + 34) if is_up else (_BASE - 46, top + 8)
    upright = axis_for(picture.goal, values, start, end)
    places = list(map(upright.at, picture.trained.values))
    across = axis_of_counts(picture.trained.updates, places, _LEFT, right)
    target = upright.at(picture.goal.number)
    _draw_counts(pen, across, picture)
    pen.dashes((_LEFT, target), (_RIGHT, target), GOAL)
    above, below = -14, 33
    beside, opposite = (above, below) if is_up else (below, above)
    pen.text((_RIGHT, target + opposite), f"goal {picture.goal.digits}", _name("goal"), "rs")
    _draw_line(pen, picture.off, across, upright, OFF)
    _draw_line(pen, picture.trained, across, upright, TRAINED)
    pen.text((right, places[-1] + beside), _NAMES["trained"], _name("trained"), "rs")
    if picture.off.values:
        line = _line(picture.trained, across, upright)
        place, width = (
            upright.at(picture.off.values[-1]) + beside,
            _wide(_NAMES["off"], _name("off")),
        )
        at_the_end = is_free(line, right - width, right, place, _NAME)
        x = right - width if at_the_end else _LEFT + 6
        pen.text((x, place), _NAMES["off"], _name("off"))
    placed, rows = stacked(picture.groups, upright, 2 * _RADIUS)
    pitch = min(2 * _RADIUS + 3, (_DOTS - 2 * _RADIUS) / max(rows - 1, 1))
    for kind, place, row in placed:
        x = right + _GAP + _RADIUS + row * pitch
        pen.dot((x, place), _RADIUS, _COLOURS[kind], hollow=kind != "trained")


def _line(points: Points, across: Axis, upright: Axis) -> list[tuple[float, float]]:
    pairs = zip(points.updates, points.values, strict=True)
    return [(across.at(count), upright.at(value)) for count, value in pairs]


def _draw_line(pen: _Pen, points: Points, across: Axis, upright: Axis, colour: str) -> None:
    if points.values:
        pen.line(_line(points, across, upright), colour, 7 if colour == TRAINED else 4)


def _draw_counts(pen: _Pen, across: Axis, picture: Picture) -> None:
    """Draw the axis of updates; the last of them stands at its end."""
    pen.line([(across.start, _BASE), (across.end, _BASE)], LINE, 2)
    style = _Style(_TICK, 450, SOFT)
    last = f"{picture.trained.updates[-1]:,} {picture.unit}"
    pen.text((across.end, _BASE + 28), last, style, "rs")
    for place, name in ticks_of_counts(across, 0.7 * _TICK):
        half = _wide(name, style) / 2
        if place + half < across.end - _wide(last, style) - 20:
            pen.text((max(place - half, _LEFT), _BASE + 28), name, style)
    pen.text((_RIGHT - _DOTS, _BASE + 28), "every run", style)


def _draw_strip(pen: _Pen, picture: Picture, top: float) -> None:
    """Draw every run as a dot, and the goal between them."""
    values = [value for group in picture.groups for value in group.values]
    axis = axis_for(picture.goal, values, _LEFT + 60, _RIGHT - 60)
    target, radius = axis.at(picture.goal.number), 11
    pen.line([(_LEFT, _BASE), (_RIGHT, _BASE)], LINE, 2)
    for value in ticks(axis):
        pen.text((axis.at(value), _BASE + 28), f"{value:g}", _Style(_TICK, 450, SOFT), "ms")
    pen.dashes((target, top + 44), (target, _BASE), GOAL)
    pen.text((target, top + 30), f"goal {picture.goal.digits}", _name("goal"), "ms")
    placed, rows = stacked(picture.groups, axis, 2 * radius + 3)
    pitch = min(2 * radius + 3, (_BASE - top - 90) / rows)
    for kind, place, row in placed:
        y = _BASE - radius - 8 - row * pitch
        pen.dot((place, y), radius, _COLOURS[kind], hollow=kind != "trained")
    _name_groups(pen, picture, axis, top + 66)


def _name_groups(pen: _Pen, picture: Picture, axis: Axis, y: float) -> None:
    """Write each group's name above it, apart from the one before."""
    edge = float(_LEFT)
    middle = {group.kind: axis.at(group.values[len(group.values) // 2]) for group in picture.groups}
    for kind in sorted(middle, key=middle.__getitem__):
        width = _wide(_NAMES[kind], _name(kind))
        left = min(max(middle[kind] - width / 2, edge), _RIGHT - width)
        pen.text((left, y), _NAMES[kind], _name(kind))
        edge = left + width + 24
