"""Evidence → the controls as plain source: the post's program with its learning struck out.

An independent check of the instruments: such a program runs in any interpreter, with nothing of
this project in its process, and must end where the control of the author's own start ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from site_tools.analysis.learning import Learning
from site_tools.analysis.source_edits import Edit
from site_tools.analysis.strike import Struck, struck
from site_tools.analysis.struck_statements import Unwritable
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.post import Post
from site_tools.model.protocol import UpdateCounts
from site_tools.model.run import Trace


@dataclass(frozen=True, slots=True)
class PlainControl:
    """One control as plain source, or why it cannot be written."""

    number: int
    """From 1: controls of claims that switch off the same things are one."""
    verdicts: tuple[Verdict, ...]
    """The verdicts on the claims that it is a control of."""
    program: Struck | None
    reason: str = ""
    """Why there is no program; empty when there is one."""

    def file(self, post: Post) -> str:
        """Return the name of its script; empty when there is none."""
        end = f"-{self.number}" if self.number > 1 else ""
        return f"{post.slug}-learning-off{end}.py" if self.program else ""

    @property
    def ends(self) -> tuple[tuple[Verdict, float], ...]:
        """Return where the program must end: the number of each claim."""
        trials = [(verdict, verdict.same_start) for verdict in self.verdicts]
        return tuple((v, t.value) for v, t in trials if t and t.value is not None)

    @property
    def changes(self) -> tuple[Edit, ...]:
        """Return the edits that say what they do, in the order of the program."""
        return tuple(e for e in self.program.edits if e.note) if self.program else ()


def plain_controls(post: Post, evidence: Evidence) -> list[PlainControl]:
    """Return the controls of all accepted claims, one for each condition."""
    groups: dict[object, list[Verdict]] = {}
    for verdict in evidence.verdicts:
        if verdict.accepted and verdict.same_start is not None:
            groups.setdefault(verdict.same_start.condition, []).append(verdict)
    return [
        _control(post, number, tuple(verdicts))
        for number, verdicts in enumerate(groups.values(), start=1)
    ]


def _control(post: Post, number: int, verdicts: tuple[Verdict, ...]) -> PlainControl:
    verdict = verdicts[0]
    assert verdict.same_start is not None  # noqa: S101  only such verdicts are grouped
    sham = verdict.sham.trace if verdict.sham else Trace()
    try:
        learning = learning_of(verdict.claim, sham, verdict.same_start)
        return PlainControl(number, verdicts, struck(post.sources, learning))
    except Unwritable as error:
        where = str(post.place_in_code(error.cell, error.line)) if error.cell else ""
        reason = f"{where}: {error.reason}" if where else error.reason
        return PlainControl(number, verdicts, None, reason)
    except (SyntaxError, RecursionError):
        return PlainControl(number, verdicts, None, "the program is not plain Python")


def learning_of(claim: Claim, sham: Trace, control: Trial) -> Learning:
    """Return where a program learns: as the claim says, and as the control met it.

    Raises Unwritable when the control was ended outside of any loop.
    """
    places = {
        how: {(u.cell, u.line) for u in control.trace.updates if u.how == how and u.count}
        for how in ("step", "backward")
    }
    return Learning(
        claim.freeze,
        claim.tally,
        dict(claim.constants),
        steps=places["step"],
        gradients=places["backward"],
        stops=_stops(sham, control.trace),
    )


def _stops(sham: Trace, control: Trace) -> dict[int, int]:
    """Return after how many rounds the control ended which loop.

    A loop that came to its limit by itself is among them: there, a limit changes nothing.
    """
    if not control.stopped:
        return {}
    counts = UpdateCounts(sham.total, sham.peaks)
    limits = {number: counts.limit(number) for number in range(len(sham.peaks))}
    stops = {n: limit for n, limit in limits.items() if limit and control.peaks[n] >= limit}
    if not stops:
        raise Unwritable(0, 0, "the control was ended outside of a loop")
    return stops
