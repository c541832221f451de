"""Letters whose lower case is longer, or an ASCII letter, shift nothing."""

from __future__ import annotations

import pytest

from site_tools.posts.html_tags import without_verbatim


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        ("\u0130\u0130<pre>*a*</pre> b", "\u0130\u0130</pre> b"),
        ("\u0130<PRE>*a*</Pre> b", "\u0130</Pre> b"),
        ("<pre>\u0130\u0130*a*</pre> b", "</pre> b"),
        ("<\u017fvg>a</svg>", "<\u017fvg>a</svg>"),
        ("a <Code>b", "a <Code>b"),
    ],
)
def test_without_verbatim_keeps_the_rest(html: str, rest: str) -> None:
    assert without_verbatim(html) == rest
