"""`elevenlines mutate`: one line changed at a time, and which claims notice it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.posts import CLAIM, POST, write, write_learning
from tests.support.projects import Elevenlines, make_project, run_main, set_option

CODE = '''\
a = 3
half = 0.5
rows = int(chr(a + 49))


def answer(rows):
    """Return what is to be found."""
    return rows * 1.0


w = 0.0
while abs(4 - w) > 0.001:
    w += half * (answer(rows) - w)
    print("x" * 100)
w = w * 0.999
unused = rows / 7
spare = 8 + half'''
"""A program whose variants stop, do not end, print much, or change nothing that is measured."""


VARY = "vary: {half: [0.25, 3]}\n"
"""With 3, its loop never ends."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str, Path]:
    """What `mutate` says of a post the first time, as JSON, and after a change of its prose."""
    project = make_project(tmp_path_factory.mktemp("mutate") / "project")
    write(project, "counts")
    path = project / "posts" / "changes.md"
    path.write_text(POST.format(claim=CLAIM + VARY, code=CODE), encoding="utf-8")
    code, first = run_main(project, "mutate")
    assert code == 0, first
    _, as_json = run_main(project, "mutate", "changes", "--json")
    path.write_text(path.read_text(encoding="utf-8").replace("Some words", "Others"), "utf-8")
    _, again = run_main(project, "mutate")
    return first, as_json, again, project


@pytest.mark.slow
def test_each_variant_is_named_with_its_line_and_its_outcome(
    said: tuple[str, str, str, Path],
) -> None:
    first = said[0]
    line = 19 + CODE.splitlines().index("    w += half * (answer(rows) - w)")
    assert f"posts/changes.md:{line}: struck out: `w` is never changed: " in first
    outcomes = re.findall(
        rf"changes.md:{line}: (.*): (?:[-\d.e+]+, )?([a-z ]+?)(?:[:,\n]| by)", first
    )
    found = dict(outcomes)
    assert found["struck out: `w` is never changed"] == "did not end"
    assert "noticed by claim 1" in first
    assert "stopped with an error: ValueError" in first
    assert not re.search(r"/ 7|spare|print", first), "no metric depends on that line"


@pytest.mark.slow
def test_the_score_counts_what_a_claim_could_notice(said: tuple[str, str, str, Path]) -> None:
    values = json.loads(said[1][said[1].index("{") :])["changes"]
    found = [one["outcome"] for one in values["variants"]]
    noticed = [one for one in values["variants"] if one["outcome"] == "noticed"]
    better, survived = found.count("better"), found.count("survived")
    assert better
    assert survived
    assert values["counted"] == len(noticed) + survived == values["effective"] - better
    assert values["noticed"] == len(noticed)
    assert values["tried"] == len(values["variants"]) <= values["total"]
    assert all(v["noticed_by"] == [1] for v in noticed)
    share = round(100 * len(noticed) / values["counted"])
    assert f"mutation score {share} %" in said[0]
    assert f"Not counted: {better} better." in said[0]


@pytest.mark.slow
def test_values_of_a_sweep_are_listed_at_its_line(said: tuple[str, str, str, Path]) -> None:
    found = re.findall(r"posts/changes.md:13: half = (\S+): (.*)", said[0])
    assert [value for value, _ in found] == ["0.25", "0.5", "3"]
    assert found[0][1].endswith("; 3 of 3 starts reach the goal")
    assert found[2][1].startswith("no number; ")
    values = json.loads(said[1][said[1].index("{") :])["changes"]
    assert values["sweeps"][0]["numbers"][2] == []


@pytest.mark.slow
def test_check_names_lines_that_no_claim_guards(said: tuple[str, str, str, Path]) -> None:
    _, text = run_main(said[3], "check")
    line = 19 + CODE.splitlines().index("while abs(4 - w) > 0.001:")
    assert f"posts/changes.md:{line}: warning: no claim guards this line: " in text


@pytest.mark.slow
def test_variants_are_run_once_whatever_the_prose(said: tuple[str, str, str, Path]) -> None:
    first, _, again, _ = said
    assert int(re.findall(r"(\d+) runs? in", first)[0]) > 10
    assert "0 runs in 0 s" in again


@pytest.mark.slow
def test_gc_keeps_the_runs_of_variants(said: tuple[str, str, str, Path]) -> None:
    project = said[3]
    assert "0 runs deleted" in run_main(project, "gc")[1]
    listed = run_main(project, "store", "ls")[1]
    assert re.search(r"changes.md .* and \d+ of variants\n", listed)
    assert "of no post" not in listed


def test_setting_that_is_off_is_named(project: Path, elevenlines: Elevenlines) -> None:
    write_learning(project, "learns")
    set_option(project, "variants: off")
    code, text = elevenlines("mutate")
    assert code == 1
    assert text == (
        "mkdocs.yml: the plugin's setting `variants` is off. Remove it, or give `--all`.\n"
    )


@pytest.mark.slow
def test_build_makes_and_counts_the_runs_that_its_pages_show(
    project: Path, elevenlines: Elevenlines
) -> None:
    write_learning(project, "learns")
    code, text = elevenlines("build", "--variants", "1")
    assert code == 0, text
    assert re.search(r"posts/learns.md: \d+ runs? made, 0 left\.", text)
    assert re.search(r"posts/learns.md: \d+ of \d+ variants tried; mutation score \d+ %", text)
    page = project / "site" / "posts" / "learns" / "index.html"
    shown = page.read_bytes()
    assert b"What is each line for?" in shown
    code, again = elevenlines("build", "--variants", "1", "-v")
    assert code == 0, again
    assert "variants tried" not in again
    assert elevenlines("build")[0] == 0  # it shows those that are stored
    assert page.read_bytes() == shown
