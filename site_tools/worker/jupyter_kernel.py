"""The process of a stock Jupyter kernel: confines itself, then becomes the kernel."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from site_tools.model.protocol import KERNEL_LOG_FILE
from site_tools.sandbox import confinement, supervision
from site_tools.worker import gpu
from site_tools.worker.job_process import enter_directory, read_request, redirect


def main() -> None:
    """Run a kernel in the job directory that is the first argument."""
    folder = Path(sys.argv.pop(1))
    request = read_request(folder)
    confinement.start_over(request.confinement.layers)
    supervision.end_with_parent(os.getppid())
    enter_directory(folder)
    gpu.hide_from_cpu()  # no kernel runs a post on a GPU
    confinement.enter([folder], request.confinement)
    supervision.adopt_orphans()
    for descriptor, name in enumerate([os.devnull, KERNEL_LOG_FILE, KERNEL_LOG_FILE]):
        # Opened again after confinement: an older descriptor leads outside of the sandbox.
        redirect(descriptor, folder / name)
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
