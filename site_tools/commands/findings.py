"""What `check` found, as a person or another program reads it: text, GitHub annotations, JSON."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from site_tools.commands.printing import print_command
from site_tools.evidence.reviewer_notes import ReviewerNote
from site_tools.model.errors import Problem, as_warning
from site_tools.model.source import Place
from site_tools.model.terminal_text import visible
from site_tools.model.text import count

Severity = Literal["error", "warning", "note"]
Format = Literal["text", "github", "json"]

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
"""The workflow command of GitHub for each severity."""

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})
"""How GitHub's workflow commands escape a message and a property."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `check` says about one place."""

    severity: Severity
    place: Place
    message: str
    remedy: str
    text: str
    """Place, message and remedy, as they are printed for a person."""

    @classmethod
    def of_problem(cls, problem: Problem) -> Finding:
        """Make one of a problem."""
        message = "\n".join([problem.what, *problem.evidence])
        return cls("error", problem.place, message, problem.remedy, str(problem))

    @classmethod
    def of_warning(cls, warning: Problem) -> Finding:
        """Make one of what does not keep a post from being published."""
        return cls("warning", warning.place, warning.what, warning.remedy, as_warning(warning))

    @classmethod
    def of_note(cls, note: ReviewerNote) -> Finding:
        """Make one of a note for reviewers."""
        return cls("note", note.place, note.sentence, "", str(note))


def print_findings(findings: Iterable[Finding], form: Format, root: Path) -> None:
    """Print findings; those of a line in a snippet that posts share only once.

    A person reads them on standard error, a program on standard output. `root` is the project's
    folder: GitHub counts paths from the folder of the repository, which may be above it.
    """
    found = list({finding.text: finding for finding in findings}.values())
    if form == "json":
        print_command(_json(found))
    elif form == "github":
        for finding in found:
            print_command(_annotation(finding, _below_repository(root)))
    else:
        for text in _shortened(found):
            print(text, file=sys.stderr)


_MOST_ALIKE = 10
"""Findings of one kind in one file that a person reads; the other formats hold them all."""


def _shortened(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the texts of findings; of many of one kind in one file, only the first."""
    kinds = Counter(map(_kind, findings))
    printed: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        kind = _kind(finding)
        printed[kind] += 1
        if printed[kind] <= _MOST_ALIKE or kinds[kind] == _MOST_ALIKE + 1:
            yield finding.text
        elif printed[kind] == _MOST_ALIKE + 1:
            others = count(kinds[kind] - _MOST_ALIKE, f"more {finding.severity}")
            yield (
                f"{finding.place.file}: {others} like this. "
                "`elevenlines check --format json` lists all."
            )


def _kind(finding: Finding) -> tuple[str, ...]:
    """Return what findings of one kind share: all but places, numbers and what they quote."""
    return finding.severity, finding.place.file, re.sub(r"`[^`]*`|\d+", "", finding.message)


def _json(findings: Sequence[Finding]) -> str:
    """Return an array of objects; `line` is 0 for a file as a whole."""
    values = [
        {
            "file": finding.place.file,
            "line": finding.place.line,
            "cell": finding.place.within,
            "severity": finding.severity,
            "message": finding.message,
            "remedy": finding.remedy,
        }
        for finding in findings
    ]
    # No terminal and no CI service finds a command of its own in this.
    return json.dumps(values, indent=2).replace("##", "#\\u0023")


def _annotation(finding: Finding, below: Path) -> str:
    path = (below / finding.place.file).as_posix()
    properties = {"file": visible(path), "line": str(max(finding.place.line, 1))}
    if finding.place.within:
        properties["title"] = visible(finding.place.within)
    listed = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    message = visible("\n".join(filter(None, [finding.message, finding.remedy])))
    return f"::{_COMMANDS[finding.severity]} {listed}::{message.translate(_DATA)}"


def _below_repository(root: Path) -> Path:
    """Return the path of the project's folder in the repository that a workflow checked out."""
    repository = os.environ.get("GITHUB_WORKSPACE")
    if repository and root.resolve().is_relative_to(Path(repository).resolve()):
        return root.resolve().relative_to(Path(repository).resolve())
    return Path()
