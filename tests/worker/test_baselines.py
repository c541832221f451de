"""What a metric gives for simple answers.

To add a case: a program in `baselines/`; its first lines are comments with what it learns and the
metrics to evaluate. `pytest --update` writes the baselines of each beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from site_tools.analysis.baseline_names import KINDS, request
from site_tools.worker import baselines
from site_tools.worker.baselines import measure_all
from tests.support.projects import CASES

FILES = sorted((CASES / "baselines").glob("*.py"))

pytestmark = pytest.mark.xdist_group("torch")
"""One process of tests imports torch, not each."""


def measured(
    metrics: Sequence[str], learned: Sequence[str], source: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each metric with what a worker would measure for it."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "<cell 1>", "exec", dont_inherit=True), namespace)  # noqa: S102
    requests = [request(kind, learned, metric) for metric in metrics for kind in KINDS]
    values = json.loads(measure_all([*metrics, *requests], [], namespace, [source]))["values"]
    for metric in metrics:
        found = {kind: values[request(kind, learned, metric)] for kind in KINDS}
        yield metric, {"published": values[metric], **found}


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_baselines(case: Path, expect: Callable[[Path, str], None]) -> None:
    source = case.read_text(encoding="utf-8")
    head = [line[2:] for line in source.splitlines() if line.startswith("# ")]
    head = head[: next((i for i, line in enumerate(head) if line.endswith(".")), len(head))]
    learned = [line.removeprefix("learns: ") for line in head if line.startswith("learns: ")]
    metrics = [line for line in head if not line.startswith("learns: ")]
    names = learned[0].split(", ") if learned else []
    lines = []
    for metric, values in measured(metrics, names, source):
        assert isinstance(values["published"], float), (metric, values)
        shown = [f"{kind} {values[kind]:.3g}" for kind in KINDS if isinstance(values[kind], float)]
        lines.append(f"{metric}: {'; '.join(shown) or 'nothing'}\n")
    expect(case.with_suffix(".txt"), "".join(lines))


LARGE = """\
right, answers = [0, 1, 1, 0, 1, 1], [0, 1, 1, 0, 1, 0]
_times = []


def accuracy():
    _times.append(1)
    if len(_times) > 1:
        {second}
    return sum(one == other for one, other in zip(answers, right)) / len(right)
"""


@pytest.mark.parametrize(
    ("second", "kind"),
    [("bytes(10**15)", "memory"), ("raise ValueError", "absent"), ("while True: pass", "slow")],
)
def test_why_nothing_was_measured_is_known(
    second: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "slow":  # the others must not take too long on a busy machine
        monkeypatch.setattr(baselines, "SECONDS", 0.2)
    source = LARGE.format(second=second)
    ((_, values),) = measured(["accuracy()"], ["answers"], source)
    published, *others = values.values()
    assert published == 5 / 6
    assert {fault["kind"] for fault in others} == {kind}
