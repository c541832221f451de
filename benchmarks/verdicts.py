"""The error rate of verdicts: simulated experiments, judged by the real rules.

Each line is a kind of post and the share of its experiments that were accepted. Honest posts should
be accepted (the rest are false alarms), posts that do not learn should be refused (those accepted
are misses).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from datetime import date

from site_tools.evidence.judge import judge
from site_tools.model.claim import Claim
from site_tools.model.goals import parse_goal
from site_tools.model.post import Post
from site_tools.model.run import Run, Trace, Update
from site_tools.model.source import Place

EXPERIMENTS = 4_000
FROZEN = Trace((Update("freeze", 1, 1, "w -= g", 1, "w"),))
Draw = Callable[[random.Random], float]


def lognormal(median: float, spread: float) -> Draw:
    """Return a distribution of losses whose logarithms have this standard deviation."""
    return lambda source: median * math.exp(source.gauss(0, spread))


def sometimes(share: float, good: Draw, bad: Draw) -> Draw:
    """Return a distribution of losses that are good on this share of starts."""
    return lambda source: (good if source.random() < share else bad)(source)


def share_accepted(goal: str, trained: Draw, untrained: Draw) -> float:
    """Return the share of accepted experiments among those whose published run passes."""
    claim = Claim("", "loss", parse_goal(goal), Place("a", 1), freeze=("w",))
    post = Post(
        "a", "a", "", "", date(2026, 1, 1), (), (), (), (), 1, 1, "cpu", (claim,), "", (),
        draft=False, cells=(),
    )  # fmt: skip
    source = random.Random(1)  # noqa: S311
    accepted = passed = 0
    while passed < EXPERIMENTS:
        own = trained(source)
        if not own < claim.goal.number:
            continue  # its author would choose another seed
        passed += 1
        runs = {}
        for condition in claim.conditions:
            value = untrained(source) if condition.kind == "control" else trained(source)
            value = own if condition.kind in {"published", "sham"} else value
            runs[condition] = Run((), {"loss": value}, (), "", {}, "cpu", post.date, None, FROZEN)
        accepted += judge(post, runs).verdicts[0].accepted
    return accepted / EXPERIMENTS


def cases() -> Iterator[tuple[str, float]]:
    """Yield each kind of post with the share of its accepted experiments."""
    off = lognormal(0.5, 0.02)
    good = lognormal(0.004, 0.3)
    for share in (1.0, 0.99, 0.95, 0.9, 0.75, 0.5, 0.3):
        trained = sometimes(share, good, lognormal(0.3, 0.1))
        yield f"learns on {share:.0%} of starts", share_accepted("< 0.05", trained, off)
    for room in (8, 6, 5, 4, 3, 2, 1):
        goal = f"< {0.004 * math.exp(0.3 * room):.6f}"
        yield f"goal {room} standard deviations away", share_accepted(goal, good, off)
    for miss in (0.5, 0.2, 0.1):
        goal = f"< {0.5 * math.exp(-miss * math.log(0.5 / 0.004)):.6f}"
        yield (
            f"controls miss the goal by {miss:.0%} of the difference",
            share_accepted(goal, good, off),
        )
    yield "learns nothing, goal at its median", share_accepted("< 0.5", off, off)
    yield "learns nothing, a goal that 90% of starts meet", share_accepted("< 0.513", off, off)
    for share in (0.5, 0.2):
        lucky = sometimes(share, good, off)
        name = f"learns nothing, good without training on {share:.0%} of starts"
        yield name, share_accepted("< 0.05", lucky, lucky)


def main() -> None:
    """Print the table."""
    print(f"verdicts: share accepted of {EXPERIMENTS:,} simulated experiments each")
    for name, share in cases():
        print(f"  {share:8.2%}  {name}")


if __name__ == "__main__":
    main()
