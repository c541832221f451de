"""What a drawing may hold; `tests/publishing/test_hostile.py` opens one in a browser."""

from __future__ import annotations

import pytest

from site_tools.checks.svg_cleaning import cleaned

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
XHTML = "http://www.w3.org/1999/xhtml"

HARMLESS = [
    '<rect width="1" height="1" style="fill: url(#paint); clip-path:url( \'#clip\' )"/>',
    '<use xlink:href="#mark" x="3"/>', '<image href="data:image/png;base64,iVBORw0KGgo="/>',
    "<style>* {stroke-linejoin: round}</style>", '<a href="https://example.org/"><text>a</text></a>',
    '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    '<animate attributeName="x" values="0;1" dur="1s"/>',
    '<text aria-label="a\\b">url &amp; b</text>',
]  # fmt: skip
HOSTILE = {
    "script": "<script>ran()</script>",
    "script in another space": f'<h:script xmlns:h="{XHTML}">ran()</h:script>',
    "no space": '<script xmlns="">ran()</script>',
    "handler": '<g onload="ran()"/>',
    "handler in capitals": '<g ONCLICK="ran()"/>',
    "HTML": f'<foreignObject><img xmlns="{XHTML}" src="x" onerror="ran()"/></foreignObject>',
    "link": '<a href="javascript:ran()"><text>a</text></a>',
    "link with a tab": '<a xlink:href=" java&#9;script:ran()"><text>a</text></a>',
    "link to data": '<a href="data:text/html,x"><text>a</text></a>',
    "changed link": '<a><animate attributeName="xlink:href" values="javascript:ran()"/></a>',
    "set handler": '<set attributeName="onmouseover" to="ran()"/>',
    "used file": '<use href="https://example.org/x.svg#a"/>',
    "picture": '<image xlink:href="//example.org/x.png"/>',
    "picture of SVG": '<image href="data:image/svg+xml;base64,AAAA"/>',
    "filter": '<filter><feImage href="https://example.org/x"/></filter>',
    "style": "<style>@import 'https://example.org/x'</style>",
    "attribute of style": '<rect style="background: url(https://example.org/x)"/>',
    "escaped style": '<rect style="fill: u\\72l(//example.org/x)"/>',
    "paint": '<rect fill="url(https://example.org/x#a)"/>',
    "base": '<g xml:base="https://example.org/"/>',
    "event": '<handler xmlns="http://www.w3.org/2001/xml-events">ran()</handler>',
    "style sheet": '<?xml-stylesheet href="https://example.org/x.xsl"?>',
    "frame": f'<iframe xmlns="{XHTML}" srcdoc="x"/>',
}
NO_DRAWING = [
    "", "text", "<svg>", "<svg/>", "<html/>", "\ud800", "<?xml version='1.0'?>",
    f'<!DOCTYPE svg [<!ENTITY a "b">]>{HEAD}&a;</svg>',
    f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}&a;</svg>',
    HEAD + '<g onload="">' * 20_000 + "</g>" * 20_000 + "</svg>",
]  # fmt: skip


@pytest.mark.parametrize("part", HARMLESS)
@pytest.mark.parametrize("before", ["", "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE svg>"])
def test_harmless_drawing_stays_as_it_is(part: str, before: str) -> None:
    svg = f"{before}{HEAD}{part}</svg>"
    assert cleaned(svg) == svg


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_hostile_parts_are_removed(part: str) -> None:
    clean = cleaned(f"{HEAD}before{part}<text>after</text></svg>")
    assert clean is not None
    assert "before" in clean
    assert "after" in clean
    for word in ("ran()", "example.org", "data:", "foreignObject", "iframe", "base="):
        assert word not in clean
    assert cleaned(clean) == clean


def test_another_encoding_is_not_kept() -> None:
    clean = cleaned(f"<?xml version='1.0' encoding='utf-7'?>{HEAD}</svg>")
    assert clean is not None
    assert "utf-7" not in clean


@pytest.mark.parametrize("text", NO_DRAWING, ids=lambda text: repr(text[:40]))
def test_what_is_no_drawing_is_refused(text: str) -> None:
    assert cleaned(text) is None
