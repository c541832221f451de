"""The foot of a post: addresses that the site sets as patterns."""

from __future__ import annotations

import pytest

from site_tools.pages.post_frame import address_for

NAMED = {"slug": "a", "title": "50 % & more", "url": "https://e.org/a/", "versions": "Python 3"}
REPOSITORY = "https://github.com/a/b"


@pytest.mark.parametrize(
    ("pattern", "repository", "address"),
    [
        ("", REPOSITORY, ""),
        ("https://e.org/talk?q={slug}", "", "https://e.org/talk?q=a"),
        ("{repository}/new", REPOSITORY, f"{REPOSITORY}/new"),
        ("{repository}/new", f"{REPOSITORY}/", f"{REPOSITORY}/new"),
        ("{repository}/new", "", ""),
        ("https://e.org/?t={title}", "", "https://e.org/?t=50%20%25%20%26%20more"),
        ("https://e.org/?v={versions}", "", "https://e.org/?v=Python%203"),
        ("https://e.org/?u={url}", "", "https://e.org/?u=https%3A%2F%2Fe.org%2Fa%2F"),
    ],
)
def test_address_is_filled_in(pattern: str, repository: str, address: str) -> None:
    assert address_for(pattern, NAMED, repository) == address
