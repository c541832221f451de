"""Confinement: limits what the code of a post, perhaps a stranger's, can reach on this machine.

A process confines itself before the first line of a post, and cannot undo it. Resource limits and a
scrubbed environment work on every system. The other layers need Linux, and each is used if the
kernel supports it. Some are enforced twice, by a namespace and by Landlock, on purpose.

- files: read the interpreter and the system's libraries, write the job's own folder;
- network: only a loopback interface of its own (without namespaces: no TCP, by Landlock);
- shared memory, such as /dev/shm: its own;
- signals: none to a process outside;
- processes: none outside can be seen, limited or slowed down;
- paths: files outside have no path, so their mode, owner and times cannot be changed, and sockets
  and terminals cannot be opened; nothing names the machine;
- system calls: those that no post needs are refused.
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
from site_tools.sandbox import (
    landlock,
    namespaces,
    root_filesystem,
    supervision,
    system_calls,
    watch,
)

LAYERS = (
    *("limits", "files", "network", "shared memory", "signals", "processes", "paths"),
    "system calls",
)
"""All layers, in the order in which they are listed to the user."""

REMEDY = (
    "Linux 5.12 with user namespaces and seccomp, on x86-64 or aarch64, supports all layers; on "
    "Ubuntu, `sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them. "
    "`--sandbox auto` uses the layers that are available."
)

LARGEST_FILE = 2 * 10**9
"""Largest file that a post may write, in bytes."""

MOST_OPEN_FILES = 1024
"""Files and sockets that a process of a post may have open: each socket holds up to 200 kB in the
kernel. It is the usual default."""

_BY_MOUNTS = ("files", "network", "shared memory", "paths")
_BY_PROCESSES = ("signals", "processes")

_ATTEMPTS = ((*_BY_MOUNTS, *_BY_PROCESSES), _BY_MOUNTS, ())
"""Layers that need namespaces, in the order to try. Some containers do not allow mounting /proc,
and so no process namespace; many allow no namespaces at all."""

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/nix"),
    # The number of cores and their memory: the C library, torch and OpenMP ask for them.
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/group", "/etc/hosts"),
    *("/etc/nsswitch.conf", "/etc/fonts", "/etc/ssl", "/etc/mime.types", "/etc/alternatives"),
)
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
"""Without /dev/zero: a shared mapping of it holds memory that no limit counts."""
_CREATED = ("/dev/ptmx", "/dev/pts", "/dev/shm")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a process of a post may use."""

    writable: Sequence[Path] = ()
    """Folders."""
    readable: Sequence[Path] = ()
    """Files and folders beside the interpreter and the system."""
    devices: Sequence[Path] = ()
    """Devices beside the standard ones."""
    memory: int = 2**30
    """Bytes."""
    skipped: int = 0
    """Process numbers that are left out before the process gets its own."""
    gpu: bool = False
    """Whether the process may use a GPU: its driver needs more of the system."""


def gpu_files() -> list[Path]:
    """Return the device files of NVIDIA GPUs; none when there is no such GPU."""
    files = sorted(Path("/dev").glob("nvidia*"))
    return files if any(file.name.removeprefix("nvidia").isdigit() for file in files) else []


