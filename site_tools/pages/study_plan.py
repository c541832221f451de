"""The path by weeks: what to read and to rebuild in each, as text and as a calendar.

`<!-- plan 2 4 -->` in a page of `docs/` becomes a plan for two hours a week and one for four. A
calendar needs a first day, and a build has no clock: it begins on the Monday after the newest post.
A script on the page moves it to the next Monday of the reader who imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from site_tools.model.post import Post
from site_tools.model.text import count
from site_tools.pages.reading_order import Step, in_hours
from site_tools.posts.prose_html import plain_html

_MARK = re.compile(r"<!--\s*plan((?:\s+[1-9]\d?)+)\s*-->")
_LINE = 75
"""Most bytes of a line of a calendar (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What to do of one post in one week."""

    post: Post
    minutes: int
    is_first: bool
    """Whether it begins with reading the post."""


Week = tuple[Part, ...]


def hours_of(block: str) -> list[int]:
    """Return the hours a week for which a mark asks; none for another text."""
    match = _MARK.fullmatch(block.strip())
    return sorted({int(hours) for hours in match[1].split()}) if match else []


def file_name(hours: int) -> str:
    """Return the name of a calendar."""
    return f"plan-{hours}-hours.ics"


def weeks(posts: Sequence[Post], hours: int) -> list[Week]:
    """Return what to do in each week: posts in their order, those that take longer in several."""
    done: list[Week] = []
    week: list[Part] = []
    free = 60 * hours
    for post in posts:
        left = post.read_minutes + post.do_minutes
        is_first = True
        while left:
            now = min(left, free)
            week.append(Part(post, now, is_first))
            left, free, is_first = left - now, free - now, False
            if not free:
                done.append(tuple(week))
                week, free = [], 60 * hours
    return [*done, tuple(week)] if week else done


def plans(steps: Sequence[Step], hours: Sequence[int], base: str) -> list[str]:
    """Return a folded plan for each number of hours; `base` leads to the front page."""
    posts = [step.post for step in steps]
    return [_plan(weeks(posts, each), each, base) for each in hours]


def _plan(plan: Sequence[Week], hours: int, base: str) -> str:
    items = "\n".join(f"<li>{_week(week, base)}</li>" for week in plan)
    title = f"{count(hours, 'hour')} a week: {count(len(plan), 'week')}"
    link = f'<a download data-plan href="{base}{file_name(hours)}">Calendar (.ics)</a>'
    end = f'<p class="quiet">{link}, an entry for each week.</p>'
    parts = ['<details class="plan">', f"<summary>{title}</summary>", "<ol>", items, "</ol>", end]
    return "\n".join([*parts, "</details>"])


def _week(week: Week, base: str) -> str:
    return "; ".join(
        f"{'' if part.is_first else 'Go on with '}"
        f'<a href="{base}posts/{part.post.slug}/">{plain_html(part.post.title)}</a>, '
        f"{in_hours(part.minutes)}"
        for part in week
    )


def first_day(posts: Sequence[Post]) -> date:
    """Return the Monday after the newest post."""
    newest = max(post.date for post in posts)
    return newest + timedelta(days=7 - newest.weekday())


def calendar(posts: Sequence[Post], hours: int, site_name: str, site_url: str) -> str:
    """Return a plan as a calendar (RFC 5545): a week is an event of seven days.

    `site_url` is empty when readers cannot open it.
    """
    start = first_day(posts)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_text(site_name)}//Plan//EN"]
    for number, week in enumerate(weeks(posts, hours), start=1):
        begins = start + timedelta(weeks=number - 1)
        ends = begins + timedelta(days=7)
        titles = ", ".join(part.post.title for part in week)
        parts = "\n".join(_entry(part, site_url) for part in week)
        lines += [
            "BEGIN:VEVENT",
            f"UID:week-{number}-of-{hours}-hours@{_text(site_name).replace(' ', '-')}",
            f"DTSTAMP:{start:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{begins:%Y%m%d}",
            f"DTEND;VALUE=DATE:{ends:%Y%m%d}",
            f"SUMMARY:{_text(f'{site_name}, week {number}: {titles}')}",
            f"DESCRIPTION:{_text(parts)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _entry(part: Part, site_url: str) -> str:
    address = f": {site_url}posts/{part.post.slug}/" if site_url else ""
    return f"{part.post.title}, {in_hours(part.minutes)}{address}"


def _text(text: str) -> str:
    """Return a text with its signs escaped (RFC 5545, 3.3.11)."""
    return re.sub(r"[\\;,]", r"\\\g<0>", text).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 bytes; all but the first begin with a space."""
    part = ""
    for sign in line:
        if len((part + sign).encode("utf-8")) > _LINE:
            yield part
            part = " "
        part += sign
    yield part
