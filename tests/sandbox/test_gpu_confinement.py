"""What confinement allows in addition to a process that uses a GPU, and no more than that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.layers import ACTIVE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("processes" not in ACTIVE, reason="no process namespaces"),
]

PROGRAM = """
import json, os, sys, threading
from pathlib import Path
from site_tools.model.protocol import Confinement
from site_tools.sandbox import confinement

layers = sys.argv[2].split(",")
confinement.start_over(layers)
confinement.enter([Path.cwd()], Confinement(layers, [], 2**30, sys.argv[1]))

def writes(path):
    try:
        with open(path, "r+") as file:
            file.write("cuda")
    except OSError as error:
        return False
    return True

waits = threading.Event()
thread = threading.Thread(target=waits.wait)
thread.start()
name = f"/proc/self/task/{thread.native_id}/comm"
tops = [p for p in Path("/proc").iterdir() if not p.name.isdigit() and not p.is_symlink()]
others = [p for top in tops for p in (top, *top.rglob("*"))]
files = [str(p) for p in others if os.path.isfile(p) and not p.is_symlink() and writes(p)]
print(json.dumps({"names": writes(name), "comm": open(name).read(), "files": files}))
waits.set()
"""


@pytest.mark.parametrize(("device", "name"), [("cpu", "python"), ("gpu", "cuda")])
def test_only_a_process_with_a_gpu_may_name_its_threads(
    device: str, name: str, tmp_path: Path
) -> None:
    """CUDA does so when it starts; everything else in /proc stays read-only, for root as well."""
    layers = ",".join(ACTIVE)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, device, layers],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["names"] == (device == "gpu")
    assert said["comm"].startswith(name)
    assert said["files"] == []
