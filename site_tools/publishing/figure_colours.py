"""The colours in which figures are drawn by default → the colours of the site.

A post's code draws with the colours of `running/matplotlibrc`, which are the same on every site: a
site that changes its colours runs no post again. A page shows those of the site in their place.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from site_tools.checks.output_cleaning import SVG
from site_tools.model.run import Output, Run
from site_tools.posts.contrast import NEEDED, readable
from site_tools.posts.site_options import Colours, channels

CYCLE = ("#1f5faf", "#a84220", "#8a2f6c", "#a67c01", "#7d838c", "#0a6b5d")
INK, SOFT = "#1b1d21", "#565b63"
"""The colours in `running/matplotlibrc`: of lines in their order, of labels, of axes.

They are the default colours of a site, but for the last bit: a colour that an author wrote is not
taken for one of them, and stays.
"""

_OTHERS = ("#0a5c8a", "#8a2f6b", "#a67c00", "#0a6b5c", "#5b4aa8")
"""Blue, plum, ochre, teal, violet: lines have three of them, first those unlike the site's own."""

_NEAR = 25 / 360
"""Of the circle of hues: the lines of one chart must not be that near to each other."""


def in_colours(run: Run, colours: Colours) -> Run:
    """Return a run whose drawings have a scheme's colours where they had the default ones."""
    of_site = dict(
        zip((*CYCLE, INK, SOFT), (*_cycle(colours), colours.ink, colours.soft), strict=True)
    )
    marks = re.compile("|".join(of_site))
    cells = ([_drawn(output, marks, of_site) for output in cell] for cell in run.outputs)
    return replace(run, outputs=tuple(map(tuple, cells)))


def _cycle(colours: Colours) -> tuple[str, ...]:
    """Return the colours of lines: of what learns, of its goal, and with learning off the fifth."""
    own = (colours.accent, colours.goal)
    by_likeness = sorted(_OTHERS, key=lambda other: any(_is_near(other, one) for one in own))
    paper = (colours.paper, NEEDED["learning_off"])
    first, second, third = (readable(other, [paper]) or other for other in by_likeness[:3])
    return (*own, first, second, colours.learning_off, third)


def _is_near(one: str, other: str) -> bool:
    apart = abs(_hue(one) - _hue(other))
    return min(apart, 1 - apart) < _NEAR


def _hue(colour: str) -> float:
    return colorsys.rgb_to_hls(*(part / 255 for part in channels(colour)))[0]


def _drawn(output: Output, marks: re.Pattern[str], of_site: Mapping[str, str]) -> Output:
    data: dict[str, Any] = output.get("data", {})
    if SVG not in data:
        return output
    drawing = marks.sub(lambda found: of_site[found[0]], data[SVG])
    return {**output, "data": {**data, SVG: drawing}}
