"""What torch says about a GPU becomes a message with its remedy.

To add a case: what torch says in `tests/cases/gpu-messages/NAME.txt`; `pytest --update` writes the
messages beside it, of a run on a GPU and of one on the CPU. Read them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.running.failures import not_run, raised
from site_tools.running.limits import Limits
from tests.support.projects import CASES

TEXTS = sorted((CASES / "gpu-messages").glob("*.txt"))


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.stem)
def test_messages(case: Path, expect: Callable[[Path, str], None]) -> None:
    kind, _, text = case.read_text(encoding="utf-8").strip().partition(": ")
    kinds = [kind, "RuntimeError", "Exception"]
    lines = []
    for name, gpu in (("gpu", "0"), ("cpu", "")):
        failure = raised((1, 2), kinds, text, Limits(60, 10**9, (), gpu=gpu))
        kept = "stored" if failure.repeatable else "not stored"
        lines.append(f"{name}, {kept}: {failure.what} {failure.remedy}".strip())
    expect(case.with_suffix(".expected"), "\n".join(lines) + "\n")


def test_gpu_that_does_not_start_is_no_bug_of_ours() -> None:
    limits = Limits(60, 10**9, (), gpu="0")
    text = "Torch not compiled with CUDA enabled"
    failure = not_run((1, 0), ["AssertionError", "Exception"], text, limits)
    assert "a build without CUDA" in failure.what
    assert "bug" not in failure.what + failure.remedy
    assert not failure.repeatable
