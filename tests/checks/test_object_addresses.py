from __future__ import annotations

import time

import pytest

from site_tools.checks.object_addresses import address_in, is_noise, place_of_print
from site_tools.model.source import Cell, Line, Place

AT = "at 0x7f3c00112233>"


@pytest.mark.parametrize(
    "text",
    [
        f"[<matplotlib.lines.Line2D {AT}]",
        f"<__main__.Net {AT}",
        f"<bound method Net.f of <__main__.Net object {AT}>",
        f"{{'whiskers': [<a.Line2D {AT}, <a.Line2D {AT}], 'caps': []}}",
        f"([<matplotlib.axis.XTick {AT}], [Text(0, 0, 'it\\'s')])",
        "<IPython.core.display.HTML object>",
        "<Figure size 640x480 with 1 Axes>",
        "(<Figure size 640x480 with 2 Axes>, array([<Axes: >, <Axes: >], dtype=object))",
        "<Axes: title={'center': 'a'}, xlabel='x'>",
        "<BarContainer object of 10 artists>",
        "Text(0.5, 1.0, 'A title')",
    ],
)  # fmt: skip
def test_value_that_says_nothing_is_noise(text: str) -> None:
    assert is_noise(text)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1.5", "<Vector 1, 2>", f"(2, <__main__.Net {AT})", "<function __main__.f(x)>",
     "(array([1., 2.]), <BarContainer object of 2 artists>)", "x at 0x7f3c00112233"],
)  # fmt: skip
def test_value_that_says_something_is_no_noise(text: str) -> None:
    assert not is_noise(text)


def test_address_is_found_in_any_text_and_named_without_its_digits() -> None:
    assert address_in(f"net: <a.B object {AT} and more") == "<a.B object at 0x…>"
    assert address_in(f"<generator object f {AT}") == "<generator object f at 0x…>"
    assert address_in("<weakref at 0x000001F3C0011223; to 'A' at 0x000001F3C0011224>")
    assert address_in("a < b, a bug at 0x7f3c00112233") == ""
    assert address_in("1 < 2\nat 0x7f3c00112233>") == ""


def test_print_that_has_the_words_of_a_line_is_its_place() -> None:
    source = 'print("a:", a)\nfor b in c:\n    print(f"b: {b}")\nprint("end")'
    lines = tuple(Line(text, Place("x.md", i)) for i, text in enumerate(source.split("\n"), 5))
    cell = Cell("code", Place("x.md", 4), lines)
    assert place_of_print(cell, f"b: <B {AT}").line == 7
    assert place_of_print(cell, f"a: <B {AT}").line == 5
    assert place_of_print(cell, f"<B {AT}").line == 4


@pytest.mark.parametrize(
    "text", ["<function ", "<Axes: ", "<", "<a at 0x", "Text(0, 0, '", "[", "<aAxes"]
)
def test_is_noise_ends_soon(text: str) -> None:
    start = time.process_time()
    is_noise(text * (200_000 // len(text)))
    address_in(text * (200_000 // len(text)))
    assert time.process_time() - start < 5
