"""Landlock: lets a Linux process without privileges give up access to files permanently.

It covers opening, creating, renaming and removing files, TCP ports, and signals to processes
outside. It does not cover modes, owners and times, sockets that have a path, or what `prlimit`
changes.

Sources: landlock(7), and `linux/landlock.h` for the numbers.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from site_tools.sandbox.libc import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ABI_REFER, _ABI_TRUNCATE, _ABI_NETWORK, _ABI_IOCTL, _ABI_SCOPES = 2, 3, 4, 5, 6
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ALL_TCP, _ALL_SCOPES = 3, 3


THREADS = Path("/proc/self/task")
"""The threads of this process, whose names CUDA writes there."""

_kept: list[int] = []
"""File descriptors of folders in /proc: a rule holds for a folder there as long as it is open."""


def restrict(
    writable: Iterable[Path], readable: Iterable[Path], *, network: bool, threads: bool = False
) -> list[str]:
    """Restrict files, signals and, with `network`, TCP; return the layers that are active now.

    With `threads`, the threads of this process can be named in /proc.
    `supervision.forbid_new_privileges` must have been called, or the kernel refuses. If it refuses
    any step, nothing is restricted; otherwise everything that its Landlock version covers.
    """
    try:
        if threads:
            _kept.append(os.open(THREADS, os.O_PATH | os.O_CLOEXEC))
            writable = [*writable, THREADS]
        return _restrict(writable, readable, network=network)
    except OSError:
        return []


def _restrict(writable: Iterable[Path], readable: Iterable[Path], *, network: bool) -> list[str]:
    abi = call("syscall", _CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    handled = (1 << 13) - 1
    for since, bit in ((_ABI_REFER, 13), (_ABI_TRUNCATE, 14), (_ABI_IOCTL, 15)):
        handled |= (abi >= since) << bit
    tcp = _ALL_TCP if network and abi >= _ABI_NETWORK else 0
    scopes = _ALL_SCOPES if abi >= _ABI_SCOPES else 0
    size = 24 if abi >= _ABI_SCOPES else 16 if abi >= _ABI_NETWORK else 8
    attributes = struct.pack("=QQQ", handled, tcp, scopes)[:size]
    rules = call("syscall", _CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        for path in readable:
            _allow(rules, path, _READ & handled)
        for path in writable:
            _allow(rules, path, handled)
        call("syscall", _RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return ["files", *(["network"] if tcp else []), *(["signals"] if scopes else [])]


def _allow(rules: int, path: Path, access: int) -> None:
    """Allow an access to a file, or to everything below a folder, if it exists."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            access &= _ON_FILES
        call("syscall", _ADD_RULE, rules, 1, struct.pack("=Qi", access, handle), 0)
    finally:
        os.close(handle)
