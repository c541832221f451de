"""The process of a program that is not ours: it confines itself, then becomes that program.

The command line names a folder of its own. A file there tells how far it is confined; behind the
folder stands the program with its arguments.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from site_tools.sandbox import confinement, supervision

WORK, HOME = "work", "home"
"""Folders in a guest's folder: where it starts, and what it takes for its user's."""

_REQUEST = "request.json"


@dataclass(frozen=True, slots=True)
class Confinement:
    """How far a guest is confined."""

    sandbox: Sequence[str]
    """Layers, of `sandbox.LAYERS`; none for limits only."""
    readable: Sequence[str]
    """Folders beside its own and the system's."""
    memory: int
    """Bytes."""
    device: str = "cpu"


def lay_out(folder: Path) -> None:
    """Make a guest's folders in an empty folder."""
    for name in (WORK, HOME):
        (folder / name).mkdir()


def command(folder: Path, confinement: Confinement, program: Sequence[str]) -> list[str]:
    """Return the command that runs a program as a guest in a folder that is laid out for it.

    It must be started in the folder `WORK` there.
    """
    (folder / _REQUEST).write_text(json.dumps(asdict(confinement)), encoding="utf-8")
    return [
        sys.executable,
        "-P",
        "-m",
        "site_tools.sandbox.confined_program",
        str(folder),
        *program,
    ]


def main() -> None:
    """Become the program that the command line names."""
    folder, program = Path(sys.argv[1]), sys.argv[2:]
    request = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
    confinement.start_over(request["sandbox"])
    supervision.end_with_parent(os.getppid())
    os.environ.update(HOME=str(folder / HOME), TMPDIR=str(folder / HOME))
    confinement.enter([folder], request)
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    main()
