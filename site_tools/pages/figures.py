"""Pictures that a cell has drawn: their file, their size, and how they look in the dark scheme."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree import ElementTree as ET  # only for types: defusedxml parses

from defusedxml import ElementTree

from site_tools.checks.output_cleaning import RASTERS, SVG
from site_tools.checks.svg_cleaning import SVG as SVG_SPACE
from site_tools.posts.attachments import SUFFIXES

LARGEST = 10_000
"""Pixels that a figure may be wide or high. One that says more is shown as wide as the page."""

_NARROW = 360
"""Pixels of a narrow page."""

_SMALLEST = 0.75
"""How far a drawing may shrink on a narrow page, beside which it scrolls: its text, which has 11
points as a rule, then has 11 pixels."""

_MOST_PIXELS = 25_000_000
"""Pixels of a picture that is unpacked to see its background: 100 MB."""

_LIGHT = 0.9
"""Brightness of paper: a background below it is a choice of the author."""

_DARK = 0.4
"""Brightness of axes below which their text is light; grey axes are turned with the rest."""

_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_PIXELS_PER_POINT = 96 / 72
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_RECTANGLE = re.compile(r"\s*M[\sL\d.,-]{7,200}[zZ]?\s*")
_FILL = re.compile(r"(?:^|;)\s*fill\s*:\s*([^;]+)")
_OPACITY = re.compile(r"(?:^|;)\s*(?:fill-)?opacity\s*:\s*([\d.]+)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as a page shows it."""

    kind: str
    """Its format, such as `image/png`."""
    content: bytes
    width: int
    """In CSS pixels; 0 when it does not say, or says nonsense."""
    height: int
    look: str
    """`drawing`: the dark scheme may turn its lightness. `own-ground`: it has a background that is
    part of it. Else it lies on paper."""

    @property
    def suffix(self) -> str:
        """Return the suffix of its file's name."""
        return SUFFIXES[self.kind]

    @property
    def least_width(self) -> int:
        """Return below how many pixels its text could not be read; 0 if no page is so narrow."""
        least = round(_SMALLEST * self.width) if self.kind == SVG else 0
        return least if least > _NARROW else 0

    def html(self, source: str, alt: str, more: str = "") -> str:
        """Return its tag; a wide drawing is in a block that scrolls on a narrow page.

        `more` are further attributes.
        """
        kind = f"figure {self.look}".strip()
        size = f' width="{self.width}" height="{self.height}"' if self.width else ""
        least = f' style="min-width:{self.least_width}px"' if self.least_width else ""
        picture = f'<img alt="{escape(alt)}" class="{kind}"{size}{least}{more} src="{source}">'
        if not least:
            return picture
        return f'<div class="broad" tabindex="0" role="group" aria-label="Figure">{picture}</div>'

    def block(self, source: str, alt: str, more: str = "") -> str:
        """Return the same as a block of its own."""
        picture = self.html(source, alt, more)
        return picture if self.least_width else f"<p>{picture}</p>"


def figure_of(data: Mapping[str, Any]) -> Figure | None:
    """Return the picture in an output that a page shows, or None when there is none."""
    if SVG in data:
        svg = data[SVG]
        width, height = _svg_size(svg)
        content, look, kind = svg.encode("utf-8"), look_of_svg(svg), SVG
    else:
        kind = next((kind for kind in RASTERS if kind in data), "")
        if not kind:
            return None
        content = base64.b64decode(data[kind])
        width, height, look = _read(content)
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        width = height = 0
    return Figure(kind, content, width, height, look)


def _svg_size(svg: str) -> tuple[int, int]:
    tag = _SVG_TAG.search(svg)
    sizes = dict(re.findall(r'\b(width|height)="(\d{1,6}(?:\.\d+)?)pt"', tag[0])) if tag else {}
    width, height = (float(sizes.get(name, 0)) for name in ("width", "height"))
    return round(width * _PIXELS_PER_POINT), round(height * _PIXELS_PER_POINT)


