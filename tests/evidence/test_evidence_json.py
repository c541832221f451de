"""`evidence.json`: the numbers of a verdict, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jsonschema import validate

from site_tools.analysis.variants import Variant
from site_tools.evidence.evidence_json import evidence_json
from site_tools.evidence.evidence_schema import schema
from site_tools.evidence.judge import judge
from site_tools.evidence.variant_evidence import Tried, VariantEvidence
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.run import Run, Trace, Update
from site_tools.model.source import Cell, Line, Place
from tests.support.posts import code_post
from tests.support.runs import CLAIM, FALLING, FROZEN, a_post, a_run, runs, sampled, segment


def document(found: Mapping[Condition, Run], claim: Claim = CLAIM) -> dict[str, Any]:
    post = a_post(claim)
    text = evidence_json(post, found[PUBLISHED], judge(post, found), "https://example.org/a/")
    assert text.endswith("}\n")
    result: dict[str, Any] = json.loads(text)
    validate(result, json.loads(schema()))
    return result


def claim_of(found: Mapping[Condition, Run], claim: Claim = CLAIM) -> dict[str, Any]:
    (result,) = document(found, claim)["claims"]
    assert isinstance(result, dict)
    return result


def test_document_has_the_facts_of_the_published_run() -> None:
    facts = document(runs(CLAIM))["run"]
    assert (facts["date"], facts["device"], facts["seconds"]) == ("2026-01-02", "cpu", 0.1)


def test_claim_has_its_numbers() -> None:
    claim = claim_of(runs(CLAIM))
    assert (claim["verdict"], claim["goal"], claim["scale"]) == ("accepted", "< 1", "log")
    assert (claim["published"], claim["sham"]) == (0.1, 0.1)
    assert claim["seeds"] == [0.1 + i / 1000 for i in range(1, 9)]
    assert (claim["passing"], claim["needed"], claim["at_least"]) == (8, 6, 0.6877)
    assert claim["learning_off"] == [10.0, 10.0, 10.0]
    assert (claim["deterministic"], claim["stopped"]) == (False, False)
    assert (claim["shuffled"], claim["baseline"], claim["curve"]) == (None, None, None)
    off = {"block": 1, "line": 2, "code": "w -= g", "how": "freeze", "times": 10}
    assert claim["switched_off"] == [off]


def test_control_as_plain_source_has_its_end_and_its_file() -> None:
    claim = claim_of(runs(CLAIM, controls={0: 9.5, 1: 10.0}))
    assert claim["plain_source"] == {"ends_at": 9.5, "file": "a-learning-off.py", "not_written": ""}
    assert claim["learning_off"] == [10.0, 10.0, 10.0]


def test_control_that_is_no_plain_source_has_its_reason() -> None:
    found = runs(CLAIM)
    inside = Trace((*FROZEN.updates, Update("step", 0, 0, "", 10)))
    found[CLAIM.condition("control")] = a_run(10.0, inside)
    plain = claim_of(found)["plain_source"]
    assert (plain["ends_at"], plain["file"]) == (10.0, "")
    assert plain["not_written"] == "an optimizer steps in a call that is not named `step`"


def test_room_without_spread_is_null() -> None:
    assert claim_of(runs(CLAIM))["margin"] > 4
    claim = claim_of(runs(CLAIM, seeds=dict.fromkeys(range(1, 9), 0.1)))
    assert (claim["margin"], claim["deterministic"]) == (None, False)


def test_program_that_draws_nothing_is_deterministic() -> None:
    found = runs(CLAIM, seeds=dict.fromkeys(range(1, 9), 0.1))
    found[CLAIM.condition("sham")] = a_run(0.1, replace(FROZEN, draws=False))
    assert claim_of(found)["deterministic"] is True


def test_scale_ignores_seeds_that_miss_the_goal() -> None:
    assert claim_of(runs(CLAIM, seeds={1: -0.5}))["scale"] == "linear"
    goal = replace(CLAIM.goal, sign=">", number=0.05, digits="0.05")
    claim = replace(CLAIM, goal=goal)
    low = dict.fromkeys((1, 2, 3), 0.01)
    assert claim_of(runs(claim, seeds={1: -0.5}, controls=low), claim)["scale"] == "logit"


def test_control_that_was_stopped_is_marked() -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("control", 2)] = a_run(10.0, replace(FROZEN, stopped=True))
    assert claim_of(found)["stopped"] is True
    found = runs(CLAIM)
    found[CLAIM.condition("seed", 2)] = a_run(0.1, replace(FROZEN, stopped=True))
    assert claim_of(found)["stopped"] is False


def test_shuffled_runs_and_baseline_are_there_when_the_claim_has_them() -> None:
    claim = replace(CLAIM, shuffle="y", baseline="guess")
    found = runs(claim)
    found[PUBLISHED] = replace(found[PUBLISHED], values={"loss": 0.1, "guess": 2.0})
    result = claim_of(found, claim)
    assert result["shuffled"] == {"name": "y", "values": [10.0, 10.0, 10.0]}
    assert result["baseline"] == {"expression": "guess", "value": 2.0}
    assert result["learning_off"] == [10.0, 10.0, 10.0]


def test_curve_has_updates_and_values() -> None:
    curve = claim_of(sampled((segment(FALLING),), (segment([9.0] * 10),)))["curve"]
    assert (curve["expression"], curve["unit"]) == ("loss", "updates")
    assert curve["trained"] == {"after": list(range(0, 100, 10)), "values": list(FALLING)}
    assert curve["learning_off"]["values"] == [9.0] * 10


def test_probes_are_not_switched_off() -> None:
    trace = Trace((*FROZEN.updates, Update("probe", 1, 3, "v -= g", 10, "v")))
    found = {condition: replace(run, trace=trace) for condition, run in runs(CLAIM).items()}
    assert [off["code"] for off in claim_of(found)["switched_off"]] == ["w -= g"]


def test_document_has_notes_for_reviewers_and_hidden_lines() -> None:
    place = Place("posts/a.md", 20)
    lines = (Line("import gc", place), Line("w = len(gc.get_objects())", place))
    cell = Cell("code", place, lines, frozenset({"remove-cell"}))
    post = replace(a_post(CLAIM), cells=(cell,))
    found = runs(CLAIM)
    text = evidence_json(post, found[PUBLISHED], judge(post, found), "https://example.org/a/")
    result = json.loads(text)
    validate(result, json.loads(schema()))
    notes = [(note["block"], note["line"]) for note in result["notes_for_reviewers"]]
    assert (result["hidden_lines"], notes) == (2, [(1, 1), (1, 2)])


def test_variants_are_counted_where_they_are_known() -> None:
    assert "variants" not in document(runs(CLAIM))
    known, post = runs(CLAIM), a_post(CLAIM)
    one = Tried(Variant(1, 1, "without `x`"), "noticed", (known[PUBLISHED],), (2.0,), (1,))
    found = VariantEvidence((one,), (), 9, ())
    text = evidence_json(post, known[PUBLISHED], judge(post, known), "", found=found)
    validate(json.loads(text), json.loads(schema()))
    counted = json.loads(text)["variants"]
    assert counted == {"tried": 1, "total": 9, "effective": 1, "counted": 1, "noticed": 1}


def test_document_names_the_cells_that_trials_left_out() -> None:
    code = "w = 0\n# %%\nprint([i for i in range(9)])\n# %%\nw -= g\nloss = w"
    post = replace(code_post(code), claims=(CLAIM,))
    found = {**runs(CLAIM), CLAIM.condition("short"): a_run(0.1)}
    for number, left_out in [(0.1, [2]), (0.2, [])]:
        found[CLAIM.condition("short")] = a_run(number)
        text = evidence_json(post, found[PUBLISHED], judge(post, found), "https://example.org/a/")
        assert json.loads(text)["left_out"] == left_out
