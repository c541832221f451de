"""Run the check of many solutions of exercises, each in a process of its own, two at a time.

A program, not a module: it reads solutions from its standard input as JSON and prints what the
check of each says. Its processes are forked after the slow imports, before there is a thread.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

import sklearn.datasets  # noqa: F401
import torch
import torch._dynamo  # the first optimizer imports it

AT_ONCE = 2


def checked(solution: dict[str, list[str]]) -> str:
    """Return what the last cells of an exercise print or raise, for cells that ran in Jupyter.

    If the post has data files, the solution names their folder.
    """
    for folder in solution.get("folder", []):
        os.chdir(folder)
    said = io.StringIO()
    space = {"In": ["", *solution["cells"]], "__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(said):
            for source in solution["check"]:
                exec(source, space)  # noqa: S102
    except AssertionError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return said.getvalue()


def main() -> None:
    """Check all solutions."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    solutions = json.load(sys.stdin)
    running: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, solution in solutions.items():
            if len(running) == AT_ONCE:
                running.pop(os.wait()[0])
            pid = os.fork()
            if pid == 0:
                (Path(folder) / name).write_text(checked(solution), encoding="utf-8")
                os._exit(0)
            running[pid] = name
        while running:
            running.pop(os.wait()[0])
        found = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
