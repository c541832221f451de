"""What a run was made on, in words, and the runs of a post on two devices side by side."""

from __future__ import annotations

import html
from collections.abc import Iterator

from site_tools.evidence.verdict import Evidence, OnOtherDevice, Verdict
from site_tools.model.run import Gpu, Run
from site_tools.pages.number_text import goal_in_words, shown

_GIGABYTE, _MEGABYTE = 1e9, 1e6


def where(run: Run) -> str:
    """Return what a run was made on: `One CPU thread`, or the name of a GPU."""
    return run.gpu.name if run.gpu else "One CPU thread"


def software(gpu: Gpu) -> str:
    """Return the driver and the libraries that a run used."""
    parts = [
        f"driver {gpu.driver}" if gpu.driver else "",
        f"torch {gpu.torch} for CUDA {gpu.cuda}",
        f"cuDNN {_cudnn(gpu.cudnn)}" if gpu.cudnn else "",
    ]
    return ", ".join(filter(None, parts))


def _cudnn(number: int) -> str:
    """Return a version of cuDNN as it is written: 91300 is 9.13.0, and 8902 is 8.9.2."""
    digits = 10_000 if number >= 90_000 else 1_000  # noqa: PLR2004  since version 9
    major, rest = divmod(number, digits)
    return f"{major}.{rest // 100}.{rest % 100}"


def memory(gpu: Gpu) -> str:
    """Return how much memory of the GPU a run took, and how much there is."""
    return f"{_size(gpu.peak)} of the GPU's {_size(gpu.memory)} at most"


def _size(count: int) -> str:
    if count >= _GIGABYTE:
        return f"{count / _GIGABYTE:.1f} GB"
    return f"{count / _MEGABYTE:,.0f} MB"


def arithmetic(gpu: Gpu) -> str:
    """Return how the GPU was set to compute."""
    parts = {
        "TF32": gpu.tf32,
        "cuDNN's choice by measurement": gpu.benchmark,
        "deterministic algorithms": gpu.deterministic,
    }
    states = [f"{name} {'on' if state else 'off'}" for name, state in parts.items()]
    return ", ".join([*states, f"last seed {gpu.seed}"])


def side_by_side(run: Run, evidence: Evidence, other: OnOtherDevice) -> str:
    """Return a table of a post's runs on two devices: seconds, and each claim with its starts."""
    return "\n".join(
        [
            '<div class="table-scroll" tabindex="0" role="group" aria-label="Table">',
            '<table class="data">',
            "<caption>The same program, tested on both devices</caption>",
            f"<tr>{''.join(_heads(evidence))}</tr>",
            f"<tr>{''.join(_row(run, evidence))}</tr>",
            f"<tr>{''.join(_row(other.run, other.evidence))}</tr>",
            "</table></div>",
        ]
    )


def _heads(evidence: Evidence) -> Iterator[str]:
    yield '<th scope="col">Ran on</th>'
    yield '<th scope="col">Seconds</th>'
    several = len(evidence.verdicts) > 1
    for number, verdict in enumerate(evidence.verdicts, start=1):
        name = f"Claim {number}, goal" if several else "Goal"
        yield f'<th scope="col">{name} {html.escape(goal_in_words(verdict.claim.goal))}</th>'


def _row(run: Run, evidence: Evidence) -> Iterator[str]:
    yield f'<th scope="row">{html.escape(where(run))}, {run.day}</th>'
    yield f"<td>{run.total_seconds:.2f}</td>"
    for verdict in evidence.verdicts:
        yield f"<td>{_result(verdict)}</td>"


def _result(verdict: Verdict) -> str:
    value = shown(verdict.published.value or 0.0, verdict.claim.goal)
    if verdict.deterministic:
        return f"{value}, without random numbers"
    return f"{value}, {verdict.passing} of {len(verdict.seeds)} other starts"
