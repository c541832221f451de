"""The subjects of `make bench-external`: what they name exists. Their programs are run there."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.external.page import write_tables
from benchmarks.external.result import Result, right
from benchmarks.external.sources import FAULTY, HEALTHY, Missing, Subject, subjects, write
from site_tools.model.goals import parse_goal

ALL = list(subjects())
PAIRS = [one for one in ALL if not one.repository]
"""With and without a fault, one after the other."""


def test_names_are_unique_and_goals_can_be_read() -> None:
    assert len({one.name for one in ALL}) == len(ALL)
    assert all(parse_goal(one.goal) for one in ALL)


@pytest.mark.parametrize("subject", PAIRS, ids=lambda one: one.name)
def test_both_programs_of_a_pair_measure_the_metric(subject: Subject, tmp_path: Path) -> None:
    text = write(subject, tmp_path, tmp_path / "program").read_text(encoding="utf-8")

    compile(text, subject.name, "exec")
    assert f"FAULTY = {subject.kind == FAULTY}\n" in text
    assert f"\n{subject.metric} = " in text


def test_result_holds_until_the_program_changes_not_what_is_said_of_it() -> None:
    one = PAIRS[0]
    result = Result(one.name, one.kind, "accepted", learns=True, digest=one.digest)

    assert result.holds_for(replace(one, name="other", kinds=()))
    assert not result.holds_for(replace(one, goal="> 0.99"))
    assert not replace(result, digest="").holds_for(one)


def test_edits_count_lines_as_they_are_at_the_commit(tmp_path: Path) -> None:
    clone = tmp_path / "ada" / "nets"
    clone.mkdir(parents=True)
    (clone / "train.py").write_text("one\ntwo\nthree\nfour\nfive\n")
    (clone / "data.txt").write_text("rows\n")
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm a"):
        command = ["git", "-C", str(clone), *words.split()]
        subprocess.run(command, check=True)
    edits = [["1+", "seed"], ["2-3", "2\n2.5\n3"], ["5", ""]]
    subject = Subject(
        "a", HEALTHY, "", "m", "< 1", repository="ada/nets", commit="HEAD", path="train.py",
        edits=edits, files=["data.txt"],
    )  # fmt: skip

    script = write(subject, tmp_path, tmp_path / "program")

    assert script.read_text().split() == ["one", "seed", "2", "2.5", "3", "four"]
    assert (script.parent / "data.txt").read_text() == "rows\n"


def test_missing_clone_says_how_to_get_it(tmp_path: Path) -> None:
    public = next(one for one in ALL if one.repository)

    with pytest.raises(Missing, match=rf"git clone \S+{public.repository}"):
        write(public, tmp_path, tmp_path / "program")


def test_page_gets_a_row_for_each_result(tmp_path: Path) -> None:
    healthy, faulty = PAIRS[:2]
    public = next(one for one in ALL if one.repository)
    results = {
        one.name: Result(one.name, one.kind, verdict, verdict == "accepted", 0.5, (0.25,), (0.1,))
        for one, verdict in ((public, "accepted"), (healthy, "accepted"), (faulty, "missed"))
    }
    page = tmp_path / "page.md"
    parts = ("counts", "programs", "faults", "kinds")
    page.write_text("\n".join(f"<!-- {n} -->\nold\n<!-- end of {n} -->" for n in parts))

    write_tables(page, results, ALL)

    text = page.read_text()
    assert "old" not in text
    assert f"[{public.name}](https://github.com/{public.repository}/blob/{public.commit}/" in text
    assert text.count("| missed |") == 1
    assert f"1 of {sum(not one.pair for one in ALL)} programs: 1 accepted." in text
    pairs = sum(one.kind == FAULTY for one in ALL)
    assert f"1 of {pairs} pairs: 1 of 1 faulty programs refused, 1 of 1 without" in text
    assert f"\n| {faulty.kinds[0]} | 1 | 1 |" in text
    assert all(map(right, results.values()))