def start_over(layers: Collection[str]) -> None:
    """Restart this program from a read-only interpreter, if these layers need it.

    Call it first: what runs before it runs twice.
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
    gpu = request.device == "gpu"
    devices = gpu_files() if gpu else []
    readable = [*map(Path, request.readable), *([Path("/sys")] if gpu else [])]
    reach = Reach(writable, readable, devices, request.memory, request.skipped, gpu)
    if missing := set(request.layers) - set(confine(request.layers, reach)):
        raise OSError(f"this process could not be confined: {', '.join(sorted(missing))}")


def confine(layers: Collection[str], reach: Reach) -> list[str]:
    """Confine this process and its future children; return the active layers.

    Layers that need namespaces raise OSError when the system does not allow them. Landlock is
    optional, and so is the filter of system calls: they add the layers that the kernel supports.
    The process must have one thread. On Linux this returns in a child of it, which it watches.
    """
    isolated = "paths" in layers
    active = {"limits"}
    if isolated:
        active |= {*_isolate(reach, own_processes="processes" in layers)}
    elif supervision.LINUX:
        watch.continue_watched(reach.memory)
    limit(reach.memory, count_processes=isolated)
    if supervision.LINUX:
        supervision.forbid_new_privileges()
        active |= {*_restrict(reach, isolated=isolated)}
    if isolated:
        namespaces.drop_privileges()
    if supervision.LINUX:
        active |= {*system_calls.refuse(share_memory=reach.gpu)}
    return [layer for layer in LAYERS if layer in active]


def _isolate(reach: Reach, *, own_processes: bool) -> Sequence[str]:
    """Enter new namespaces and a new root file system; return the layers."""
    namespaces.enter(own_processes=own_processes)
    if own_processes:
        namespaces.continue_in_child(reach.memory, reach.skipped)
    else:
        watch.continue_watched(reach.memory)
    root_filesystem.enter(
        reach.writable,
        [*_readable(reach), *_devices(reach)],
        memory=reach.memory,
        own_processes=own_processes,
        gpu=reach.gpu,
    )
    return (*_BY_MOUNTS, *_BY_PROCESSES) if own_processes else _BY_MOUNTS


def _restrict(reach: Reach, *, isolated: bool) -> Sequence[str]:
    """Restrict the process by Landlock; return the layers.

    An isolated process sees nothing but its own root file system, so it may read all of that.
    """
    if isolated:
        writable, readable = [*reach.writable, Path("/dev")], [Path("/")]
    else:
        writable = [*reach.writable, *_devices(reach), *map(Path, _CREATED)]
        readable = [*_readable(reach), Path("/proc")]
    return landlock.restrict(writable, readable, network=not isolated, threads=reach.gpu)


def _readable(reach: Reach) -> list[Path]:
    return [*_interpreter(), *reach.readable, *map(Path, _SYSTEM)]


def _devices(reach: Reach) -> list[Path]:
    return [*map(Path, _DEVICES), *reach.devices]


def limit(memory: int, *, count_processes: bool) -> None:
    """Set resource limits of each process: memory (in bytes), files, the number of processes.

    Linux counts all processes of a user, so their number is limited only in a user namespace, which
    has a count of its own.
    """
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_NOFILE: MOST_OPEN_FILES,
        # Private writable memory. RLIMIT_AS would also count gigabytes of libraries and reserved
        # addresses, and torch would not start.
        resource.RLIMIT_DATA: memory,
    }
    if count_processes:
        wanted[resource.RLIMIT_NPROC] = watch.MOST_PROCESSES
    for which, most in wanted.items():
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)  # noqa: PLW2901
        least = most - supervision.RESERVE if which == resource.RLIMIT_DATA else most
        with suppress(ValueError, OSError):  # macOS does not support all limits that it defines
            resource.setrlimit(which, (max(least, 0), most))


def _interpreter() -> list[Path]:
    """Return the folders of Python, of the installed packages and of this package."""
    paths = [sys.prefix, sys.base_prefix, *sys.path, str(Path(__file__).parents[1])]
    return [Path(path) for path in dict.fromkeys(paths) if path]


def active() -> list[str]:
    """Return the layers that this machine supports, by trying them in short processes."""
    for layers in _ATTEMPTS if supervision.LINUX else _ATTEMPTS[-1:]:
        command = [sys.executable, "-P", "-m", "site_tools.sandbox.confinement", *layers]
        tried = subprocess.run(command, check=not layers, capture_output=True, text=True, cwd="/")
        if tried.returncode == 0:
            break
    return tried.stdout.split("\n")


if __name__ == "__main__":
    start_over(sys.argv[1:])
    sys.stdout.write("\n".join(confine(sys.argv[1:], Reach())))
