"""Runs a notebook as `jupyter execute` does, and prints what its cells printed.

`verify` starts this file by its path, with the interpreter of a reader's Jupyter, in which this
project is not installed. It runs confined, as the notebook does, so that no file that a notebook
has written is read outside.
"""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr
from typing import Any

import nbformat
from nbclient import NotebookClient


def main() -> None:
    """Run the notebook on the command line; raises what its kernel raises."""
    book: Any = nbformat.read(sys.argv[1], as_version=4)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with redirect_stderr(io.StringIO()):  # what nbclient logs is not what the notebook prints
        NotebookClient(book, timeout=None).execute(**quiet)
    streams = {"stdout": sys.stdout, "stderr": sys.stderr}
    for output in (output for cell in book.cells for output in cell.get("outputs", [])):
        if output.output_type == "stream":
            streams[output.name].write(output.text)


if __name__ == "__main__":
    main()
