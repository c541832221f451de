from __future__ import annotations

from typing import Any

import pytest

from site_tools.checks.output_cleaning import KINDS, fault, fit, shown_kind
from site_tools.checks.text_outputs import markdown_html

NET = "<__main__.Net at 0x7f3c00112233>"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"text/plain": "a", "text/html": "<b>a</b>", "text/latex": "$a$"}, "text/html"),
        ({"text/plain": "a", "text/html": "<script>a</script>"}, "text/plain"),
        ({"text/plain": "a", "text/html": "<video></video>", "text/latex": "$a$"}, "text/latex"),
        ({"text/plain": "a", "text/markdown": "*a*"}, "text/markdown"),
        ({"text/plain": NET, "application/json": {"a": 1}}, "application/json"),
        ({"text/plain": NET}, ""),
        ({"text/plain": f"[1, {NET}]"}, ""),
        ({"application/javascript": "ran()", "text/plain": "<IPython.core.display.J object>"}, ""),
        ({"application/vnd.jupyter.widget-view+json": {"a": 1}, "text/plain": "50%"}, "text/plain"),
        ({"image/bmp": "Qk0="}, ""),
        *(({kind: number}, "") for kind, number in zip(KINDS[:3], [1, None, [2]], strict=True)),
    ],
)
def test_richest_format_that_may_be_shown_is_shown(data: dict[str, Any], kind: str) -> None:
    assert shown_kind(fit(data)) == kind


def test_address_is_left_out_beside_another_format() -> None:
    assert fit({"text/html": "<b>a</b>", "text/plain": NET}) == {"text/html": "<b>a</b>"}


def test_deep_json_is_not_shown() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    assert fit({"application/json": deep}) == {}


@pytest.mark.parametrize(
    "text", ["&#xE000;5&#xE001; $x$", '$x$ <p title="&#xe000;0&#xe001;">', "formula0n0; $x$"]
)
def test_text_that_looks_like_a_held_formula_is_text(text: str) -> None:
    assert markdown_html(text, "name").count("<math") == 1


@pytest.mark.parametrize(
    "text", ["<VegaLite 5 object>", "<IPython.core.display.Javascript object>"]
)
def test_text_that_stands_for_a_format_that_is_lost_is_lost(text: str) -> None:
    assert fit({"text/plain": text, "application/vnd.vega.v5+json": {}}) == {}
    assert fit({"text/plain": f"{text} of 3", "application/x": ""}) != {}


def test_format_that_no_page_has_is_named() -> None:
    assert fault("application/vnd.vega.v5+json", {}) == "cannot be shown on a page"
    assert fit({"text/plain": "<a b>"}) == {"text/plain": "<a b>"}
