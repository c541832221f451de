"""A proof as numbers for programs, and as a card of Markdown for a pull request."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from site_tools.evidence.report_text import line_name, range_text
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.goals import in_words, show
from site_tools.model.run import Run
from site_tools.proving.proof import Proof


def as_json(proof: Proof) -> str:
    """Return a proof as a JSON object."""
    program, claim, run = proof.program, proof.program.claims[0], proof.run
    content: dict[str, Any] = {
        "version": 1,
        "program": program.title,
        "learns": proof.learns,
        "metric": claim.metric,
        "goal": str(claim.goal),
        "problems": [str(problem) for problem in proof.problems],
        "seconds": run.total_seconds if run else None,
        "python": run.python if run else None,
        "packages": dict(run.versions) if run else {},
    }
    if proof.verdict:
        content |= _measured(proof, proof.verdict)
    return json.dumps(content, indent=2)


def _measured(proof: Proof, verdict: Verdict) -> dict[str, Any]:
    gap = verdict.separation.gap if verdict.separation else None
    room = verdict.separation.margin if verdict.separation else None
    return {
        "verdict": verdict.ruling,
        "published": verdict.published.value,
        "sham": verdict.sham.value if verdict.sham else None,
        "seeds": [trial.value for trial in verdict.seeds],
        "passing": verdict.passing,
        "needed": verdict.needed if verdict.seeds else None,
        "deterministic": verdict.deterministic if verdict.seeds else None,
        "learning_off": [trial.value for trial in verdict.off],
        "switched_off": [
            {
                "where": line_name(proof.program, update.cell, update.line),
                "code": update.text,
                "how": update.how,
                "times": update.count,
            }
            for update in verdict.switched_off
        ],
        "baselines": {baseline.name: baseline.value for baseline in verdict.baselines},
        "gap": gap,
        "room": None if room is None or math.isinf(room) else room,
    }


def as_markdown(proof: Proof) -> str:
    """Return a proof as Markdown."""
    claim = proof.program.claims[0]
    title = "learns" if proof.learns else "is not shown to learn"
    lines = [f"### {_code(proof.program.title)} {title}", ""]
    if proof.problems:
        lines += ["```text", *[str(problem).replace("```", "'''") for problem in proof.problems]]
        lines += ["```", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| goal | {_code(claim.metric)} {in_words(claim.goal)} |"]
    verdict = proof.verdict
    if verdict:
        lines += [f"| {name} | {value} |" for name, value in _rows(proof, verdict)]
    lines += ["", f"<sub>{_facts(proof.run)}</sub>" if proof.run else ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(proof: Proof, verdict: Verdict) -> Iterator[tuple[str, str]]:
    goal = verdict.claim.goal
    if verdict.published.value is not None:
        yield "as it is", show(verdict.published.value, goal)
    if verdict.off:
        where = _places(proof, verdict)
        yield f"learning off{where}", range_text(_numbers(verdict.off), goal)
    if verdict.seeds and not verdict.deterministic:
        passing = f"{verdict.passing} of {len(verdict.seeds)} reach the goal"
        yield "other random starts", f"{passing}: {range_text(_numbers(verdict.seeds), goal)}"
    for baseline in verdict.baselines[:1]:
        name = baseline.name if baseline.measured else _code(baseline.name)
        yield f"without a network: {name}", show(baseline.value, goal)


def _places(proof: Proof, verdict: Verdict) -> str:
    """Return where learning was switched off, in parentheses."""
    own = [update for update in verdict.switched_off if update.cell]
    names = dict.fromkeys(line_name(proof.program, one.cell, one.line) for one in own)
    return f" ({', '.join(names)})" if names else ""


def _numbers(trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.value is not None]


def _code(text: str) -> str:
    """Return text as code inside of a table of Markdown."""
    plain = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"`{plain}`"


def _facts(run: Run) -> str:
    packages = [f"{name} {version}" for name, version in run.versions.items()]
    return " · ".join([f"{run.total_seconds:.1f} s", f"Python {run.python}", *packages, run.day])
