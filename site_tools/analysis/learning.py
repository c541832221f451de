"""Where a program learns, as a value: what a control switches off and plain source strikes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Learning:
    """Where a program learns, as its claim says it and as its runs have shown it."""

    freeze: Collection[str] = ()
    tally: Collection[str] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    steps: Collection[tuple[int, int]] = ()
    """The cells and lines, from 1, in which an optimizer's step was called; cell 0 is a package."""
    gradients: Collection[tuple[int, int]] = ()
    """The cells and lines in which torch computed gradients."""
    stops: Mapping[int, int] = field(default_factory=dict)
    """For each loop that does not end without learning, by its number in `training.loops_of`: after
    how many rounds it is ended."""
