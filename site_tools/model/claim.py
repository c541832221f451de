"""A claim: what the network is said to do, and under which conditions that is tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_tools.model.goals import Goal
from site_tools.model.source import Place

Kind = Literal[
    "published",
    "sham",
    "short",
    "seed",
    "control",
    "brief",
    "blind",
    "brief-blind",
    "shuffle",
    "mixed",
    "restart",
    "reversed",
    "scattered",
    "curve",
    "flat",
    "variant",
]
"""What a run is for. Published: the code verbatim. Sham: the control's instruments, learning on.
Short: a sham without the cells that no claim needs. If it gives the published numbers, all further
runs leave them out.
Seed: another random start. Control: that start with learning off; as trial 0, the author's own
start. Brief: a control whose loops train for one round: the number must be that of the control.
Blind: a control with mixed data. Brief-blind: both. Shuffle: with mixed answers.
Mixed: a sham with other data, which must end elsewhere.
Restart: a sham in which what learns starts elsewhere, and must come to the goal all the same.
Reversed: a sham whose updates go in the opposite direction. Scattered: one in which each number
goes either way by chance.
Curve: a sham that is sampled while it learns. Flat: its ablated run, the same with learning off.
These two show how the network learns, and judge nothing.
Variant: a curve of a program with one change, to show what a line is for; as trial 1 and so on,
from the start of that seed trial. It judges nothing either."""

IN_WORDS: dict[Kind, str] = {
    "published": "as published",
    "sham": "with the experiment's instruments and learning on",
    "short": "without the cells that no claim needs",
    "seed": "from other random starts",
    "control": "with learning switched off",
    "brief": "for one round with learning switched off",
    "blind": "with learning switched off and mixed data",
    "brief-blind": "for one round with learning switched off and mixed data",
    "shuffle": "with shuffled answers",
    "mixed": "with mixed data",
    "restart": "from another start",
    "reversed": "with its updates reversed",
    "scattered": "with updates that go either way by chance",
    "curve": "sampled for the learning curve",
    "flat": "sampled with learning off",
    "variant": "with one change",
}
"""What the runs of each kind are: “8 runs from other random starts”."""


@dataclass(frozen=True, order=True, slots=True)
class Condition:
    """Under which condition of the experiment a program runs."""

    kind: Kind
    trial: int = 0
    """The number of the random start, from 1; 0 where the seeds are the author's."""
    freeze: tuple[str, ...] = ()
    tally: tuple[str, ...] = ()
    constants: tuple[tuple[str, int | float], ...] = ()
    shuffle: str = ""
    variant: str = ""
    """The name of the change of a variant, unique in its post."""

    @property
    def judges(self) -> bool:
        """Return whether a verdict needs this run; a learning curve does without."""
        return self.kind not in {"curve", "flat", "variant"}


PUBLISHED = Condition("published")

STARTS = 3
"""From how many other starts what may be data must come to the goal. Most of them must: one may
lie near the answer by chance, or where an honest network learns nothing."""

_LISTING = {
    *(
        "sham",
        "short",
        "control",
        "brief",
        "blind",
        "brief-blind",
        "mixed",
        "restart",
        "reversed",
        "scattered",
    ),
    *("curve", "flat", "variant"),
}
"""The kinds of runs that depend on what a claim lists."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the post says its network does, as a number that can be measured."""

    says: str
    """The claim in words."""
    metric: str
    """A Python expression, evaluated in the final namespace."""
    goal: Goal
    place: Place
    """Where the claim starts in the front matter."""
    seeds: int = 8
    """How many seed trials there are."""
    controls: int = 3
    """How many of them are run with learning off as well."""
    freeze: tuple[str, ...] = ()
    """Names whose updates are learning, in programs that update by hand."""
    tally: tuple[str, ...] = ()
    """Names that learn by counting: their changes do not depend on what they hold."""
    constants: tuple[tuple[str, int | float], ...] = ()
    """The front matter's `set`: top-level names and the values that switch learning off."""
    expect: int | None = None
    """How many seed trials reach the goal in the author's words; None for as good as all."""
    baseline: str = ""
    """A Python expression for what can be had without a network; must miss the goal."""
    shuffle: str = ""
    """A top-level name, such as `y_train`, whose rows further controls mix."""
    curve: str = ""
    """A Python expression to sample during training; empty for the metric."""
    has_readers: bool = True
    """Whether a page shows what the program prints, so that each generator needs a seed."""

    @property
    def sampled(self) -> str:
        """Return the expression that is sampled for the claim's learning curve."""
        return self.curve or self.metric

    def condition(self, kind: Kind, trial: int = 0) -> Condition:
        """Return the condition of one of the claim's runs."""
        if kind in _LISTING:
            return Condition(kind, trial, self.freeze, self.tally, self.constants)
        return Condition(kind, trial, shuffle=self.shuffle if kind == "shuffle" else "")

    @property
    def briefs(self) -> list[Condition]:
        """Return the conditions of the brief controls, from the starts of the others."""
        return [self.condition("brief", trial) for trial in range(self.controls + 1)]

    @property
    def doubts(self) -> list[Condition]:
        """Return the conditions of the controls that are run if the first brief one differs."""
        return [*self.briefs[1:], self.condition("blind"), self.condition("brief-blind")]

    @property
    def remixed(self) -> list[Condition]:
        """Return the conditions of the runs whose data are mixed in other ways."""
        return [self.condition("mixed", trial) for trial in range(1, self.controls + 1)]

    @property
    def restarts(self) -> list[Condition]:
        """Return the conditions of the runs in which what learns starts elsewhere."""
        return [self.condition("restart", trial) for trial in range(STARTS)]

    @property
    def scattered(self) -> list[Condition]:
        """Return the conditions of the runs in which updates go either way by chance."""
        return [self.condition("scattered", trial) for trial in range(1, self.controls + 1)]

    @property
    def conditions(self) -> list[Condition]:
        """Return the conditions of the runs that judge every claim, the published one first.

        `evidence.further_controls` adds those that depend on the program.
        """
        controls = range(1, self.controls + 1)
        return [
            PUBLISHED,
            self.condition("sham"),
            *(self.condition("seed", trial) for trial in range(1, self.seeds + 1)),
            *(self.condition("control", trial) for trial in controls),
            *(self.condition("shuffle", trial) for trial in controls if self.shuffle),
            self.condition("control"),
            *([] if self.constants else [self.condition("reversed")]),
        ]
