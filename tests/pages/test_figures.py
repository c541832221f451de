from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from site_tools.checks.output_cleaning import fit, shown_kind
from site_tools.pages.figures import figure_of

PAGE = "M 0 90 L 120 90 L 120 0 L 0 0 L 0 90 z"
AXES = "M 20 70 L 100 70 L 100 10 L 20 10 z"


def drawing(ground: str, axes: str = "fill: none", inside: str = "") -> str:
    """Return a figure as matplotlib writes it: a patch of the figure, and one of its axes."""
    return (
        '<svg width="120pt" height="90pt" viewBox="0 0 120 90" xmlns="http://www.w3.org/2000/svg">'
        f'<defs><style>*{{}}</style></defs><g id="figure_1"><g id="patch_1">'
        f'<path d="{PAGE}" style="{ground}"/></g><g id="axes_1"><g id="patch_2">'
        f'<path d="{AXES}" style="{axes}"/></g><path d="M 0 0 L 9 9" style="fill: none"/>{inside}'
        "</g></g></svg>"
    )


@pytest.mark.parametrize(("inches", "least"), [(4.8, 0), (5, 0), (6.4, 460), (10.5, 756)])
def test_wide_drawing_scrolls_before_its_text_is_too_small(inches: float, least: int) -> None:
    svg = drawing("fill: none").replace('width="120pt"', f'width="{72 * inches:g}pt"')
    figure = figure_of(fit({"image/svg+xml": svg}))
    assert figure
    tag = figure.html("a.svg", "What it shows")
    assert tag.startswith('<div class="broad" tabindex="0"' if least else "<img ")
    assert (f"min-width:{least}px" in tag) == bool(least)
    assert ("min-width" in tag) == bool(least)


def test_photograph_shrinks_to_any_page() -> None:
    data = io.BytesIO()
    Image.new("RGB", (2000, 10)).save(data, "PNG")
    figure = figure_of({"image/png": base64.b64encode(data.getvalue()).decode("ascii")})
    assert figure
    assert figure.html("a.png", "A line").startswith("<img ")


def look(svg: str) -> str:
    figure = figure_of(fit({"image/svg+xml": svg}))
    assert figure
    return figure.look


@pytest.mark.parametrize(
    ("ground", "axes", "wanted"),
    [
        ("fill: none", "fill: none", "drawing"),
        ("fill: #ffffff", "fill: #ffffff", "drawing"),
        ("fill: #ffffff", "fill: #e5e5e5", "drawing"),  # ggplot
        ("fill: #000000; opacity: 0", "fill: none", "drawing"),
        ("fill: #000000", "fill: #000000", "own-ground"),  # dark_background
        ("fill: #2d3047", "fill: none", "own-ground"),
        ("fill: #d8e8d0", "fill: none", "own-ground"),
        ("fill: none", "fill: #101020", "own-ground"),
        ("fill: #ffffff", "fill: #000000", "own-ground"),
    ],
)
def test_background_of_a_drawing_is_seen(ground: str, axes: str, wanted: str) -> None:
    assert look(drawing(ground, axes)) == wanted


@pytest.mark.parametrize(
    "first",
    [
        '<g id="text_1"><g transform="scale(0.1)"><path d="M 0 0 L 9 9 z"/></g></g>',
        f'<g id="patch_2"><path d="{AXES}" clip-path="url(#a)" style="fill: #0a6b5c"/></g>',
        '<g id="patch_2"><path d="M 0 0 L 9 9" style="fill: none; stroke: #000000"/></g>',
    ],
    ids=["text", "dark-bar", "arrow"],
)
def test_what_is_drawn_without_axes_is_no_background(first: str) -> None:
    axes = f'<g id="patch_2"><path d="{AXES}" style="fill: none"/></g>'
    svg = drawing("fill: none")
    assert axes in svg
    assert look(svg.replace(axes, first)) == "drawing"


def test_drawing_with_a_picture_lies_on_paper_unless_it_has_a_background() -> None:
    picture = '<image width="9" height="9" href="data:image/png;base64,AAAA"/>'
    assert look(drawing("fill: none", inside=picture)) == ""
    assert look(drawing("fill: #000000", inside=picture)) == "own-ground"


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ('<rect width="30" height="20"/>', "own-ground"),
        ('<rect width="100%" height="100%" fill="navy"/>', "own-ground"),
        ('<rect width="30" height="20" fill="white"/>', "drawing"),
        ('<rect width="9" height="9"/>', "drawing"),
        ('<circle r="9"/>', "drawing"),
        ('<rect width="30" height="20" fill="url(#a)"/>', "drawing"),
        ("", "drawing"),
        ('<path d="M ' + "1" * 5_000 + 'x"/>', "drawing"),
        ('<path d="M 0 0 L 9 9 L 0"/>', "drawing"),
        ('<path d="M LLLLLLLL"/>', "drawing"),
        ('<rect width="a" height=""/>', "drawing"),
        ('<rect style="fill: ; opacity: 0.1.1" width="30" height="20"/>', "drawing"),
        ("<g>" * 3_000 + "</g>" * 3_000, "drawing"),
        ('<path d="M 0 0 L 30 0 L 30 20 L 0 20 z"/>', "own-ground"),
    ],
)
def test_background_of_any_svg_is_its_lowest_shape(inside: str, wanted: str) -> None:
    space = 'xmlns="http://www.w3.org/2000/svg"'
    assert look(f'<svg viewBox="0 0 30 20" {space}>{inside}</svg>') == wanted
    assert look(f'<svg style="background: #123" {space}>{inside}</svg>') == "own-ground"


def picture(form: str, colour: tuple[int, int, int, int]) -> str:
    file = io.BytesIO()
    image = Image.new("RGBA", (30, 20), colour)
    (image.convert("RGB") if form == "jpeg" else image).save(file, form)
    return base64.b64encode(file.getvalue()).decode("ascii")


@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp"])
def test_pictures_of_every_form_have_size_and_background(form: str) -> None:
    dark, light = (picture(form, (n, n, n, 255)) for n in (10, 255))
    data = fit({"text/plain": "<IPython.core.display.Image object>", f"image/{form}": dark})
    assert shown_kind(data) == f"image/{form}"
    figure = figure_of(data)
    assert figure
    assert (figure.width, figure.height, figure.look) == (30, 20, "own-ground")
    assert re.fullmatch("png|jpg|gif|webp", figure.suffix)
    bright = figure_of(fit({f"image/{form}": light}))
    assert bright
    assert bright.look == ""


def test_clear_picture_lies_on_paper() -> None:
    figure = figure_of({"image/png": picture("png", (0, 0, 0, 0))})
    assert figure
    assert figure.look == ""


@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp"])
def test_what_is_no_picture_of_its_form_is_not_shown(form: str) -> None:
    other = picture("gif" if form == "png" else "png", (0, 0, 0, 255))
    for text in (other, "", "not base64", picture(form, (0, 0, 0, 255)) + "\"><script>ran('x')"):
        assert fit({f"image/{form}": text}) == {}


def test_broken_picture_has_no_size() -> None:
    data = picture("png", (0, 0, 0, 255))
    figure = figure_of({"image/png": data[:40]})
    assert figure
    assert (figure.width, figure.height, figure.look) == (0, 0, "")
