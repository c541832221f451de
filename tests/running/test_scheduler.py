"""Which waiting job starts next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.experiment.plan import Job
from site_tools.model.claim import Condition, Kind
from site_tools.model.run import Failure
from site_tools.running.scheduler import (
    HEADROOM,
    UNKNOWN_MEMORY,
    UNKNOWN_SECONDS,
    History,
    Queue,
)
from tests.support.posts import a_post
from tests.support.runs import a_run

PLENTY = 1e12


def a_job(slug: str, kind: Kind = "published", trial: int = 0, *, device: str = "cpu") -> Job:
    return Job(a_post(slug, 1), Condition(kind, trial), (), slug, {}, (), device)


def history(**costs: tuple[float, float]) -> History:
    """Return the history of posts whose published runs and trials cost these seconds and bytes."""
    posts = {f"posts/{slug}.md": {"published": cost, "trial": cost} for slug, cost in costs.items()}
    return History(Path("unused"), posts)


def order(queue: Queue, running: Iterable[Job] = ()) -> list[str]:
    """Return the slugs and kinds in the order in which a queue gives its jobs."""
    running, names = list(running), []
    while job := queue.take(lambda _: True, running):
        names.append(f"{job.post.slug} {job.condition.kind}")
    return names


def test_longest_chain_is_first() -> None:
    queue = Queue(history(short=(1, 1), long=(5, 1), middle=(3, 1)), PLENTY)
    queue.add([a_job("short"), a_job("long"), a_job("middle")])
    assert order(queue) == ["long published", "middle published", "short published"]


@pytest.mark.parametrize(
    ("kind", "following"), [("published", 4), ("sham", 3), ("short", 2), ("curve", 1)]
)
def test_chain_counts_the_runs_that_follow(kind: Kind, following: int) -> None:
    chain = 10.0 * (1 + following)
    for seconds, first in [(chain - 0.1, "a"), (chain + 0.1, "b")]:
        queue = Queue(history(a=(10, 1), b=(seconds, 1)), PLENTY)
        queue.add([a_job("b", "seed", 1), a_job("a", kind)])
        assert order(queue)[0].split()[0] == first


def test_equal_chains_keep_their_order() -> None:
    queue = Queue(history(), PLENTY)
    queue.add([a_job("b"), a_job("a"), a_job("c")])
    assert order(queue) == ["b published", "a published", "c published"]


def test_take_returns_none_from_an_empty_queue() -> None:
    queue = Queue(history(), PLENTY)
    assert len(queue) == 0
    assert queue.take(lambda _: True, []) is None


@pytest.mark.parametrize(("memory", "fits"), [(2_400, True), (2_399, False)])
def test_job_starts_only_if_memory_is_left(memory: float, *, fits: bool) -> None:
    queue = Queue(history(a=(1, 1_000), b=(1, 1_000)), memory)
    queue.add([a_job("b")])
    assert (queue.take(lambda _: True, [a_job("a")]) is not None) is fits
    assert len(queue) == (not fits)


def test_memory_of_all_running_jobs_counts() -> None:
    queue = Queue(history(a=(1, 1_000), b=(1, 1_000), c=(1, 1_000)), 3 * 1_200 - 1)
    queue.add([a_job("c")])
    assert queue.take(lambda _: True, [a_job("a"), a_job("b")]) is None


def test_smaller_job_starts_when_the_longest_does_not_fit() -> None:
    queue = Queue(history(a=(1, 1_000), large=(9, 9_000), small=(1, 100)), 2_000)
    queue.add([a_job("large"), a_job("small")])
    assert order(queue, [a_job("a")]) == ["small published"]


def test_job_that_fits_nowhere_runs_alone() -> None:
    queue = Queue(history(large=(1, 9_000)), 2_000)
    queue.add([a_job("large")])
    assert queue.take(lambda _: True, []) is not None


def test_gpu_runs_one_job_at_a_time() -> None:
    queue = Queue(history(second=(9, 1), third=(1, 1)), PLENTY)
    queue.add([a_job("second", device="gpu"), a_job("third")])
    assert order(queue, [a_job("first", device="gpu"), a_job("other")]) == ["third published"]
    assert order(queue, [a_job("first")]) == ["second published"]


def test_each_gpu_runs_one_job_at_a_time() -> None:
    queue = Queue(history(second=(9, 1), third=(1, 1)), PLENTY, gpus=2)
    queue.add([a_job("second", device="gpu"), a_job("third", device="gpu")])
    first = a_job("first", device="gpu")
    assert queue.take(lambda _: True, [first, first]) is None
    assert queue.take(lambda _: True, [first]) is not None


def test_cost_on_a_gpu_is_another_than_on_the_cpu() -> None:
    known = history(first=(9, 1))
    known.note(a_job("first", device="gpu"), replace(a_run(0.1), seconds=(1.0,), device="gpu"))
    assert known.seconds(a_job("first")) == 9
    assert known.seconds(a_job("first", device="gpu")) == 1


def test_ready_jobs_are_first_while_one_waits_for_its_engine() -> None:
    queue = Queue(history(waits=(1, 1), slow=(9, 1), quick=(1, 1)), PLENTY)
    queue.add([a_job("slow"), a_job("quick")])

    def is_ready(job: Job) -> bool:
        return job.post.slug == "quick"

    job = queue.take(is_ready, [a_job("waits"), a_job("quick")])
    assert job is not None
    assert job.post.slug == "quick"
    queue.add([job])
    job = queue.take(is_ready, [a_job("quick")])
    assert job is not None
    assert job.post.slug == "slow"


def test_of_many_waiting_jobs_few_are_looked_at() -> None:
    queue = Queue(history(), PLENTY)
    queue.add([a_job(f"post-{number}") for number in range(200)])
    asked: list[Job] = []

    def is_ready(job: Job) -> bool:
        asked.append(job)
        return True

    while queue.take(is_ready, []):
        pass
    assert len(asked) <= 200


def test_history_of_an_unknown_job_is_an_estimate() -> None:
    past = history()
    assert past.seconds(a_job("new")) == UNKNOWN_SECONDS
    assert past.memory(a_job("new")) == UNKNOWN_MEMORY * HEADROOM


def test_history_estimates_a_trial_from_the_published_run() -> None:
    past = History(Path("unused"))
    past.note(a_job("a"), replace(a_run(0.1), seconds=(2.0, 1.0), memory=100))
    for job in (a_job("a"), a_job("a", "seed", 1)):
        assert (past.seconds(job), past.memory(job)) == (3.0, 100 * HEADROOM)
    past.note(a_job("a", "sham"), replace(a_run(0.1), seconds=(7.0,), memory=10))
    assert past.seconds(a_job("a")) == 3.0
    assert past.seconds(a_job("a", "seed", 1)) == 7.0


def test_history_ignores_failed_runs() -> None:
    past = history(a=(1, 1))
    past.note(a_job("a"), replace(a_run(0.1), failure=Failure(1, 1, "ValueError")))
    assert past.seconds(a_job("a")) == 1


def test_memory_of_the_front_matter_is_reserved_as_it_is() -> None:
    job = a_job("a")
    job = replace(job, post=replace(job.post, memory=5_000))
    assert history(a=(1, 1)).memory(job) == 5_000


def test_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    past = History(tmp_path / "folder" / "history.json")
    past.note(a_job("a"), replace(a_run(0.1), memory=100))
    past.write()
    assert History.read(past.path).posts == past.posts


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"posts/a.md": {"published": [-1, 0]}}', '{"a": {"trial": [1]}}']
)
def test_damaged_history_is_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(text, encoding="utf-8")
    assert History.read(path).posts == {}
