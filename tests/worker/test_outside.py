"""A sham has another clock, and folders in another order; all else works as before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECK = """
import os, shutil, tempfile, time
from glob import glob
from pathlib import Path
from site_tools.worker import outside

def orders():
    with os.scandir() as entries:
        scanned = [entry.name for entry in entries]
    return [os.listdir(), scanned, [path.name for path in Path().iterdir()], glob("*")]

for name in "cabed":
    Path(name).touch()
before, start = orders(), time.time()
outside.change()
assert orders() == [names[::-1] for names in before]
assert time.time() - start > 86_400 and time.time_ns() / 1e9 - start > 86_400
moment = time.time()
time.sleep(0.01)
assert 0.01 <= time.time() - moment < 60
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "a", "b").mkdir(parents=True)
    shutil.rmtree(Path(folder, "a"))
    assert os.listdir(folder) == [] and not any(os.scandir(folder))
    entries = os.scandir()
    next(entries)
    entries.close()
    assert list(entries) == []
"""


def test_clock_and_folders_differ(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    subprocess.run(
        [sys.executable, "-c", CHECK], cwd=tmp_path, env={"PYTHONPATH": root}, check=True
    )
