"""Names that people distinguish have addresses of their own, which any file system takes."""

from __future__ import annotations

import pytest

from site_tools.posts.page_names import page_name


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Foundations", "foundations"), ("plain Python", "plain-python"), ("C++", "cplusplus"),
        ("C#", "csharp"), ("R&D", "r-and-d"), ("a < b", "a-less-b"), ("Node.js", "nodejs"),
        ("back-propagation", "back-propagation"), ("snake_case", "snake_case"), ("שלום", "שלום"),
    ],
)  # fmt: skip
def test_page_of_a_name(name: str, page: str) -> None:
    assert page_name(name) == page


def test_other_names_have_other_pages() -> None:
    names = [
        "C",
        "C+",
        "C++",
        "C#",
        "a < b",
        "a > b",
        "a = b",
        "🎉",
        "🚀",
        "..",
        ".",
        "/",
        "\u202ea",
    ]
    names += ["x" * 300, "x" * 301, "a" * 60, "é" * 300, "../../up", "a\\b", "a/b", "\0", "~"]
    pages = [page_name(name) for name in names]
    assert len(set(pages)) == len(names)
    for page in pages:
        assert 0 < len(page.encode("utf-8")) < 200
        assert not set(page) & set("./\\\0 <>&\"'")
