"""Baselines that are measured without the author's help, and the texts that request them.

A measurement replaces the answers of the network by the same simple answer for every example, and
evaluates the metric again. `worker` does it, `evidence` reads the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

COMMONEST, MEAN, LAST = "the commonest answer", "the mean", "the last value"
RECENT = "the mean of the last values"

KINDS = (COMMONEST, MEAN, LAST, RECENT)
"""What each answer is replaced by: the most frequent of the right answers, their mean, and for a
sequence the value before, or the mean of some values before."""

MIXED_DATA, SHIFTED_DATA = "mixed data", "shifted data"
SWAPPED, STORED, MIXED_INPUTS = "swapped answers", "stored answers", "mixed inputs"

ON_OTHER_DATA = (MIXED_DATA, SHIFTED_DATA, SWAPPED, STORED, MIXED_INPUTS)
"""What else is measured when a program has ended: the number when its data do not belong together,
when they lie elsewhere, and when each example gets the answer of another one; how many answers are
made from no input; and the number when only the inputs are in another order."""

_REQUEST = re.compile(rf"({'|'.join([*KINDS, *ON_OTHER_DATA])}) alone \[(.*?)\] (.*)", re.DOTALL)


def request(kind: str, learned: Iterable[str], metric: str) -> str:
    """Return the text that asks for a baseline of a metric; `learned` as in `freeze`."""
    return f"{kind} alone [{', '.join(sorted(learned))}] {metric}"


def parse_request(text: str) -> tuple[str, tuple[str, ...], str] | None:
    """Return kind, learned names and metric of such a text; None for an author's expression."""
    match = _REQUEST.fullmatch(text)
    if match is None:
        return None
    kind, names, metric = match.groups()
    return kind, tuple(name for name in names.split(", ") if name), metric
