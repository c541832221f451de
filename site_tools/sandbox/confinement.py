"""Confinement: what the code of a post, perhaps a stranger's, can reach on this machine.

A process confines itself before the first line of a post, and can never undo it. The environment is
scrubbed and resources are limited everywhere; the other layers are Linux's, and each is used where
the kernel has it. Some are held twice, by a namespace and by Landlock: that is meant so.

- files: read the interpreter and the system's libraries, write the job's own folder;
- network: none but a loopback of its own (or else Landlock on TCP);
- memory that processes share, such as /dev/shm: its own;
- signals: none to a process outside;
- processes: none outside can be seen, limited or slowed down;
- paths: nothing outside has one, so its mode, owner and times, and sockets and terminals, are safe.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from site_tools.model.protocol import Confinement
from site_tools.sandbox import landlock, namespaces, root_filesystem, supervision

LAYERS = ("limits", "files", "network", "shared memory", "signals", "processes", "paths")
"""All layers that there can be, in the order in which they are told."""

REMEDY = (
    "Linux 5.12 with user namespaces has all layers; on Ubuntu, "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows those. "
    "`--sandbox auto` uses what there is."
)

LARGEST_FILE = 2 * 10**9
"""Bytes of one file that a post may write."""

MOST_PROCESSES = 256
"""Processes and threads that a post may have at a time, where they can be counted apart."""

_BY_MOUNTS = ("files", "network", "shared memory", "paths")
_BY_PROCESSES = ("signals", "processes")

_WAYS = ((*_BY_MOUNTS, *_BY_PROCESSES), _BY_MOUNTS, ())
"""Layers by namespaces, the most first. Some containers allow no /proc of our own, and so no
processes of our own; many allow no namespaces at all."""

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/nix", "/sys"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/group", "/etc/hosts"),
    *("/etc/nsswitch.conf", "/etc/fonts", "/etc/ssl", "/etc/mime.types", "/etc/alternatives"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_MADE = ("/dev/ptmx", "/dev/pts", "/dev/shm")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a process of a post may use."""

    writable: Sequence[Path] = ()
    """Folders."""
    readable: Sequence[Path] = ()
    """Files and folders beside the interpreter and the system."""
    devices: Sequence[Path] = ()
    """Devices beside those that every program may use."""
    memory: int = 2**30
    """Bytes."""


def gpu_files() -> list[Path]:
    """Return the files through which a GPU of NVIDIA's is used; none when there is no such GPU."""
    files = sorted(Path("/dev").glob("nvidia*"))
    return files if any(file.name.removeprefix("nvidia").isdigit() for file in files) else []


def start_over(layers: Collection[str]) -> None:
    """Prepare a program for these layers: run it again from its start, if they need that.

    It must be called before anything has happened.
    """
    if "paths" in layers:
        namespaces.start_over()


def enter(writable: Sequence[Path], request: Confinement) -> None:
    """Confine this process as requested, with these writable folders; may return in a child of it.

    Raises OSError when one of the layers cannot be activated after all.
    """
    if not request.layers:
        limit(request.memory, count_processes=False)
        return
    devices = gpu_files() if request.device == "gpu" else []
    readable = [Path(path) for path in request.readable]
    reach = Reach(writable, readable, devices, request.memory)
    if missing := set(request.layers) - set(confine(request.layers, reach)):
        raise OSError(f"this process could not be confined: {', '.join(sorted(missing))}")


def confine(layers: Collection[str], reach: Reach) -> list[str]:
    """Confine this process and all that it will start; return the active layers.

    Namespaces are used for the layers that need them, and then OSError is raised when one is not to
    be had. What Landlock adds is used where it is there. The process must have one thread. This
    returns in a child of it, if it is to have processes of its own.
    """
    apart = "paths" in layers
    active = {"limits"}
    if apart:
        active |= {*_set_apart(reach, alone="processes" in layers)}
    limit(reach.memory, count_processes=apart)
    if supervision.LINUX:
        supervision.gain_nothing()
        active |= {*_restrict(reach, apart=apart)}
    if apart:
        namespaces.drop_privileges()
    return [layer for layer in LAYERS if layer in active]


def _set_apart(reach: Reach, *, alone: bool) -> Sequence[str]:
    """Leave the machine's namespaces, its processes too if it shall be alone; return the layers."""
    namespaces.enter(own_processes=alone)
    seen = [*_readable(reach), *_devices(reach)]
    root_filesystem.enter(reach.writable, seen, memory=reach.memory, own_processes=alone)
    return (*_BY_MOUNTS, *_BY_PROCESSES) if alone else _BY_MOUNTS


def _restrict(reach: Reach, *, apart: bool) -> Sequence[str]:
    """Restrict the process by Landlock; return the layers. Set apart, it sees only its own."""
    if apart:
        return landlock.restrict([*reach.writable, Path("/dev")], [Path("/")], network=False)
    writable = [*reach.writable, *_devices(reach), *map(Path, _MADE)]
    return landlock.restrict(writable, [*_readable(reach), Path("/proc")], network=True)


def _readable(reach: Reach) -> list[Path]:
    return [*_interpreter(), *reach.readable, *map(Path, _SYSTEM)]


def _devices(reach: Reach) -> list[Path]:
    return [*map(Path, _DEVICES), *reach.devices]


def limit(memory: int, *, count_processes: bool) -> None:
    """Limit what this process may use: memory in bytes, the size of a file, its children."""
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        # Private writable memory: not the gigabytes of libraries and reserved addresses that
        # RLIMIT_AS counts as well, with which torch would not even start.
        resource.RLIMIT_DATA: memory,
    }
    if count_processes:
        wanted[resource.RLIMIT_NPROC] = MOST_PROCESSES
    for which, most in wanted.items():
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)  # noqa: PLW2901
        least = most - supervision.RESERVE if which == resource.RLIMIT_DATA else most
        with suppress(ValueError, OSError):  # macOS knows fewer limits than it names
            resource.setrlimit(which, (max(least, 0), most))


def _interpreter() -> list[Path]:
    """Return the folders of Python, of the installed packages and of ourselves."""
    places = [sys.prefix, sys.base_prefix, *sys.path, str(Path(__file__).parents[1])]
    return [Path(place) for place in dict.fromkeys(places) if place]


def active() -> list[str]:
    """Return the layers that this machine offers: processes try them, and end."""
    for way in _WAYS if supervision.LINUX else _WAYS[-1:]:
        command = [sys.executable, "-P", "-m", "site_tools.sandbox.confinement", *way]
        tried = subprocess.run(command, check=not way, capture_output=True, text=True, cwd="/")
        if tried.returncode == 0:
            break
    return tried.stdout.split("\n")


if __name__ == "__main__":
    start_over(sys.argv[1:])
    sys.stdout.write("\n".join(confine(sys.argv[1:], Reach())))
