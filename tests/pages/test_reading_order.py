"""The path: which post comes when, and what its signposts say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.model.post import Author, Post
from site_tools.model.run import Run
from site_tools.pages import post_frame
from site_tools.pages.reading_order import Step, in_hours, time_for, total, walk
from site_tools.posts.site_settings import Settings
from tests.support.posts import a_post

ADA = Author("Ada", "Author", "ada")
SITE = Settings("https://example.org/", "S")

RUN = Run((), {}, (), "3.11.0", {}, "cpu", date(2026, 1, 1))


def steps(*posts: Post) -> dict[str, Step]:
    published = [JudgedPost(post, RUN, Evidence(())) for post in posts]
    return {step.post.slug: step for step in walk(published)}


@pytest.mark.parametrize(
    ("posts", "order"),
    [
        ([a_post("b", 2), a_post("a", 1)], "ab"),
        ([a_post("b", 1), a_post("a", 1)], "ab"),
        ([a_post("a", 1, "b"), a_post("b", 2)], "ba"),
        # What an old post leads to comes before a younger post that needs nothing.
        ([a_post("a", 1), a_post("b", 2, "a"), a_post("c", 3)], "abc"),
        # An old post waits for a young one that it requires, and holds up nothing else.
        ([a_post("a", 1, "c"), a_post("b", 2), a_post("c", 3)], "bca"),
        ([a_post("a", 1, "b", "c"), a_post("b", 3), a_post("c", 2)], "cba"),
        # A draft that is required is not on the path.
        ([a_post("a", 1, "draft"), a_post("b", 2, "a")], "ab"),
    ],
)
def test_requires_first_else_oldest(posts: list[Post], order: str) -> None:
    assert "".join(steps(*posts)) == order
    assert "".join(steps(*reversed(posts))) == order


def test_step_knows_both_directions() -> None:
    path = steps(a_post("a", 1), a_post("b", 2), a_post("c", 3, "b", "a"), a_post("d", 4, "a"))
    assert [(step.number, step.of) for step in path.values()] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [post.slug for post in path["c"].before] == ["a", "b"]
    assert [post.slug for post in path["a"].after] == ["c", "d"]
    assert path["a"].following == path["b"].post
    assert path["d"].following is None


def test_signposts_name_the_next_step_first_and_once() -> None:
    path = steps(a_post("a", 1), a_post("b", 2, "a"), a_post("c", 3, "a"))
    first = post_frame.neighbours(path["a"])
    assert '<a href="../../path/">the path</a> begins here' in first
    assert first.index('<a href="../b/">B</a>, next on') < first.index('<a href="../c/">C</a>')
    assert first.count("../b/") == 1
    assert '<a href="../a/">A</a>' in post_frame.neighbours(path["c"])
    assert "the end of" in post_frame.neighbours(path["c"])


def test_head_tells_place_time_and_what_to_read_first() -> None:
    path = steps(a_post("a", 1), a_post("b", 2, "a"))
    head = post_frame.path_line(path["b"], [ADA], SITE)
    assert '<a href="../category/basics/">Basics</a> · 2 of 2 on <a href="../../path/">' in head
    assert "10 min to read, 30 min to rebuild" in head
    assert 'Read first: <a href="../a/">A</a>' in head
    assert "Read first" not in post_frame.path_line(path["a"], [ADA], SITE)
    alone = replace(path["a"].post, categories=())
    assert "1 of 1 on" in post_frame.path_line(steps(alone)["a"], [ADA], SITE)


def test_date_is_in_the_language_of_the_site() -> None:
    post = a_post("b", 3)
    german = post_frame.byline(post, [ADA], replace(SITE, language="de"))
    assert '<time datetime="2026-01-03">3. Januar 2026</time>' in german
    assert "3 January 2026" in post_frame.byline(post, [ADA], SITE)
    assert "2026年1月3日" in post_frame.byline(post, [ADA], replace(SITE, language="zh-Hant"))


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (70, "1 h 10 min")]
)
def test_hours_are_summed(minutes: int, words: str) -> None:
    assert in_hours(minutes) == words


def test_times_are_summed_by_what_they_are_for() -> None:
    posts = [a_post("a", 1), a_post("b", 2), a_post("c", 11)]
    assert time_for(posts) == "1 h 10 min to read, 1 h 30 min to rebuild"
    assert total(posts).startswith("3 posts, ")
    assert total(posts[:1]).startswith("1 post, ")


def test_neighbours_in_the_head_follow_the_path() -> None:
    """`b` is older than `a`, which it requires."""
    path = steps(a_post("a", 9), a_post("b", 1, "a"), a_post("c", 5, "b"))
    frames = [post_frame.post_frame(path[slug], [ADA], SITE, url="") for slug in "abc"]
    assert [(f.previous, f.following) for f in frames] == [("", "b"), ("a", "c"), ("b", "")]
