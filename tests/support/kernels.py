"""Stock Jupyter kernels that start soon: importing torch takes longer than most notebooks."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from site_tools.sandbox.environment_variables import THREADS

SERVER = str(Path(__file__).with_name("kernel_server.py"))


@contextlib.contextmanager
def kernels_with(modules: str, folder: Path) -> Iterator[Path]:
    """Yield a value for JUPYTER_PATH with which kernels are forks that have imported modules.

    The folder's path must be short enough for a socket.
    """
    address = str(folder / "kernels.socket")
    spec = folder / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    asks = [sys.executable, "-I", "-S", SERVER, "start", address, "-f", "{connection_file}"]
    spec.write_text(
        json.dumps({"argv": asks, "display_name": "Python 3", "language": "python"}),
        encoding="utf-8",
    )
    command = [sys.executable, "-P", SERVER, "serve", address, modules]
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert server.stdout.readline() == "ready\n"
        yield folder
        assert server.stdin
        server.stdin.close()
        assert server.wait() == 0
