"""Why an expression of a claim gives no number, or one in prose no text.

The kind is for programs, the text for people: rewording a text changes no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "raises",
    "none",
    "not a number",
    "not a text",
    "not finite",
    "device",
    "changes",
    "trains",
    "absent",
    "slow",
    "memory",
]
"""What is wrong with an expression.

raises: its evaluation raised an exception. none: it gives None. not a number: it gives an array, a
text, a bool or another type. not a text: it gives nothing that prose can show. not finite: it gives
inf or nan. device: it gives a tensor without numbers. changes: it changes the program's
state. trains: updates ran while it was evaluated. absent: it was never evaluated. slow: it takes
too long, to be sampled during training or at the end. memory: it needs more than there is.
"""


@dataclass(frozen=True, slots=True)
class MetricFault:
    """Why an expression gives no number, or no text."""

    kind: FaultKind
    text: str
    """The predicate of a sentence about the expression, such as `raises NameError: w`."""

    @property
    def changes_the_program(self) -> bool:
        """Return whether the run is no longer the author's program once this was evaluated."""
        return self.kind in {"changes", "trains"}
