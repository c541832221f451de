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

_COUNTS = struct.Struct("<3I")
"""The most operations of a server, of a forked process, and of a server before its first fork."""

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
    counts = list(struct.unpack("<3I", shared[:12]))
    counts[is_child] = max(counts[is_child], count)
    if event == "os.fork" and not is_child:
        counts[2] = counts[2] or count
    shared[:12] = struct.pack("<3I", *counts)
    index = INDEX.get((is_child, count))
    if index is not None and not shared[12 + index]:
        shared[12 + index] = 1
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
        self.shared.write_bytes(bytes(_COUNTS.size + len(places)))
        code = _CODE.format(places=list(places), shared=str(self.shared))
        (self.folder / "sitecustomize.py").write_text(code, encoding="utf-8")

    @property
    def done(self) -> int:
        """Return at how many places a process was killed."""
        return sum(self.shared.read_bytes()[_COUNTS.size :])

    @property
    def operations(self) -> tuple[int, int, int]:
        """Return the three counts."""
        server, child, starting = _COUNTS.unpack(self.shared.read_bytes()[: _COUNTS.size])
        return server, child, starting


def spread(number: int, first: int, last: int) -> list[int]:
    """Return different numbers from the first to the last, evenly spread."""
    return sorted({first + i * (last - first) // max(number - 1, 1) for i in range(number)})
