"""The process of a stock kernel: confines itself, then becomes one."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

from site_tools import processes, sandbox
from site_tools.child import REQUEST, settle


def main() -> None:
    """Run a kernel in the folder that the command line names first."""
    folder = Path(sys.argv.pop(1))
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    settle(folder)
    processes.adopt_orphans()
    sandbox.enter([folder], request)
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
