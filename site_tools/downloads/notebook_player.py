"""Runs a notebook as `jupyter execute` does, and prints what its cells printed.

`verify` starts this file by its path, with the interpreter of a reader's Jupyter, in which this
project is not installed. It runs confined, as the notebook does, so that no file that a notebook
has written is read outside.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr
from typing import IO, Any

import nbformat
from nbclient import NotebookClient


class _Player(NotebookClient):
    """Prints at once what the kernel prints, so that a flood is noticed while it runs."""

    streams: Mapping[str, IO[str]]

    def output(self, outs: Any, msg: Any, *rest: Any) -> Any:
        """Take a message of the kernel."""
        if msg["msg_type"] == "stream":
            self.streams[msg["content"]["name"]].write(msg["content"]["text"])
        return super().output(outs, msg, *rest)


def main() -> None:
    """Run the notebook on the command line; raises what its kernel raises."""
    player = _Player(nbformat.read(sys.argv[1], as_version=4), timeout=None)
    player.streams = {"stdout": sys.stdout, "stderr": sys.stderr}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with redirect_stderr(io.StringIO()):  # what nbclient logs is not what the notebook prints
        player.execute(**quiet)


if __name__ == "__main__":
    main()
