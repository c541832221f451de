"""What if a number were another one: small charts, and a slider made of them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from site_tools.evidence.variant_evidence import Setting, SweepEvidence, VariantEvidence
from site_tools.model.post import SweepWish
from site_tools.model.run import Failure, Run
from site_tools.pages.charts.sweep_chart import SweepChart, written
from site_tools.pages.sweep_exhibit import sweep_exhibits
from tests.support.runs import CLAIM, a_post, a_run, segment

POST = a_post(CLAIM)
CROSS = "\N{MULTIPLICATION SIGN}"


def _run(value: float) -> Run:
    course = segment([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.5, value])
    return replace(a_run(value), curves={CLAIM.sampled: (course,)})


OWN = Setting(10, (_run(0.4), _run(0.5)), is_own=True)
WORSE = Setting(0.01, (_run(8.0), _run(0.9)))
BETTER = Setting(20, (_run(0.1), _run(0.2)))
STOPPED = Setting(4000, (replace(_run(1), failure=Failure(1, 2, "ValueError: <b>.")),))


def _sweep(*settings: Setting, says: str = "Big <steps>") -> SweepEvidence:
    return SweepEvidence(SweepWish("rate", (), says), settings)


def _html(*settings: Setting) -> str:
    found = VariantEvidence((), (), 0, OWN.runs, (_sweep(*settings),))
    blocks = sweep_exhibits(POST, found)
    return str(blocks[1]) if blocks else ""


def _item(html: str, value: str) -> str:
    return html[html.index(f'data-value="{value}"') :].partition("</li>")[0]


def test_no_sweeps_make_no_section() -> None:
    assert sweep_exhibits(POST, None) == ()
    assert sweep_exhibits(POST, VariantEvidence((), (), 0, OWN.runs)) == ()


def test_each_value_has_a_chart_and_its_number_in_words() -> None:
    html = _html(WORSE, OWN, BETTER, STOPPED)
    assert "0.9 to 8</b> 1 of 2 starts reach the goal" in _item(html, "0.01")
    assert "0.1 to 0.2</b> 2 of 2 starts reach the goal" in _item(html, "20")
    assert "as in the post" in _item(html, "10")
    assert "stops</b> <code>ValueError: &lt;b&gt;</code>" in _item(html, "4_000")
    assert re.findall(r'data-kind="(\w+)"', html) == ["worse", "same", "better", "stops"]


def test_small_charts_draw_each_start_over_those_of_the_post() -> None:
    item = _item(_html(WORSE, OWN), "0.01")
    pale, dark = item.partition('<g class="variant">')[::2]
    assert (pale.count('class="trained"'), dark.count("<path")) == (2, 2)
    assert '<g class="variant"></g>' in _item(_html(WORSE, OWN), "10")


def test_slider_begins_at_the_value_of_the_post() -> None:
    html = _html(WORSE, OWN, BETTER)
    assert 'min="0" max="2" value="1" step="1" aria-label="rate"' in html
    assert "Big &lt;steps&gt;. The program was run from 2 random starts" in html


def test_without_samples_the_numbers_remain() -> None:
    bare = [Setting(1, (a_run(0.5),), is_own=True), Setting(2, (a_run(3.0),))]
    html = str(sweep_exhibits(POST, VariantEvidence((), (), 0, bare[0].runs, (_sweep(*bare),)))[1])
    assert "3</b> 0 of 1 starts" in html
    assert "strike-chart" not in html
    assert html.count("<circle") == 2


def test_dots_are_filled_where_the_goal_is_reached() -> None:
    svg = SweepChart(_sweep(WORSE, OWN, STOPPED), CLAIM).svg
    columns = svg.split('<g class="value">')[1:]
    kinds = [re.findall(rf"trained|missed|{CROSS}", column) for column in columns]
    assert kinds == [["missed", "trained"], ["trained", "trained"], [CROSS]]


@pytest.mark.parametrize("number", [1, 5, 12])
def test_names_of_values_touch_no_other(number: int) -> None:
    settings = [Setting(10.0**i / 1e6, (_run(0.5),), is_own=i == 1) for i in range(number + 1)]
    chart = SweepChart(_sweep(*settings), CLAIM)
    names = {i: written(one.value) for i, one in enumerate(settings)}
    ends = [(chart.columns[i], len(names[i]) * 7 / 2) for i in sorted(chart._named)]
    assert all(a + half < b - other for (a, half), (b, other) in pairwise(ends))
    assert 1 in chart._named


def test_numbers_are_written_as_readers_know_them() -> None:
    assert [written(v) for v in (10000, 0.01, 1e-05, 2.0)] == ["10,000", "0.01", "0.00001", "2"]
    assert written(4000, "_") == "4_000"
