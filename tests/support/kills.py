"""Kill the fork server, and the processes that it forks, at chosen places of their work.

A place is the number of a process's operation: a file or folder that it opens, makes, renames or
removes, a module that it imports, a process that it forks. Unlike moments drawn at random,
places do not depend on the machine's speed, and none is tried twice.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

Place = tuple[bool, int]
"""Whether a forked process is killed, not the server; and at which of its operations."""

_MOST = struct.Struct("<2I")
"""The most operations of a server, and of a forked process."""

_CODE = """
import mmap, os, signal, struct, sys

OPERATIONS = {{
    "import", "open", "os.fork", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.scandir", "os.symlink", "shutil.rmtree", "socket.__new__", "subprocess.Popen",
}}
PLACES = {places}
INDEX = {{place: index for index, place in enumerate(PLACES)}}
with open({shared!r}, "r+b") as file:
    shared = mmap.mmap(file.fileno(), 0)
server = last = os.getpid()
count = 0

def operation(event, _):
    global count, last
    if event not in OPERATIONS:
        return
    if os.getpid() != last:
        last, count = os.getpid(), 0
    count += 1
    is_child = last != server
    most = list(struct.unpack("<2I", shared[:8]))
    most[is_child] = max(most[is_child], count)
    shared[:8] = struct.pack("<2I", *most)
    index = INDEX.get((is_child, count))
    if index is not None and not shared[8 + index]:
        shared[8 + index] = 1
        os.kill(last, signal.SIGKILL)
        os._exit(9)  # the first process of a namespace ignores its own signal

if "site_tools.worker.fork_server" in sys.orig_argv:
    sys.addaudithook(operation)
"""


class Kills:
    """A folder for PYTHONPATH, and what the processes that were started with it share."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shared = folder, folder / "shared"
        folder.mkdir()

    def arm(self, places: Sequence[Place]) -> None:
        """Have the first process that comes to a place killed there, once for each place."""
        self.shared.write_bytes(bytes(_MOST.size + len(places)))
        code = _CODE.format(places=list(places), shared=str(self.shared))
        (self.folder / "sitecustomize.py").write_text(code, encoding="utf-8")

    @property
    def done(self) -> int:
        """Return at how many places a process was killed."""
        return sum(self.shared.read_bytes()[_MOST.size :])

    @property
    def operations(self) -> tuple[int, int]:
        """Return the most operations of a fork server, and of a process that it forked."""
        server, child = _MOST.unpack(self.shared.read_bytes()[: _MOST.size])
        return server, child


def spread(number: int, among: int) -> list[int]:
    """Return different numbers from 1, evenly spread."""
    return sorted({1 + i * (among - 1) // max(number - 1, 1) for i in range(number)})
