"""What is said of a claim that was proved again with newer versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.evidence.drift import Change, changes, confirmed, report
from site_tools.evidence.proofs import read_proofs
from site_tools.evidence.run_report import ClaimResult, PostResult
from site_tools.model.errors import BadProject

FILE = "posts/a.md"


def claim(
    published: float | None, *starts: float, goal: str = "< 0.05", verdict: str = "accepted"
) -> ClaimResult:
    return ClaimResult(
        says="It learns",
        metric="error",
        goal=goal,
        verdict=verdict,
        published=published,
        starts=starts,
        passing=len(starts) if verdict == "accepted" else 0,
    )


def result(
    *claims: ClaimResult, warnings: tuple[str, ...] = (), problems: tuple[str, ...] = ()
) -> PostResult:
    return PostResult(
        file=FILE,
        code="",
        python="3.13.0",
        packages={},
        seconds=1.0,
        claims=claims,
        warnings=warnings,
        problems=problems,
    )


@pytest.mark.parametrize(
    ("before", "after", "kind", "words"),
    [
        (claim(0.01, 0.01, 0.02), claim(0.01, 0.01, 0.02), "holds", "the same numbers"),
        (claim(0.01, 0.01), claim(0.01 + 1e-13, 0.01), "holds", "the same numbers"),
        # On the log scale of a loss, 0.0125 is as far from 0.025 as 0.025 is from 0.05.
        (
            claim(0.0125, 0.0125),
            claim(0.025, 0.025),
            "moved",
            "by 50% of its distance to the goal, toward",
        ),
        (
            claim(0.025, 0.025),
            claim(0.0125, 0.0125),
            "moved",
            "by 100% of its distance to the goal, away",
        ),
        (claim(0.01, 0.01), claim(0.01, 0.0100001), "moved", "by less than 1% of its distance"),
        (
            claim(9.0, 9.0, goal="> 5"),
            claim(8.0, 8.0, goal="> 5"),
            "moved",
            "by 25% of its distance",
        ),
        (
            claim(5.0, 5.0, goal="== 5"),
            claim(5.0, 5.0, 5.0, goal="== 5"),
            "moved",
            "lies on the goal",
        ),
        (
            claim(0.01, 0.01),
            claim(0.2, 0.01, verdict="missed"),
            "broke",
            "0.01 → 0.2, starts 1 of 1 → 0 of 1. The verdict",
        ),
        (claim(0.01, 0.01), claim(None, verdict="unmeasured"), "broke", "0.01 → no number"),
    ],
)
def test_change_of_a_claim(before: ClaimResult, after: ClaimResult, kind: str, words: str) -> None:
    (change,) = changes(result(before), result(after))
    assert (change.kind, words in change.text) == (kind, True), change.text


def test_post_that_no_longer_runs_broke_once() -> None:
    after = result(problems=("posts/a.md:3: NameError: name 'np' is not defined",))
    (change,) = changes(result(claim(0.01), claim(0.02)), after)
    assert (change.kind, "NameError" in change.text) == ("broke", True)


def test_problem_beside_accepted_claims_broke() -> None:
    after = result(claim(0.01), problems=("posts/a.md:3: the output shows an address.",))
    assert [change.kind for change in changes(result(claim(0.01)), after)] == ["holds", "broke"]


def test_post_without_claims_holds_as_long_as_it_runs() -> None:
    assert [change.kind for change in changes(result(), result())] == ["holds"]
    (broke,) = changes(result(), result(problems=("posts/a.md:1: it does not run.",)))
    assert broke.kind == "broke"


def test_new_warnings_are_told_and_old_ones_are_not() -> None:
    before = result(claim(0.01), warnings=("UserWarning: old",))
    after = result(claim(0.01), warnings=("UserWarning: old", "FutureWarning: new"))
    assert [str(c)[:60] for c in changes(before, after) if c.is_alarm] == [
        "warns    posts/a.md: FutureWarning: new"
    ]


def test_what_one_of_two_runs_shows_is_unsteady() -> None:
    moved, other = Change(FILE, "moved", "by 2%"), Change(FILE, "moved", "by 3%")
    holds = Change(FILE, "holds", "the same")
    assert confirmed([holds, moved], [holds, moved]) == [holds, moved]
    found = confirmed([holds, moved], [holds, other])
    assert [change.kind for change in found] == ["holds", "unsteady", "unsteady"]
    assert found[1].is_alarm


def test_report_begins_with_the_versions_and_what_to_look_at() -> None:
    found = [Change("posts/b.md", "holds", "b"), Change("posts/a.md", "broke", "a")]
    versions = {"Python": ("3.11.7", "3.13.0"), "numpy": ("2.4.6", "2.4.6")}
    assert list(report(found, versions)) == [
        "Python 3.11.7 → 3.13.0, numpy 2.4.6 as before.",
        "broke    posts/a.md: a",
        "holds    posts/b.md: b",
        "2 posts proved again: 1 broke, 1 holds.",
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"posts/a.md": 1}', '{"posts/a.md": {"on": "soon"}}', "[" * 5000]
)
def test_record_of_another_shape_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "drift.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadProject, match=r"drift.json: is not what `drift` writes"):
        read_proofs(tmp_path)
    assert read_proofs(tmp_path / "elsewhere") == {}
