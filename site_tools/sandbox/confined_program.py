"""Runs any program in the sandbox: a child of this process confines itself and becomes it.

This process stays outside and supervises it: when the program has ended, no process that it started
is left. Its arguments are a folder for the program, which holds a file with the `Confinement`, and
the program with its own arguments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from site_tools.model.protocol import REQUEST_FILE, Confinement
from site_tools.sandbox import confinement, supervision

WORK, HOME = "work", "home"
"""Folders in the program's folder: its working directory, and its home and temporary directory."""


def create_folders(folder: Path) -> None:
    """Create the folders of a program in an empty folder."""
    for name in (WORK, HOME):
        (folder / name).mkdir()


def command(folder: Path, confinement: Confinement, program: Sequence[str]) -> list[str]:
    """Return the command that runs a program confined to a folder from `create_folders`.

    Its working directory must be `WORK` in that folder.
    """
    (folder / REQUEST_FILE).write_text(confinement.to_json(), encoding="utf-8")
    return [
        sys.executable,
        "-P",
        "-m",
        "site_tools.sandbox.confined_program",
        str(folder),
        *program,
    ]


def main() -> None:
    """Run the program on the command line, and exit as it does."""
    folder, program = Path(sys.argv[1]), sys.argv[2:]
    request = Confinement.from_json((folder / REQUEST_FILE).read_text(encoding="utf-8"))
    confinement.start_over(request.layers)
    supervision.continue_supervised()
    os.environ.update(HOME=str(folder / HOME), TMPDIR=str(folder / HOME))
    confinement.enter([folder], request)
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    main()
