"""What each post's last published run depended on, and what has changed since.

A cache key says that something changed; these notes, a small file for each post, say what.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.experiment.plan import Job
from site_tools.model.claim import PUBLISHED
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.model.text import SHOWN, count, cut


class _Depends(BaseModel):
    """`Dependencies` as a file holds them."""

    model_config = ConfigDict(extra="ignore", strict=True)

    runner: int
    code: list[str]
    device: str
    python: list[int] = []
    versions: dict[str, str]
    metrics: list[str]
    texts: list[str] = []
    data: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference from the last run."""

    place: Place | None
    """The location in the post, if it is a line there."""
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


@dataclass(frozen=True, slots=True)
class LastRuns:
    """A folder of notes."""

    folder: Path

    def note(self, job: Job) -> None:
        """Record what a published run depended on; ignore other runs and errors of the system."""
        if job.condition != PUBLISHED:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(job.depends, sort_keys=True)
            write_whole(self._path(job), text.encode("utf-8"))

    def changes(self, job: Job) -> list[Change] | None:
        """Return what has changed for a published run; None when it is unknown."""
        try:
            then = _Depends.model_validate_json(self._path(job).read_bytes())
        except (OSError, ValidationError):
            return None
        return list(_changes(then, _Depends.model_validate(job.depends), job.post))

    def _path(self, job: Job) -> Path:
        device = "" if job.device == "cpu" else f".{job.device}"
        return self.folder / f"{job.post.slug}{device}.json"


def _changes(then: _Depends, now: _Depends, post: Post) -> Iterator[Change]:
    yield from _code_changes(then.code, now.code, post)
    for metric in sorted({*now.metrics} ^ {*then.metrics}):
        verb = "is measured now" if metric in now.metrics else "is no longer measured"
        yield Change(None, f"`{cut(metric, SHOWN)}` {verb}.")
    for text in sorted({*now.texts} ^ {*then.texts}):
        verb = "is shown now" if text in now.texts else "is no longer shown"
        yield Change(None, f"`{cut(text, SHOWN)}` {verb} in the prose.")
    for name in sorted({name for name, _ in then.data.items() ^ now.data.items()}):
        verb = "has changed" if name in now.data else "is gone"
        yield Change(None, f"the data file `{name}` {verb if name in then.data else 'is new'}.")
    yield from _version_changes(then.versions, now.versions)
    for name, before, after in (
        ("Python", _dotted(then.python), _dotted(now.python)),
        ("the device", then.device, now.device),
        ("the version of the runner", then.runner, now.runner),
    ):
        if before != after:
            yield Change(None, f"{name} is {after}; it was {before}.")


def _code_changes(then: Sequence[str], now: Sequence[str], post: Post) -> Iterator[Change]:
    """Yield the first difference in each changed code block, and blocks that came or went."""
    matcher = difflib.SequenceMatcher(None, then, now, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        paired = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + paired), range(j1, j1 + paired), strict=True):
            yield _first_difference(then[i], now[j], post, j)
        for j in range(j1 + paired, j2):
            yield Change(post.place_in_code(j + 1, 0), "this block of code is new.")
        for i in range(i1 + paired, i2):
            lines = count(len(then[i].splitlines()), "line")
            first = cut(next(iter(then[i].strip().splitlines()), ""), SHOWN)
            what = f"a block of {lines} is gone; it began with `{first}`."
            yield Change(None, what)


def _first_difference(then: str, now: str, post: Post, index: int) -> Change:
    old, new = then.split("\n"), now.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    _, i1, i2, j1, j2 = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    line = min(j1 + 1, len(new))
    place = post.place_in_code(index + 1, line)
    if i1 == i2:
        return Change(place, f"`{_shown(new[j1])}` is new.")
    if j1 == j2:
        return Change(place, f"`{_shown(old[i1])}` is gone from here.")
    return Change(place, f"`{_shown(new[j1])}` was `{_shown(old[i1])}`.")


def _shown(line: str) -> str:
    return cut(line.strip(), SHOWN)


def _version_changes(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted({*then, *now}):
        before, after = then.get(name), now.get(name)
        if before == after:
            continue
        if before is None:
            yield Change(None, f"{name} {after} is used now.")
        elif after is None:
            yield Change(None, f"{name} is no longer used.")
        else:
            yield Change(None, f"{name} is {after}; it was {before}.")


def _dotted(version: Sequence[Any]) -> str:
    return ".".join(map(str, version))
