from __future__ import annotations

import time

import pytest

from site_tools.model.terminal_text import collapse, plain


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[0m", "red orange"),
        ("\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\ and", "link and"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x9d0;a title\x9ctext \x9b1mbold", "text bold"),
        ("\x1b]8;;never ends\nnext", "\nnext"),
        ("  0%|    |\r100%|####|\n", "100%|####|\n"),
        ("ab\rc", "cb"),
        ("long line\r\x1b[Kab", "ab"),
        ("\x1b[2K\x1b[1Gline cleared", "line cleared"),
        ("one\x1b[3Gx", "onx"),
        ("12345\b\b\bXY", "12XY5"),
        ("\b\ba", "a"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\x07b\x00c", "abc"),
        ("a\x0cb\x0bc\x85d\u2028e\ufefff", "a\nb\nc\nd\nef"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("  two\tcolumns  ", "  two\tcolumns  "),
        ("שלום \u200f日本 🙂", "שלום \u200f日本 🙂"),
    ],
)
def test_collapse_is_what_a_terminal_shows(printed: str, shown: str) -> None:
    assert collapse(printed) == shown


def test_plain_keeps_all_but_control_sequences() -> None:
    assert plain("\x1b[1ma\x1b[0m\rb\x1b]8;;x\x07c") == "a\rbc"


@pytest.mark.parametrize(
    "text", ["\r", "a\b", "\x1b]", "\x1b[", "\x1b[9999G\b", "\x9d", "\x1b]\x1b"]
)
def test_collapse_ends_soon(text: str) -> None:
    start = time.process_time()
    collapse((text * 50_000)[:50_000])
    assert time.process_time() - start < 5
