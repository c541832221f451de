"""Draw on a social card with Pillow: lines, dots, and text that is broken into lines.

Pillow and the font are imported only when something is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Literal

from site_tools.pages.charts.card_font import FONT

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
"""The size, in pixels, that the sites which show cards ask for."""

Ink = Literal["paper", "ink", "soft", "line", "trained", "off", "goal"]
"""What a colour is for."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a card: those of the site's light scheme."""

    paper: str
    ink: str
    soft: str
    line: str
    trained: str
    off: str
    goal: str

    def __getitem__(self, name: Ink) -> str:
        """Return the colour of this name."""
        colour: str = getattr(self, name)
        return colour


_FINER = 3
"""Supersampling: everything is drawn this many times larger, then reduced to smooth edges."""

_PALETTE = 128
"""Colours in the file. Enough for a few colours and their smooth edges, at a third of the size."""

MOST_WORDS = 28
"""Longer texts are cut after this many words."""


@dataclass(frozen=True, slots=True)
class Style:
    """Size, weight and colour of text."""

    size: int
    weight: int
    colour: Ink = "ink"


@cache
def _font(style: Style) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415

    font = ImageFont.truetype(str(FONT), style.size * _FINER)
    font.set_variation_by_axes([min(max(style.size, 14), 32), style.weight])
    return font


def text_width(text: str, style: Style) -> float:
    """Return the width of a line, in pixels."""
    return _font(style).getlength(text) / _FINER


class Pen:
    """Draws on an empty card; all coordinates are pixels of the finished card."""

    def __init__(self, palette: Palette) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415

        self.image: Image.Image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), palette.paper)
        self.palette = palette
        self.draw: ImageDraw.ImageDraw = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """Return the card as PNG."""
        from PIL import Image  # noqa: PLC0415

        file = io.BytesIO()
        small = self.image.reduce(_FINER)
        few = small.quantize(_PALETTE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG")
        return file.getvalue()

    def bar(self, left: float, top: float, width: float, height: float, ink: Ink) -> None:
        """Draw a rectangle with round ends."""
        box = [_FINER * n for n in (left, top, left + width, top + height)]
        self.draw.rounded_rectangle(box, _FINER * min(width, height) / 2, fill=self.palette[ink])

    def line(self, points: Sequence[tuple[float, float]], ink: Ink, width: float) -> None:
        """Draw a line through points, with round ends and corners."""
        finer = [(_FINER * x, _FINER * y) for x, y in points]
        self.draw.line(finer, fill=self.palette[ink], width=round(_FINER * width), joint="curve")
        for point in (points[0], points[-1]):
            self.dot(point, width / 2, ink)

    def dashes(self, start: tuple[float, float], end: tuple[float, float], ink: Ink) -> None:
        """Draw a dashed line, horizontal or vertical."""
        (x, y), (right, bottom) = start, end
        while x < right or y < bottom:
            width, height = min(10, right - x), min(10, bottom - y)
            self.bar(x - 1.5 * (not width), y - 1.5 * (not height), width or 3, height or 3, ink)
            x, y = min(x + 17, right), min(y + 17, bottom)

    def dot(
        self, place: tuple[float, float], radius: float, ink: Ink, *, hollow: bool = False
    ) -> None:
        """Draw a dot."""
        x, y = place
        box = [_FINER * n for n in (x - radius, y - radius, x + radius, y + radius)]
        colour = self.palette[ink]
        fill = self.palette.paper if hollow else colour
        self.draw.ellipse(box, fill=fill, outline=colour, width=3 * _FINER)

    def text(self, place: tuple[float, float], text: str, style: Style, anchor: str = "ls") -> None:
        """Write a line of text; `anchor` is the point of the text at `place`, as in Pillow."""
        x, y = (_FINER * n for n in place)
        self.draw.text(
            (x, y), text, fill=self.palette[style.colour], font=_font(style), anchor=anchor
        )


def balanced(words: Sequence[str], style: Style, width: float, most: int) -> list[str]:
    """Break words into as few lines as possible, of similar length; empty when they do not fit."""
    for lines in range(1, min(most, len(words)) + 1):
        choices = [
            [" ".join(words[i:j]) for i, j in pairwise([0, *cuts, len(words)])]
            for cuts in combinations(range(1, len(words)), lines - 1)
        ]
        widths = [max(text_width(line, style) for line in choice) for choice in choices]
        if min(widths) <= width:
            return choices[widths.index(min(widths))]
    return []


def shortened(words: Sequence[str], style: Style, width: float, most: int) -> list[str]:
    """Break words into lines, and leave out the last words when they do not fit."""
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        kept = list(words[:count])
        if count < len(words):
            kept[-1] = kept[-1].rstrip(".,;:") + "…"
        if lines := balanced(kept, style, width, most):
            return lines
    word = words[0] if words else ""
    while word and text_width(f"{word}…", style) > width:
        word = word[:-1]
    return [f"{word}…"] if word else []
