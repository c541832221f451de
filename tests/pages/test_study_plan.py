"""The path by weeks: no minute is lost, and calendars are what other programs read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from site_tools.pages.study_plan import calendar, first_day, hours_of, weeks
from tests.support.posts import a_post

POSTS = [
    replace(a_post(slug, 1), read_minutes=read, do_minutes=do, title=title, date=day)
    for slug, read, do, title, day in (
        ("a", 20, 10, "One, two; three", date(2026, 11, 21)),
        ("b", 100, 60, "Ü" * 80, date(2026, 11, 23)),
        ("c", 10, 0, "C", date(2026, 11, 1)),
    )
]


def test_weeks_are_full_and_keep_the_order() -> None:
    plan = weeks(POSTS, 1)
    parts = [[(part.post.slug, part.minutes, part.is_first) for part in week] for week in plan]
    assert parts == [
        [("a", 30, True), ("b", 30, True)],
        [("b", 60, False)],
        [("b", 60, False)],
        [("b", 10, False), ("c", 10, True)],
    ]


@pytest.mark.parametrize("hours", [1, 2, 3, 50])
def test_no_minute_is_lost(hours: int) -> None:
    plan = weeks(POSTS, hours)
    assert sum(part.minutes for week in plan for part in week) == 200
    assert all(sum(part.minutes for part in week) == 60 * hours for week in plan[:-1])


def test_plan_begins_on_the_monday_after_the_newest_post() -> None:
    assert first_day(POSTS) == date(2026, 11, 30)
    assert first_day(POSTS[:1]) == date(2026, 11, 23)


def test_calendar_has_an_event_for_each_week() -> None:
    text = calendar(POSTS, 1, "A site", "https://e.org/")
    lines = text.split("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == 4
    assert "SUMMARY:A site\\, week 1: One\\, two\\; three\\, ÜÜ" in whole
    assert "30 min: https://e.org/posts/a/\\n" in whole
    assert "DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261228" in whole


@pytest.mark.parametrize(
    ("block", "hours"),
    [
        ("<!-- plan 8 2 -->", [2, 8]),
        ("<!--plan 3-->", [3]),
        ("<!-- plan -->", []),
        ("<!-- plan 0 -->", []),
        ("<!-- plan to do -->", []),
        ("text", []),
    ],
)
def test_mark_names_the_hours(block: str, hours: list[int]) -> None:
    assert hours_of(block) == hours
