"""What an author reads of a verdict, on invented numbers: the numbers, names and lines in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from site_tools.analysis.baseline_names import request
from site_tools.evidence.author_report import problems
from site_tools.evidence.control_proposals import uncontrollable
from site_tools.evidence.judge import judge
from site_tools.evidence.run_table import table
from site_tools.evidence.statistics import MARGIN, Separation
from site_tools.evidence.tried_lists import conditions_to_try
from site_tools.evidence.verdict import Evidence
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run, Trace, Unseeded, Update
from site_tools.model.source import Cell, Line, Place
from tests.support.runs import CLAIM, FALLING, FROZEN, a_run, runs, sampled, segment

CODE = ("w = 5.0", "w -= g", "loss = w", "loss = 0.1")
SEEDS = range(1, 9)
NAN = MetricFault("not finite", "is nan, not a finite number")


def raises(text: str) -> MetricFault:
    return MetricFault("raises", f"raises {text}")


def a_post(*claims: Claim, code: tuple[str, ...] = CODE) -> Post:
    """Return a post with one cell, whose first line is line 11 of the file."""
    lines = tuple(Line(text, Place("posts/a.md", 10 + i)) for i, text in enumerate(code, 1))
    return Post(
        "a", "posts/a.md", "A", "A.", date(2026, 1, 2), (), (), (), (), 1, 1, "cpu", claims,
        "", (), draft=False, cells=(Cell("code", Place("posts/a.md", 11), lines),),
        key_places={"learns.0.baseline": Place("posts/a.md", 9)},
    )  # fmt: skip


def report(found: Mapping[Condition, Run], *claims: Claim) -> list[str]:
    post = a_post(*claims or (CLAIM,))
    return [str(problem) for problem in problems(post, judge(post, found))]


def rows(found: Mapping[Condition, Run], claim: Claim = CLAIM) -> list[str]:
    return list(table(judge(a_post(claim), found)))


def seed(number: int, claim: Claim = CLAIM) -> Condition:
    return claim.condition("seed", number)


def test_accepted_claim_has_no_problem() -> None:
    assert report(runs(CLAIM)) == []


def test_missed_goal_has_the_number_and_the_goal() -> None:
    (text,) = report(runs(CLAIM, published=2.0))
    assert text.startswith("posts/a.md:8: claim 1 ")
    assert "`loss` is 2, not < 1" in text


@pytest.mark.parametrize("published", [2.0, NAN])
def test_first_stage_that_stops_hides_the_later_ones(published: float | MetricFault) -> None:
    """Where one claim misses its goal, no control was run, so nothing is said of the others."""
    other = replace(CLAIM, metric="other", place=Place("posts/a.md", 20))
    found = runs(CLAIM)
    for condition in found:
        found[condition] = replace(found[condition], values={"loss": 0.1, "other": 0.1})
    found[PUBLISHED] = replace(found[PUBLISHED], values={"loss": 0.1, "other": published})
    (text,) = report(found, CLAIM, other)
    assert text.startswith("posts/a.md:20: claim 2 ")


def test_each_claim_of_one_stage_has_its_problem() -> None:
    found = runs(CLAIM, published=2.0)
    assert [text.split(" ")[2] for text in report(found, CLAIM, CLAIM)] == ["1", "2"]


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (MetricFault("not finite", "is nan, not a finite number"), "diverge"),
        (MetricFault("raises", "raises NameError: x"), "one finite number"),
        (MetricFault("device", "gives a tensor on the device meta"), "on the GPU"),
    ],
)
def test_metric_without_a_number_has_a_remedy(fault: MetricFault, remedy: str) -> None:
    found = runs(CLAIM)
    found[PUBLISHED] = a_run(fault)
    (text,) = report(found)
    assert f"`loss` {fault.text}" in text
    assert remedy in text


@pytest.mark.parametrize(("learned", "goal"), [(0.8, "< 0.3"), (0.1, "")])
def test_goal_that_mixed_data_meet_is_replaced_by_one_that_they_miss(
    learned: float, goal: str
) -> None:
    def found(claim: Claim) -> dict[Condition, Run]:
        made = runs(claim)
        asked = {request(f"{how} data", ["w"], "loss"): 0.7 for how in ("mixed", "shifted")}
        made[PUBLISHED] = replace(made[PUBLISHED], values={"loss": 0.1, **asked})
        trace = replace(FROZEN, mixed=("X",))
        return made | {c: a_run(learned, trace) for c in [claim.condition("mixed"), *claim.remixed]}

    (text,) = report(found(CLAIM))
    assert "whatever the data are" in text
    assert ("what belongs to what" in text) is not bool(goal)
    if goal:
        assert f"a goal that mixed data miss: `{goal}` holds" in text
        better = replace(CLAIM, goal=parse_goal(goal))
        assert report(found(better), better) == []


def test_baseline_that_meets_the_goal_is_shown_with_its_number() -> None:
    claim = replace(CLAIM, baseline="guess")
    found = runs(claim)
    found[PUBLISHED] = replace(found[PUBLISHED], values={"loss": 0.1, "guess": 0.75})
    (text,) = report(found, claim)
    assert text.startswith("posts/a.md:8: ")
    assert "trained 0.1 " in text
    assert "baseline 0.75" in text
    assert "`guess`" in text


def test_baseline_without_a_number_is_placed_at_its_key() -> None:
    claim = replace(CLAIM, baseline="guess")
    found = runs(claim)
    values: dict[str, float | MetricFault] = {"loss": 0.1, "guess": raises("NameError: y")}
    found[PUBLISHED] = replace(found[PUBLISHED], values=values)
    (text,) = report(found, claim)
    assert text.startswith("posts/a.md:9: ")
    assert "`guess` raises NameError: y" in text


def test_program_that_fails_as_a_script_is_placed_at_its_line() -> None:
    found = runs(CLAIM)
    sham = CLAIM.condition("sham")
    failure = Failure(1, 3, "NameError: display.")
    found[sham] = replace(found[sham], values={}, failure=failure)
    (text,) = report(found)
    assert "NameError: display, at line 13." in text
    found[sham] = replace(found[sham], failure=replace(failure, cell=0))
    (text,) = report(found)
    assert "NameError: display." in text
    assert "line 1" not in text


def test_another_number_is_shown_with_all_digits_and_the_unseeded_generator() -> None:
    unseeded = (Unseeded("random", "random.seed(1)", 1, 2),)
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.1234567890123, replace(FROZEN, unseeded=unseeded))
    (text,) = report(found)
    assert "published 0.1 " in text
    assert "again 0.1234567890123" in text
    assert "line 12 draws from random" in text
    assert "`random.seed(1)`" in text
    found[CLAIM.condition("sham")] = a_run(0.1234567890123)
    assert "clock" in report(found)[0]


def test_generator_without_a_seed_is_placed_at_its_line_when_the_number_is_the_same() -> None:
    """It changes what is printed, which both claims share."""
    lines = [("np.random", 2), ("random", 3)]
    unseeded = tuple(Unseeded(name, f"{name}.seed(1)", 1, line) for name, line in lines)
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.1, replace(FROZEN, unseeded=unseeded))
    (text,) = report(found, CLAIM, CLAIM)
    assert text.startswith("posts/a.md:12: this draws from np.random, which has no seed")
    assert "line 13, from random: `random.seed(1)`" in text
    assert text.endswith("`np.random.seed(1)`.")


def test_another_number_names_what_varies_in_the_code() -> None:
    code = ("w = 5.0", "v = list(set('a b'.split()))", "loss = len(v[0])", "t = __import__('time')")
    post = a_post(CLAIM, code=code)
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.2)
    (text,) = map(str, problems(post, judge(post, found)))
    assert "line 12 `list(set('a b'.split()))` is in the order of a set" in text
    assert text.endswith("Sort it: `sorted(…)`.")


def no_control(*updates: Update, claim: Claim = CLAIM) -> str:
    found = {condition: a_run(0.1, Trace(updates)) for condition in runs(claim)}
    (text,) = report(found, claim)
    assert "NO CONTROL" in text
    return text


def test_no_control_names_the_first_update_that_never_ran() -> None:
    text = no_control(Update("freeze", 1, 2, "v -= g", 0, "v"), Update("freeze", 1, 3, "", 0, "b"))
    assert "`b`" in text
    assert "`v`" not in text


def test_no_control_shows_the_step_that_changes_nothing() -> None:
    idle = Update("step", 1, 1, "idle.step()", 0)
    text = no_control(idle, Update("step", 1, 2, "optimizer.step()", 4))
    assert "line 12 `optimizer.step()`" in text
    assert "idle" not in text


LEARNS_TWO = (
    "w = v = 5.0",
    "for step in range(3):",
    "    g = f(w, v)",
    "    w -= 0.1 * g",
    "    v -= 0.1 * g",
    "loss = w + v",
)


def tried(
    *lists: tuple[str, ...],
    value: float | MetricFault = 10.0,
    leak: str = "",
    same: bool = False,
    checked: bool = True,
) -> str:
    """Return the report on a claim that lists nothing, after these lists were tried.

    With `same`, mixed data have taught the same; not `checked`, only the controls are known.
    """
    claim = replace(CLAIM, freeze=())
    post = a_post(claim, code=LEARNS_TWO)
    updates = [Update("freeze", 1, 4, "w -= 0.1 * g", 3, "w")]
    updates += [Update("other", 1, 5, "v -= 0.1 * g", 3, leak, used=True)] * bool(leak)
    found = {condition: a_run(0.1, Trace()) for condition in runs(claim)}
    for one in conditions_to_try(post, claim) if checked else []:
        learned = (2.0,) if one.kind != "mixed" or same else (7.0,)
        mixed = ("x",) if one.kind == "mixed" else ()
        found[one] = a_run(0.1, Trace(start=(1.0,), learned=learned, mixed=mixed))
    for names in lists:
        found[Condition("control", 1, freeze=names)] = a_run(value, Trace(tuple(updates)))
    (problem,) = problems(post, judge(post, found))
    assert "NO CONTROL" in str(problem)
    return str(problem)


def test_no_control_proposes_a_list_that_was_tried_and_works() -> None:
    text = tried(("v", "w"))
    assert "freeze: [v, w]" in text
    assert "line 14  w -= 0.1 * g (3 times)" in text


def test_no_control_proposes_no_list_that_was_not_tried_or_does_not_work() -> None:
    assert "freeze: [" not in tried()
    assert "freeze: [" not in tried(("v", "w"), value=0.5)
    assert "freeze: [" not in tried(("v", "w"), value=NAN)
    assert "freeze: [" not in tried(("v", "w"), leak="v")
    assert "freeze: [" not in tried(("v", "w"), same=True)
    assert "freeze: [" not in tried(("v", "w"), checked=False)
    assert "`set`" in tried()


def test_broken_control_shows_its_fault_line_and_switch() -> None:
    found = runs(CLAIM)
    control = CLAIM.condition("control", 2)
    failure = Failure(1, 4, "ValueError: no.")
    found[control] = replace(found[control], values={}, failure=failure)
    (text,) = report(found)
    assert "ValueError: no, at line 14." in text
    assert "line 12 `w -= g` (10 times)" in text
    found[control] = a_run(NAN)
    assert "the metric is nan" in report(found)[0]


def test_broken_shuffle_is_named() -> None:
    claim = replace(CLAIM, shuffle="y")
    found = runs(claim)
    found[claim.condition("shuffle", 1)] = a_run(raises("ValueError: x"))
    (text,) = report(found, claim)
    assert "`y` shuffled" in text
    found = runs(claim)
    found[claim.condition("control", 1)] = a_run(raises("ValueError: x"))
    assert "`y` shuffled" not in report(found, claim)[0]


def test_refused_shows_the_range_of_the_controls() -> None:
    (text,) = report(runs(CLAIM, controls={1: 0.2, 2: 0.3, 3: 0.4}))
    assert "REFUSED" in text
    assert "trained 0.1 " in text
    assert "learning off 0.2 … 0.4" in text
    assert "shuffled" not in text


def test_refused_has_the_line_that_overwrites_the_metric() -> None:
    (text,) = report(runs(CLAIM, controls={1: 0.2, 2: 0.3, 3: 0.4}))
    assert "line 14 assigns loss" in text


def test_refused_without_an_overwritten_name_compares_the_runs() -> None:
    alike = {i: 0.1 + i / 1000 for i in (1, 2, 3)}
    claim = replace(CLAIM, metric="w")
    found = runs(claim, controls=alike)
    found = {c: replace(run, values={"w": run.values["loss"]}) for c, run in found.items()}
    (text,) = report(found, claim)
    assert "alike" in text
    control = claim.condition("control", 3)
    found[control] = replace(found[control], values={"w": 0.5})
    assert "alike" not in report(found, claim)[0]


@pytest.mark.parametrize("lucky", [1, 2])
def test_refused_counts_the_untrained_networks_that_reach_the_goal(lucky: int) -> None:
    controls = {0: 10.0, **dict.fromkeys(range(1, lucky + 1), 0.9)}
    (text,) = report(runs(CLAIM, controls=controls))
    assert f"{lucky} of 4" in text
    assert "`< " in text  # a goal that separates the runs


def test_refused_when_the_published_start_reaches_the_goal_untrained() -> None:
    (text,) = report(runs(CLAIM, controls={0: 0.9, 1: 10.0}))
    assert "REFUSED: the goal is met without learning." in text
    assert "learning off 0.9 … 10" in text
    assert "1 of 4" in text


def test_published_start_that_crashes_untrained_is_a_broken_control() -> None:
    found = runs(CLAIM)
    failure = Failure(0, 0, "ValueError: no")
    found[CLAIM.condition("control")] = replace(a_run(1.0), failure=failure)
    (text,) = report(found)
    assert "BROKEN CONTROL" in text
    assert "With learning off: ValueError: no" in text


def test_refused_for_shuffled_answers() -> None:
    claim = replace(CLAIM, shuffle="y")
    found = runs(claim)
    found[claim.condition("shuffle", 3)] = a_run(0.9)
    (text,) = report(found, claim)
    assert "`y` shuffled" in text
    assert "learning off 10 " in text
    assert "shuffled 0.9 … 10" in text


def test_too_close_counts_the_seeds_that_pass() -> None:
    (text,) = report(runs(CLAIM, seeds=dict.fromkeys((1, 2, 3), 5.0)))
    assert "TOO CLOSE" in text
    assert "5 of 8" in text
    assert "At least 6 of 8" in text
    assert "trained 0.104 … 5 " in text


def test_too_close_shows_the_first_fault_of_a_seed() -> None:
    found = runs(CLAIM, seeds=dict.fromkeys((1, 2), 5.0))
    found[seed(3)] = a_run(raises("ValueError: b"))
    found[seed(4)] = a_run(raises("ValueError: a"))
    (text,) = report(found)
    assert "raises ValueError: a" in text
    assert "ValueError: b" not in text


@pytest.mark.parametrize(("passing", "honest"), [(5, True), (0, False)])
def test_too_close_offers_to_be_honest_about_luck(passing: int, honest: bool) -> None:  # noqa: FBT001
    """Runs that miss by as much as the controls leave no goal to suggest."""
    seeds = {i: 0.1 + i / 1000 if i <= passing else 20.0 for i in SEEDS}
    (text,) = report(runs(CLAIM, seeds=seeds))
    assert ("`expect: 5/8`" in text) == honest


def test_too_close_suggests_a_goal() -> None:
    (text,) = report(runs(CLAIM, seeds=dict.fromkeys((1, 2, 3), 1.5)))
    assert "`< 4` holds" in text


def test_too_close_shows_the_room_never_rounded_up() -> None:
    seeds = {i: 0.5 + i / 20 for i in SEEDS}
    (text,) = report(runs(CLAIM, seeds=seeds, controls=dict.fromkeys((1, 2, 3), 1.01)))
    assert "TOO CLOSE" in text
    assert " 2.2 standard deviations" in text
    assert " 4 " in text


def test_too_close_shows_the_gap() -> None:
    (text,) = report(runs(CLAIM, controls={2: 1.1}))
    assert " by 2% " in text
    assert "25%" in text


def test_switched_off_updates_are_counted_and_joined() -> None:
    update = FROZEN.updates[0]
    both = (update, replace(update, line=3, text="b -= g", name="b"))
    claim = replace(CLAIM, metric="w")
    found = {
        c: replace(run, values={"w": 0.2}, trace=Trace(both)) for c, run in runs(claim).items()
    }
    (text,) = report(found, claim)
    assert "line 12 `w -= g` and line 13 `b -= g` (10 times each)" in text
    other = Trace((both[0], replace(both[1], count=1)))
    found = {c: replace(run, trace=other) for c, run in found.items()}
    (text,) = report(found, claim)
    assert "line 12 `w -= g` (10 times) and line 13 `b -= g` (1 time)." in text


def test_switched_off_updates_beyond_six_are_counted() -> None:
    many = tuple(Update("freeze", 1, line, f"u{line}", 10) for line in (1, 2, 3, 4))
    more = tuple(Update("step", 1, line, f"s{line}", 10, used=True) for line in (1, 2, 3, 4))
    found = {
        c: replace(run, values={"loss": 0.2}, trace=Trace(many + more))
        for c, run in runs(CLAIM).items()
    }
    (text,) = report(found)
    assert "and 2 more (10 times each)" in text


def test_switched_off_constants_show_their_new_value() -> None:
    claim = replace(CLAIM, freeze=(), constants=(("lr", 0.0),))
    trace = Trace((Update("set", 1, 1, "lr = 0.1", 1, "lr"),))
    found = {c: replace(run, values={"loss": 0.2}, trace=trace) for c, run in runs(claim).items()}
    (text,) = report(found, claim)
    assert "line 11 `lr = 0.1` (now 0)." in text


def test_line_in_a_package_has_no_number() -> None:
    text = no_control(Update("step", 0, 0, "optimizer.step()", 4))
    assert "a package `optimizer.step()`" in text


def test_table_of_a_sound_experiment() -> None:
    found = rows(runs(CLAIM))
    assert found[0].split() == ["claim", "1:", "loss", "<", "1", "accepted"]
    words = [row.split() for row in found]
    assert ["published", "0.1"] in words
    assert ["sham", "0.1,", "the", "same"] in words
    assert ["learning", "off", "10", "10", "10"] in words
    assert any("8 of 8 pass, 6 needed" in row for row in found)
    assert any("w -= g (10 times)" in row for row in found)
    assert not any("shuffled" in row or "baseline" in row or "stopped" in row for row in found)


def test_table_shows_room_and_gap_where_they_decide() -> None:
    assert any("gap 50%" in row for row in rows(runs(CLAIM)))
    equal = runs(CLAIM, seeds=dict.fromkeys(SEEDS, 0.1))
    assert any("more than enough" in row for row in rows(equal))
    assert any("gap 2%" in row for row in rows(runs(CLAIM, controls={2: 1.1})))
    assert not any("gap" in row for row in rows(runs(CLAIM, controls={2: 0.5})))


def test_table_shows_another_number_and_a_control_that_was_stopped() -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.2)
    assert any("another number" in row for row in rows(found))
    found = runs(CLAIM)
    found[CLAIM.condition("control", 3)] = a_run(10.0, replace(FROZEN, stopped=True))
    assert any("stopped" in row for row in rows(found))


def test_table_shows_the_curve_of_an_accepted_claim_only() -> None:
    found = sampled((segment(FALLING),))
    assert any("9 … 0.5 in 90 updates, 10 points" in row for row in rows(found))
    found[PUBLISHED] = a_run(2.0)
    assert not any("curve" in row for row in rows(found))


def test_leaky_control_names_the_line_that_went_on_to_learn() -> None:
    claim = replace(CLAIM, freeze=("w",))
    leak = Update("other", 1, 5, "v -= 0.1 * g", 3, "v", used=True)
    found = runs(claim, controls=dict.fromkeys(range(1, 4), 10.0))
    control = claim.condition("control", 2)
    found[control] = a_run(10.0, replace(FROZEN, updates=(*FROZEN.updates, leak)))
    post = a_post(claim, code=LEARNS_TWO)
    (problem,) = problems(post, judge(post, found))
    assert "LEAKY CONTROL: with `w` frozen" in str(problem)
    assert "line 15 `v -= 0.1 * g` still changed `v` (3 times)" in str(problem)
    still = replace(leak, used=False)
    found[control] = a_run(10.0, replace(FROZEN, updates=(*FROZEN.updates, still)))
    assert list(problems(post, judge(post, found))) == []


def test_too_close_to_a_guess_says_so() -> None:
    """The untrained network is far worse than the mean of the right answers."""
    found = runs(CLAIM)
    mean = {request("the mean", ["w"], "loss"): 1.2}
    found[PUBLISHED] = replace(found[PUBLISHED], values={"loss": 0.1, **mean})
    (text,) = report(found)
    assert "The mean alone misses the goal by 18% of the distance from there to the trained" in text
    assert "`< 0.4` holds" in text
    better = replace(CLAIM, goal=parse_goal("< 0.4"))
    assert report(found, better) == []


def test_gap_from_a_guess_names_the_guess_and_not_the_baseline_of_the_author() -> None:
    claim = replace(CLAIM, baseline="guess")
    found = runs(claim)
    values = {"loss": 0.1, "guess": 1.1, request("the mean", ["w"], "loss"): 1.2}
    found[PUBLISHED] = replace(found[PUBLISHED], values=values)
    (text,) = report(found, claim)
    assert "The mean alone misses the goal by 18% of the distance from there to the trained" in text


def test_too_close_with_just_enough_room_shows_the_gap() -> None:
    (verdict,) = judge(a_post(CLAIM), runs(CLAIM, controls={2: 1.1})).verdicts
    edge = replace(verdict, separation=Separation(MARGIN, 0.125))
    (problem,) = problems(a_post(CLAIM), Evidence((edge,)))
    assert " by 12% " in str(problem)


LOOP = ("w = 5.0", "for step in range(3):", "    g = f(w)", "    w -= 0.1 * g", "loss = w")


def test_uncontrollable_claims_are_found_without_a_run() -> None:
    nothing = replace(CLAIM, freeze=())
    (problem,) = uncontrollable(a_post(CLAIM, nothing, code=LOOP))
    assert "claim 2" in str(problem)
    assert "elevenlines run a" in str(problem)
    for named in (
        replace(nothing, freeze=("w",)),
        replace(nothing, tally=("w",)),
        replace(nothing, constants=(("w", 0.0),)),
    ):
        assert list(uncontrollable(a_post(named, code=LOOP))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (("import torch", *LOOP), True),
        (("import torch", "with torch.no_grad():", "    x = 1", *LOOP), True),
        (("import torch", "f(0).backward()", *LOOP), False),
        (("import torch", "from torch.optim import SGD", *LOOP), False),
        (("import torch", "import lightning", *LOOP), False),
    ],
)
def test_post_with_torch_names_nothing_only_if_nothing_asks_torch_to_train(
    code: tuple[str, ...], *, found: bool
) -> None:
    nothing = replace(CLAIM, freeze=())
    assert bool(list(uncontrollable(a_post(nothing, code=code)))) is found


@pytest.mark.parametrize(
    ("gap", "shown"), [(0.2499, "24.99%"), (0.2451, "24.5%"), (0.2, "20%"), (-0.3, "0%")]
)
def test_gap_is_never_shown_as_the_gap_that_is_needed(gap: float, shown: str) -> None:
    (verdict,) = judge(a_post(CLAIM), runs(CLAIM, controls={2: 1.1})).verdicts
    edge = replace(verdict, separation=Separation(MARGIN, gap, "log"))
    (problem,) = problems(a_post(CLAIM), Evidence((edge,)))
    assert f" by {shown} of " in str(problem)
    assert "log scale" in str(problem)
    if gap > 0:
        assert any(f"gap {shown} (" in row for row in table(Evidence((edge,))))


@pytest.mark.parametrize(
    ("published", "seeds", "controls", "baseline"),
    [
        (0.1, dict.fromkeys((1, 2, 3), 1.5), {}, 8.0),
        (0.9, {}, {2: 1.1}, 8.0),
        (0.1, {i: 0.5 + i / 20 for i in SEEDS}, {}, 3.0),
        (0.1, dict.fromkeys((1, 2, 3), 3.0), {}, 2.0),
        (0.1, {}, {1: 1.01, 2: 1.02, 3: 1.03}, 1.5),
        (0.95, {1: 0.9, 2: 0.1, 3: 0.9}, {1: 1.5}, 1.2),
    ],
)
def test_suggested_goal_is_accepted_when_followed(
    published: float, seeds: dict[int, float], controls: dict[int, float], baseline: float
) -> None:
    claim = replace(CLAIM, baseline="guess")
    found = runs(claim, published=published, seeds=seeds, controls=controls)
    values: dict[str, float | MetricFault] = {"loss": published, "guess": baseline}
    found[PUBLISHED] = replace(found[PUBLISHED], values=values)
    texts = report(found, claim)
    for text in texts:
        for better in re.findall(r"`([<>] [0-9.e+-]+)` holds", text):
            followed = replace(claim, goal=parse_goal(better))
            assert report(found, followed) == [], better
    assert texts


def test_baseline_message_names_a_goal_that_excludes_it() -> None:
    found = runs(CLAIM)
    guess = request("the mean", CLAIM.freeze, "loss")
    values: dict[str, float | MetricFault] = {"loss": 0.1, guess: 0.75}
    found[PUBLISHED] = replace(found[PUBLISHED], values=values)
    (text,) = report(found)
    assert "claim 1 SAYS NOTHING" in text
    assert "The mean alone reaches 0.75" in text
    (better,) = re.findall(r"`(< [0-9.]+)` excludes it", text)
    assert report(found, replace(CLAIM, goal=parse_goal(better))) == []
    values[guess] = 0.1
    (text,) = report(found)
    assert "no better than that" in text
    values[guess] = 0.1004
    (text,) = report(found)
    assert "trained 0.1 " in text
    assert "baseline 0.1004" in text
    assert "hardly better than that" in text


@pytest.mark.parametrize(("day", "missing"), [(26, False), (27, True)])
@pytest.mark.parametrize("key", ["", "baseline", "shuffle", "measured"])
def test_new_posts_need_a_baseline_or_permuted_labels(
    day: int,
    missing: bool,  # noqa: FBT001
    key: str,
) -> None:
    given: dict[str, Any] = {key: "5"} if key in {"baseline", "shuffle"} else {}
    claim = replace(CLAIM, **given)
    found = runs(claim)
    values: dict[str, float | MetricFault] = {"loss": 0.1, "5": 5.0}
    if key == "measured":
        values[request("the mean", CLAIM.freeze, "loss")] = 5.0
    found[PUBLISHED] = replace(found[PUBLISHED], values=values)
    post = replace(a_post(claim), date=date(2026, 11, day))
    texts = [str(problem) for problem in problems(post, judge(post, found))]
    assert bool(texts) == (missing and not key)
    if texts:
        assert texts[0].startswith("posts/a.md:8: claim 1 has NO BASELINE")
        assert "`baseline: 0.5`" in texts[0]
        assert "`shuffle: y_train`" in texts[0]


def test_missing_baseline_is_put_down_to_what_kept_it_from_being_measured() -> None:
    for fault, says in (
        (MetricFault("memory", "needs more memory than the run may use"), "That needs more memory"),
        (MetricFault("absent", "cannot be evaluated"), "no answers were found"),
    ):
        found = runs(CLAIM)
        values: dict[str, float | MetricFault] = {
            "loss": 0.1,
            request("the mean", CLAIM.freeze, "loss"): fault,
        }
        found[PUBLISHED] = replace(found[PUBLISHED], values=values)
        post = replace(a_post(CLAIM), date=date(2026, 11, 27))
        (problem,) = problems(post, judge(post, found))
        assert says in str(problem)
        assert "`baseline: 0.5`" in problem.remedy


def test_metric_that_fails_in_a_script_is_no_fault_of_the_program() -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(raises("NameError: display"))
    (text,) = report(found)
    assert "outside of a notebook" not in text
    assert "the metric raises NameError: display" in text


def test_too_close_says_what_one_example_is_worth() -> None:
    claim = replace(CLAIM, goal=parse_goal("> 0.9"))
    seeds = {i: k / 60 for i, k in zip(SEEDS, (56, 55, 57, 55, 58, 56, 55, 57), strict=True)}
    found = runs(claim, published=57 / 60, seeds=seeds, controls=dict.fromkeys((1, 2, 3), 0.5))
    (text,) = report(found, claim)
    assert "One of 60 examples is worth 0.017" in text
    seeds = {i: value + 0.001 * i for i, value in seeds.items()}
    found = runs(claim, published=57 / 60, seeds=seeds, controls=dict.fromkeys((1, 2, 3), 0.5))
    (text,) = report(found, claim)
    assert "examples" not in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0), "from 3 to 2: with more steps"),
        ((9.0, 5.0, 3.0, 1.0, 0.5, 0.5, 0.5, 0.5), ""),
        ((9.0, 0.5, 0.9, 0.4, 0.8, 0.5, 0.9, 0.4, 0.9, 0.5), "a mean over the last steps"),
    ],
)
def test_too_close_says_what_the_curve_shows(values: tuple[float, ...], said: str) -> None:
    found = sampled((segment(values),))
    for i in SEEDS:
        found[seed(i)] = a_run(0.4 + i / 20)
    (text,) = report(found)
    assert "TOO CLOSE" in text
    assert said in text
    assert said or ("steps" not in text and "quarter" not in text)
