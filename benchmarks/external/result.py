"""What became of a subject, and whether that was wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.external.sources import FAULTY, HEALTHY, Subject


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a subject."""

    name: str
    kind: str
    verdict: str
    """The ruling, `not run` or `failed`."""
    learns: bool
    published: float | None = None
    seeds: tuple[float | None, ...] = ()
    off: tuple[float | None, ...] = ()
    runs: int = 0
    plain_cpu: float = 0.0
    """CPU seconds of the program, run once by Python."""
    proof_cpu: float = 0.0
    """CPU seconds of its proof, in which no run was stored before."""
    said: str = ""
    """The problems, or why it was not run."""
    digest: str = ""
    """Of the subject that it is about; empty when it could not be run."""

    def holds_for(self, subject: Subject) -> bool:
        """Return whether this is the result of a subject as it is now."""
        return self.digest == subject.digest


def right(result: Result) -> bool:
    """Whether the verdict is the wanted one; TOO CLOSE is no mistake for a healthy program."""
    if result.verdict in {"not run", "failed"}:
        return False
    if result.kind == HEALTHY:
        return result.learns or result.verdict == "too close"
    return not result.learns


def summary(results: Iterable[Result]) -> str:
    """Return the counts, and the cost as a share of the programs' own time."""
    ran = [one for one in results if one.verdict != "not run"]
    lines = []
    for kind, words in ((HEALTHY, "accepted or too close"), (FAULTY, "refused")):
        of_kind = [one for one in ran if one.kind == kind]
        lines.append(f"{kind}: {sum(map(right, of_kind))} of {len(of_kind)} {words}")
    if share := cost(ran):
        lines.append(f"cost: {share:.2f} of the programs' CPU time times their runs")
    return "\n".join(lines)


def cost(results: Iterable[Result]) -> float:
    """Return the CPU time of proofs, as a share of the programs' own times their runs; 0: none."""
    timed = [one for one in results if one.proof_cpu and one.plain_cpu]
    plain = sum(one.plain_cpu * one.runs for one in timed)
    return sum(one.proof_cpu for one in timed) / plain if plain else 0.0
