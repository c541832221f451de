"""The process of a stock kernel: confines itself, then becomes one."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from site_tools import processes, sandbox
from site_tools.child import redirect, requested, settle

ERRORS = "kernel.txt"
"""The file in the job's folder to which the kernel tells what is wrong with itself."""


def main() -> None:
    """Run a kernel in the folder that the command line names first."""
    folder = Path(sys.argv.pop(1))
    request = requested(folder)
    sandbox.start_over(request["sandbox"])
    processes.end_with_parent(os.getppid())
    settle(folder)
    sandbox.enter([folder], request)
    processes.adopt_orphans()
    for descriptor, name in enumerate([os.devnull, ERRORS, ERRORS]):
        redirect(descriptor, folder / name)  # anew, by a process that is confined
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
