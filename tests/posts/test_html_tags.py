"""Tags are read as a browser reads them, also in HTML that is not well-formed."""

from __future__ import annotations

import pytest

from site_tools.posts.html_tags import tags_of, without_comments

READINGS = {
    '<a href="x&amp;y" b=c d>text</a >': "a[href=x&y][b=c][d=] /a",
    "<a =b c = 'd'/><br/>": "a[=b=][c=d] br",
    "<!--><script>": "script",
    "<!---><script>": "script",
    "<!-- <a> --!><i>": "i",
    "<!-- <a> -- > <i>": "",
    "<!doctype html><?php <a> ?><i>": "i",
    "</ a><i>": "i",
    "a < b <i>": "i",
    "<div '\" x><script src=a>": "div['\"=][x=] script[src=a]",
    "<i><a title='never closed><b>": "i",
    "<style><img></style><i>": "style /style i",
    "<textarea><img></textarea><i>": "textarea /textarea i",
    "<svg><style><img></style></svg>": "svg style img /style /svg",
    "<svg></svg><style><img></style>": "svg /svg style /style",
}


@pytest.mark.parametrize("html", READINGS)
def test_reads_tags(html: str) -> None:
    tags = [
        "/" * tag.is_end + tag.name + "".join(f"[{key}={value}]" for key, value in tag.attributes)
        for tag in tags_of(html)
    ]
    assert " ".join(tags) == READINGS[html]


def test_removes_comments_as_a_browser_does() -> None:
    assert without_comments("a<!-->b<!-- c --!>d<!-- e -- f -->g<!-- h") == "abdg"
