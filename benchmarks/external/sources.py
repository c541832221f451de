"""What is put to the test: public programs at a commit, with stated changes, and pairs of our own.

A public program is read from a clone that the user made; nothing of its code is kept here. Changes
name lines of the file at that commit and give the new text. `faults.toml` has pairs of public
programs, with and without a fault; `pairs/` has those that were rewritten here.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HEALTHY, FAULTY = "healthy", "faulty"
_WORDS = {"name", "origin", "kinds", "changes", "pair"}
"""What is said of a subject, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program with the claim that is made about it."""

    name: str
    kind: str
    """`healthy` or `faulty`."""
    origin: str
    """Repository and path, or the fault of a pair."""
    metric: str
    goal: str
    kinds: Sequence[str] = ()
    """What the fault of a pair is about, such as `learning rate`."""
    pair: str = ""
    """What a program with a fault and the one without it share; empty for one without a twin."""
    changes: str = "none"
    repository: str = ""
    commit: str = ""
    path: str = ""
    cells: Sequence[int] = ()
    """Of a notebook, the cells that are joined to a script."""
    edits: Sequence[Sequence[str]] = ()
    """Line or lines, such as `12`, `12-15`, or `12+` for after line 12, and the new text."""
    files: Sequence[str] = ()
    """Further files of the repository, beside the program."""
    needs: Sequence[str] = ()
    """Packages that the program imports and this project does not bring along."""
    digits: bool = False
    """Whether MNIST is scikit-learn's digits."""
    function: str = ""
    options: Sequence[str] = ()
    arguments: Sequence[str] = ()
    extra: dict[str, str] = field(default_factory=dict)
    """Files of our own that the program needs, by name."""

    @property
    def digest(self) -> str:
        """Return a digest of all that is put to the test, without what is said of it."""
        text = "" if self.repository else Path(self.path).read_text(encoding="utf-8")
        program = text.split('"""', 2)[-1]
        facts = {key: value for key, value in asdict(self).items() if key not in _WORDS}
        facts["path"] = self.path if self.repository else Path(self.path).name
        return hashlib.sha256(f"{facts}{program}".encode()).hexdigest()


def subjects() -> Iterator[Subject]:
    """Yield all subjects, public programs first."""
    listed = tomllib.loads((HERE / "programs.toml").read_text(encoding="utf-8"))["program"]
    for one in listed:
        repository, path = one["repository"], one["path"]
        yield Subject(kind=HEALTHY, origin=f"{repository}, {path}", **one)
    yield from _public_pairs()
    for path in sorted((HERE / "pairs").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        facts = dict(re.findall(r"^(\w+): (.+)$", text.split('"""')[1], re.MULTILINE))
        for kind in (HEALTHY, FAULTY):
            origin = f"{facts['origin']}: {facts['fault']}" if kind == FAULTY else facts["origin"]
            name = f"{path.stem}, {kind}"
            kinds = facts["kinds"].split(", ")
            metric, goal, pair = facts["metric"], facts["goal"], path.stem
            yield Subject(name, kind, origin, metric, goal, kinds, pair, path=str(path))


def _public_pairs() -> Iterator[Subject]:
    """Yield the pairs of `faults.toml`, the program without the fault first."""
    for one in tomllib.loads((HERE / "faults.toml").read_text(encoding="utf-8"))["pair"]:
        own = {HEALTHY, FAULTY, "fault"}
        shared = {key: value for key, value in one.items() if key not in own}
        for kind in (HEALTHY, FAULTY):
            origin = f"{one['origin']}: {one['fault']}" if kind == FAULTY else one["origin"]
            name = f"{one['pair']}, {kind}"
            yield Subject(**shared | one[kind] | {"name": name, "kind": kind, "origin": origin})


class Missing(Exception):  # it is no error: the subject is left out, and that is said
    """A source that was not fetched, or a package that is not installed."""


def write(subject: Subject, sources: Path, folder: Path) -> Path:
    """Write a subject and what it needs into an empty folder, and return its script.

    Raises:
        Missing: its repository, or this commit of it, is not among the sources.

    """
    folder.mkdir(parents=True)
    if not subject.repository:
        text = Path(subject.path).read_text(encoding="utf-8")
        if subject.kind == FAULTY:
            text = text.replace("\nFAULTY = False\n", "\nFAULTY = True\n")
        script = folder / Path(subject.path).name
    else:
        text = _edited(_text(subject, sources), subject.edits)
        stem = re.sub(r"^(?=\d)|\W", "_", Path(subject.path).stem)  # a module can be imported
        script = folder / f"{stem}.py"
        for name in subject.files:
            _copy(subject, sources, name, folder)
    script.write_text(text, encoding="utf-8")
    for name, content in subject.extra.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    if subject.digits:
        shutil.copytree(HERE / "stand_ins" / "torchvision", folder / "torchvision")
    return script


def _text(subject: Subject, sources: Path) -> str:
    text = _show(subject, sources, subject.path).decode("utf-8")
    if not subject.cells:
        return text
    cells: list[dict[str, Any]] = json.loads(text)["cells"]
    joined = "\n".join("".join(cells[number]["source"]) for number in subject.cells)
    return re.sub(r"^%.*$", "", joined, flags=re.MULTILINE)


def _copy(subject: Subject, sources: Path, name: str, folder: Path) -> None:
    """Copy a file, or all of a folder, to where it lies relative to the program."""
    if name.endswith("/"):
        for one in _git(subject, sources, "ls-tree", "-r", "--name-only", subject.commit, name):
            if one.endswith(".py"):
                _copy(subject, sources, one, folder)
        return
    beside = Path(subject.path).parent
    target = folder / (
        Path(name).relative_to(beside) if Path(name).is_relative_to(beside) else name
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_show(subject, sources, name))


def _git(subject: Subject, sources: Path, *words: str) -> list[str]:
    return _run(subject, sources, *words).decode().splitlines()


def _show(subject: Subject, sources: Path, path: str) -> bytes:
    return _run(subject, sources, "show", f"{subject.commit}:{path}")


def _run(subject: Subject, sources: Path, *words: str) -> bytes:
    clone = sources / subject.repository
    if not clone.exists():
        message = f"git clone https://github.com/{subject.repository} {clone}"
        raise Missing(message)
    command = ["git", "-C", str(clone), *words]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise Missing(done.stderr.decode(errors="replace").strip())
    return done.stdout


def _edited(text: str, edits: Sequence[Sequence[str]]) -> str:
    """Return text with lines replaced, counted as they were before any edit."""
    lines = text.splitlines()
    for where, new in sorted(edits, key=lambda edit: -int(re.findall(r"\d+", edit[0])[0])):
        numbers = [int(number) for number in re.findall(r"\d+", where)]
        first, last = numbers[0], numbers[-1]
        start = first if where.endswith("+") else first - 1
        stop = start if where.endswith("+") else last
        lines[start:stop] = new.splitlines()
    return "\n".join(lines) + "\n"
