"""Words that may be meant are near in spelling, or are not proposed."""

from __future__ import annotations

import pytest

from site_tools.model.errors import misspelt


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("helper.py", "helpers.py"),
        ("points.txt", "points.csv"),
        ("data/point.csv", "data/points.csv"),
        ("category", "categories"),
        ("accurracy", "accuracy"),
        ("discription", "description"),
        ("Tutorials", "tutorials"),
        ("nmupy", "numpy"),
        ("dto", "dot"),
        ("snippets/noisy_line.py", "noisy_line.py"),
        ("/images/cat.png", "cat.png"),
        ("points.csv", "data/points.csv"),
        ("frezee", "freeze"),
        ("sitename", "site_name"),
        ("a-line-that-find-its-slope", "a-line-that-finds-its-slope"),
    ],
)
def test_misspelt_word_is_found(word: str, known: str) -> None:
    assert misspelt(word, ["something", known, "else.py"]) == known


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("letters.py", "helpers.py"),
        ("largest_file", "largest_post"),
        ("train_loss", "test_loss"),
        ("learning_rate", "learning_off"),
        ("a", "b"),
        ("W1", "W2"),
        ("net.W", "net"),
        ("a/b", "a/c"),
        ("posts/", "docs/"),
        ("abc.csv", "abd.py"),
        ("", "a"),
    ],
)
def test_another_word_is_not_proposed(word: str, known: str) -> None:
    assert misspelt(word, [known]) == ""
