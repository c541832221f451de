"""The process of a stock kernel: confines itself, then becomes one."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from site_tools.sandbox import confinement, supervision
from site_tools.worker.job_process import redirect, requested, settle

ERRORS = "kernel.txt"
"""The file in the job's folder to which the kernel tells what is wrong with itself."""


def main() -> None:
    """Run a kernel in the folder that the command line names first."""
    folder = Path(sys.argv.pop(1))
    request = requested(folder)
    confinement.start_over(request["sandbox"])
    supervision.end_with_parent(os.getppid())
    settle(folder)
    confinement.enter([folder], request)
    supervision.adopt_orphans()
    for descriptor, name in enumerate([os.devnull, ERRORS, ERRORS]):
        redirect(descriptor, folder / name)  # anew, by a process that is confined
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
