"""Confinement: what the code of a post, perhaps a stranger's, can reach on this machine.

A process confines itself before the first line of a post, and can never undo it. There are five
layers. The environment is scrubbed and resources are limited everywhere; the other layers are
Linux's, and each is used where the kernel has it:

- files: read the interpreter and the system's libraries, write the job's own folder (Landlock);
- network: none but a loopback of its own (a network namespace, or else Landlock on TCP);
- memory that processes share, such as /dev/shm: its own (mount and IPC namespaces);
- signals: none to a process outside (Landlock).

Sources: landlock(7), user_namespaces(7), and `linux/landlock.h` for the numbers.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

LAYERS = ("limits", "files", "network", "shared memory", "signals")
"""All layers that there can be, in the order in which they are told."""

REMEDY = (
    "Linux 6.12 with user namespaces has all layers; on Ubuntu, "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows those. "
    "`--sandbox auto` uses what there is."
)

LARGEST_FILE = 2 * 10**9
"""Bytes of one file that a post may write."""

MOST_PROCESSES = 256
"""Processes and threads that a post may have at a time, where they can be counted apart."""

_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = (
    0x00020000,
    0x08000000,
    0x10000000,
    0x40000000,
)
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE = 2, 4, 16384, 1 << 18
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_PR_SET_NO_NEW_PRIVS = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ABI_REFER, _ABI_TRUNCATE, _ABI_NETWORK, _ABI_IOCTL, _ABI_SCOPES = 2, 3, 4, 5, 6
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_TCP, _ALL_SCOPES = 3, 3

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/nix", "/proc", "/sys"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/group", "/etc/hosts"),
    *("/etc/nsswitch.conf", "/etc/fonts", "/etc/ssl", "/etc/mime.types", "/etc/alternatives"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom", "ptmx", "pts", "shm")


def gpu_files() -> list[Path]:
    """Return the files through which a GPU of NVIDIA's is used; none when there is no such GPU."""
    files = sorted(Path("/dev").glob("nvidia*"))
    return files if any(file.name.removeprefix("nvidia").isdigit() for file in files) else []


def enter(writable: Iterable[Path], request: Mapping[str, Any]) -> None:
    """Confine the process of a job to what its request has.

    That is `sandbox` (whether at all), `memory`, `readable` and `device`.
    """
    if request["sandbox"]:
        devices = gpu_files() if request["device"] == "gpu" else []
        confine([*writable, *devices], request["memory"], map(Path, request["readable"]))
    else:
        limit(request["memory"], count_processes=False)


def confine(writable: Iterable[Path], memory: int, readable: Iterable[Path] = ()) -> list[str]:
    """Confine this process and all that it will start to these folders; return the active layers.

    It may use `memory` bytes. Call it while the process has one thread. A layer that the system
    does not offer is left out.
    """
    active = ["limits"]
    apart = _namespaces(memory)
    limit(memory, count_processes=apart)
    if apart:
        active += ["network", "shared memory"]
    readable = [*_interpreter(), *readable]
    active += _landlock(writable, readable, network="network" not in active)
    return [layer for layer in LAYERS if layer in active]


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
        with suppress(ValueError, OSError):  # macOS knows fewer limits than it names
            resource.setrlimit(which, (most, most))


def _namespaces(memory: int) -> bool:
    """Leave the machine's network and shared memory for empty ones of our own, if we may."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWNS):
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    except OSError:  # seen in containers; without an identity nothing else works either
        return False
    libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    options = f"size={memory},mode=1777".encode("ascii")
    libc.mount(b"tmpfs", b"/dev/shm", b"tmpfs", _MS_NOSUID | _MS_NODEV, options)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket, suppress(OSError):
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))
    return True


def _interpreter() -> list[Path]:
    """Return the folders of Python, of the installed packages and of ourselves."""
    places = [sys.prefix, sys.base_prefix, *sys.path, str(Path(__file__).parent)]
    return [Path(place) for place in dict.fromkeys(places) if place]


def _landlock(writable: Iterable[Path], readable: Iterable[Path], *, network: bool) -> list[str]:
    """Restrict files, signals and, with `network`, TCP; return what could be restricted."""
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return []
    handled = (1 << 13) - 1
    for since, bit in ((_ABI_REFER, 13), (_ABI_TRUNCATE, 14), (_ABI_IOCTL, 15)):
        handled |= (abi >= since) << bit
    tcp = _ALL_TCP if network and abi >= _ABI_NETWORK else 0
    scopes = _ALL_SCOPES if abi >= _ABI_SCOPES else 0
    size = 24 if abi >= _ABI_SCOPES else 16 if abi >= _ABI_NETWORK else 8
    attributes = struct.pack("=QQQ", handled, tcp, scopes)[:size]
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    if rules < 0:
        return []
    try:
        for place in (*readable, *map(Path, _SYSTEM)):
            _allow(libc, rules, place, _READ & handled)
        for place in (*writable, *(Path("/dev", name) for name in _DEVICES)):
            _allow(libc, rules, place, handled)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.syscall(_RESTRICT_SELF, rules, 0):
            return []
    finally:
        os.close(rules)
    return ["files", *(["network"] if tcp else []), *(["signals"] if scopes else [])]


def _allow(libc: ctypes.CDLL, rules: int, place: Path, access: int) -> None:
    """Allow an access to a file, or to everything below a folder, if it is there."""
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not place.is_dir():
            access &= _ON_FILES
        libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, handle), 0)
    finally:
        os.close(handle)


def active() -> list[str]:
    """Return the layers that this machine offers: a process tries them, and ends."""
    command = [sys.executable, "-P", "-m", "site_tools.sandbox"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd="/")
    return said.stdout.split("\n")


if __name__ == "__main__":
    sys.stdout.write("\n".join(confine((), 1024**3)))