def _read(content: bytes) -> tuple[int, int, str]:
    """Return width, height and look of a picture of pixels; zeros when it cannot be read."""
    from PIL import Image  # noqa: PLC0415  only where there are pictures

    formats = ["PNG", "JPEG", "GIF", "WEBP"]
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # Pillow's, about large pictures
            Image.open(io.BytesIO(content), formats=formats) as image,
        ):
            width, height = image.size
            if width * height > _MOST_PIXELS:
                return width, height, ""
            pixels = image.convert("RGBA")
            corners = [pixels.getpixel(at) for at in _corners(width, height)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        return 0, 0, ""
    opaque = [colour for colour in corners if isinstance(colour, tuple) and colour[3] > 127]  # noqa: PLR2004
    has_ground = len(opaque) == len(corners) and all(_brightness(c) < _LIGHT for c in opaque)
    return width, height, "own-ground" if has_ground else ""


def _corners(width: int, height: int) -> list[tuple[int, int]]:
    return [(x, y) for x in (0, width - 1) for y in (0, height - 1)]


def look_of_svg(svg: str) -> str:
    """Return how a drawing may look in the dark; one with pictures inside is not turned."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return ""
    if _has_ground(root) or any(_brightness(fill) < _DARK for fill in _axes_fills(root)):
        return "own-ground"
    return "" if "<image" in svg else "drawing"


def _has_ground(root: ET.Element) -> bool:
    """Return whether something opaque that is not paper lies below the whole drawing."""
    style = re.search(r"background(?:-color)?\s*:\s*([^;]+)", root.get("style") or "")
    if style and (colour := _colour(style[1])):
        return _brightness(colour) < _LIGHT
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox") or "")]
    first = next(_shapes(root), None)
    if first is None or not _covers(first, box):
        return False
    fill = _fill(first)
    return fill is not None and _brightness(fill) < _LIGHT


def _shapes(parent: ET.Element) -> Iterator[ET.Element]:
    """Yield what is drawn, from the lowest on."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        name = str(element.tag).removeprefix(SVG_SPACE)
        if name in {"g", "a", "svg"}:
            waiting += reversed(element)
        elif name not in {"defs", "metadata", "style", "title", "desc"}:
            yield element


def _covers(shape: ET.Element, box: list[float]) -> bool:
    """Return whether a rectangle is as large as the drawing, or a path of matplotlib that is."""
    if (shape.get("width"), shape.get("height")) == ("100%", "100%"):
        return True
    if str(shape.tag) == f"{SVG_SPACE}rect":
        numbers = [_first_number(shape.get(name)) for name in ("x", "y", "width", "height")]
        left, top, right, bottom = (*numbers[:2], numbers[0] + numbers[2], numbers[1] + numbers[3])
    elif str(shape.tag) == f"{SVG_SPACE}path" and _RECTANGLE.fullmatch(shape.get("d") or ""):
        points = [float(number) for number in _NUMBER.findall(shape.get("d") or "")]
        if len(points) < 8:  # noqa: PLR2004  four corners
            return False
        left, right = min(points[::2]), max(points[::2])
        top, bottom = min(points[1::2]), max(points[1::2])
    else:
        return False
    if len(box) != 4:  # noqa: PLR2004
        return False
    slack = 0.01 * max(box[2:])
    starts = left <= box[0] + slack and top <= box[1] + slack
    return starts and right >= box[0] + box[2] - slack and bottom >= box[1] + box[3] - slack


def _first_number(text: str | None) -> float:
    found = _NUMBER.match(text or "")
    return float(found[0]) if found else 0.0


def _axes_fills(root: ET.Element) -> Iterator[tuple[int, ...]]:
    """Yield the colours below the axes of matplotlib: the first patch of each group `axes_…`.

    Without axes, as after `axis("off")`, there is none, and what comes first is drawn on paper.
    What is drawn is clipped to the axes; their own patch is not.
    """
    for group in root.iter(f"{SVG_SPACE}g"):
        ground = next(iter(group), None)
        if not (group.get("id") or "").startswith("axes_") or ground is None:
            continue
        first = next(_shapes(ground), None)
        if first is None or first.get("clip-path"):
            continue
        if (ground.get("id") or "").startswith("patch_") and (fill := _fill(first)):
            yield fill


def _fill(shape: ET.Element) -> tuple[int, ...] | None:
    """Return the colour with which a shape is filled; None for none, and for what is clear."""
    style = shape.get("style") or ""
    found, opacity = _FILL.search(style), _OPACITY.search(style)
    clear = _first_number(opacity[1] if opacity else shape.get("fill-opacity") or "1")
    return _colour(found[1] if found else shape.get("fill") or "black") if clear > 0.5 else None  # noqa: PLR2004


def _colour(text: str) -> tuple[int, ...] | None:
    from PIL import ImageColor  # noqa: PLC0415

    try:
        colour = ImageColor.getrgb(text.strip())
    except ValueError:
        return None
    return colour if len(colour) == 3 or colour[3] > 127 else None  # noqa: PLR2004


def _brightness(colour: tuple[int, ...]) -> float:
    """Return the luma of a colour (ITU-R BT.601), from 0 to 1."""
    red, green, blue = colour[:3]
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
