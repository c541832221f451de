"""What Python calls a cell's code, and the way back from a stack or an exception to the cell."""

from __future__ import annotations

import sys
import traceback

import pytest

from site_tools.worker.code_locations import (
    LONGEST_DETAIL,
    LONGEST_TEXT,
    MOST_PLACES,
    cell_of,
    describe,
    name_of,
    places_in,
    register_source,
    text_of,
    with_readable_warnings,
)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("<cell 1>", 1),
        ("<cell 120>", 120),
        ("<cell 0>", 0),
        ("<cell 01>", 0),
        ("<cell 1234567>", 0),
        ("<cell 1> ", 0),
        ("cell 1", 0),
        ("", 0),
    ],
)
def test_cell_of_knows_only_names_of_cells(name: str, cell: int) -> None:
    assert cell_of(name) == cell


def test_cell_of_inverts_name_of() -> None:
    assert [cell_of(name_of(cell)) for cell in (1, 9, 10, 999_999)] == [1, 9, 10, 999_999]


def test_places_in_keeps_the_order_of_the_stack() -> None:
    stack = (
        "Timeout (0:00:02)!\n"
        '  File "/usr/lib/python3.11/json/decoder.py", line 5 in loads\n'
        '  File "<cell 2>", line 7 in step\n'
        '  File "<cell 1>", line 3 in <module>\n'
        '  File "<cell 0>", line 9 in <module>\n'
    )
    assert list(places_in(stack)) == [(2, 7), (1, 3)]


def test_warnings_name_cell_and_line_at_the_start_of_a_line_only() -> None:
    text = "<cell 2>:13: UserWarning: careful\n  at <cell 2>:14: no\n"
    assert with_readable_warnings(text) == (
        "cell 2, line 13: UserWarning: careful\n  at <cell 2>:14: no\n"
    )


def _raised_by(source: str, cell: int = 3) -> BaseException:
    code = compile(source, register_source(cell, source), "exec")
    try:
        exec(code, {})  # noqa: S102
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError(source)


def test_describe_has_the_innermost_line_first() -> None:
    error = _raised_by("def f():\n    raise KeyError('a')\n\nf()\n")
    described = describe(error)
    assert described.places == [(3, 2), (3, 4)]
    assert described.kinds == ["KeyError", "LookupError", "Exception", "BaseException", "object"]
    assert described.text == "'a'"
    assert "raise KeyError('a')" in described.detail


def test_describe_keeps_the_innermost_of_many_lines() -> None:
    places = describe(_raised_by("def f(n):\n    return 1 / n + f(n - 1)\n\nf(50)\n")).places
    assert places == [(3, 2)] * MOST_PLACES


def test_describe_of_a_syntax_error_has_its_line() -> None:
    with pytest.raises(SyntaxError) as caught:
        compile("a = 1\nb = = 2\n", name_of(2), "exec")
    assert describe(caught.value).places == [(2, 2)]


def test_describe_of_a_syntax_error_elsewhere_has_no_line() -> None:
    with pytest.raises(SyntaxError) as caught:
        compile("b = = 2\n", "elsewhere.py", "exec")
    described = describe(caught.value)
    assert (described.places, described.detail) == ([], "")
    assert describe(SyntaxError("no")).places == []


def test_describe_of_an_error_outside_of_the_post_has_no_traceback() -> None:
    described = describe(ValueError("no"))
    assert (described.text, described.places, described.detail) == ("no", [], "")


def test_describe_counts_the_lines_that_led_to_the_catching_frame() -> None:
    code = compile("\n\nresult = call()\n", name_of(4), "exec")

    def call() -> object:
        return describe(ValueError("no"), sys._getframe()).places

    namespace: dict[str, object] = {"call": call}
    exec(code, namespace)  # noqa: S102
    assert namespace["result"] == [(4, 3)]


def test_text_of_is_one_line_of_limited_length() -> None:
    assert text_of(ValueError("a\n  b\tc")) == "a b c"
    assert len(text_of(ValueError("x" * 1000))) == LONGEST_TEXT


def test_text_of_survives_an_exception_without_text() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise KeyError(1)

    assert "KeyError" in text_of(Odd())


@pytest.mark.parametrize("extra", [0, 1])
def test_long_traceback_loses_its_beginning(monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    text = "x" * (LONGEST_DETAIL + extra)
    monkeypatch.setattr(traceback, "format_exception", lambda _: [text])
    detail = describe(_raised_by("1 / 0")).detail
    assert detail == ("…\n" if extra else "") + text[extra:]
