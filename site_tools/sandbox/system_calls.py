"""System calls that no post needs, refused by a seccomp filter.

Linux has several hundred system calls, and most of its vulnerabilities are in those that few
programs use. Others hold memory that no limit counts. The filter is a program for the kernel's BPF
machine. It compares the architecture first, because numbers of calls differ, then the number, then
an argument of a few calls. A refused call fails as on a kernel without it (ENOSYS): for that error
C libraries try another call, such as `clone` for `clone3`; for EPERM they do not.

Sources: seccomp(2); `linux/filter.h`, `linux/seccomp.h` and `linux/audit.h` for the numbers;
`asm/unistd_64.h` and `asm-generic/unistd.h` for those of the calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_tools.sandbox.libc import call

_REFUSED = {
    # They run work in the kernel where no filter sees it, or let a program delay the kernel.
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    # Memory that belongs to no mapping, so that neither a limit nor a look at a process counts it.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (278, 75),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    # Keys of the user's session.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # Other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Mounts, namespaces, and files without a path.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "open_tree_attr": (467, 467),
    "listns": (470, 470),
    "unshare": (272, 97),
    "setns": (308, 268),
    "clone3": (435, 435),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "lookup_dcookie": (212, 18),
    # The machine: its kernel, clock, names, swap and power.
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "personality": (135, 92),
    "nfsservctl": (180, 42),
    "remap_file_pages": (216, 234),
    # Only x86-64 has these.
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "_sysctl": (156, None),
    "create_module": (174, None),
    "get_kernel_syms": (177, None),
    "query_module": (178, None),
}
"""The numbers of a call on x86-64 and on aarch64. `clone3` is refused because its flags are in
memory, where a filter cannot read them."""

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""The number of an architecture, and the position of its calls in the table."""


@dataclass(frozen=True, slots=True)
class _ArgumentRule:
    """A call that is refused for certain values of an argument."""

    numbers: tuple[int, int]
    argument: int
    """Its position, from 0."""
    mask: int
    """The bits that are compared."""
    values: Sequence[int]
    among: bool
    """Whether these values are refused, or all others."""
    error: int = errno.ENOSYS


_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_SHARED_ANONYMOUS = 0x21
_NEW_NAMESPACES = 0x7E020000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_ALL_BITS = 0xFFFFFFFF

_SHARE_MEMORY = _ArgumentRule((9, 222), 3, _SHARED_ANONYMOUS, [_SHARED_ANONYMOUS], among=True)
"""mmap of memory that is shared and belongs to no file: no limit counts it."""

_BY_ARGUMENT = (
    # socket, socketpair: other families have no namespace, such as that of a machine's host.
    _ArgumentRule(
        (41, 198), 0, _ALL_BITS, [_UNIX, _INET, _INET6, _NETLINK], among=False,
        error=errno.EAFNOSUPPORT,
    ),
    _ArgumentRule((53, 199), 0, _ALL_BITS, [_UNIX], among=False, error=errno.EAFNOSUPPORT),
    # clone: new namespaces.
    _ArgumentRule((56, 220), 0, _NEW_NAMESPACES, [0], among=False),
    # ioctl: input to a terminal, as if its user had typed it.
    _ArgumentRule((16, 29), 1, _ALL_BITS, [_TIOCSTI, _TIOCLINUX], among=True),
)  # fmt: skip

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in `seccomp_data`."""
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_X32 = 0x40000000
"""Bit of the calls of another ABI of x86-64."""
_SET_FILTER, _WITHOUT_SLOWDOWN = 1, 4
"""The flag `SPEC_ALLOW`: before Linux 5.16 a filter would slow the whole process down, to protect
it from a vulnerability of processors that concerns programs with secrets of their own."""
_SECCOMP = (317, 277)

_Instruction = tuple[int, int, int, int]
"""Operation, instructions to skip if a comparison holds, and if not, and a number."""


def refuse(*, share_memory: bool) -> list[str]:
    """Refuse the calls to this process and its future children; return the active layers.

    With `share_memory` they may share memory that has no path: CUDA does when it starts. The
    process must have one thread, and have called `supervision.forbid_new_privileges`. Nothing is
    refused if the kernel cannot filter, or on other architectures.
    """
    machine = os.uname().machine
    if machine not in _MACHINES or sys.maxsize < 2**32:
        return []
    instructions = filter_program(machine, share_memory=share_memory)
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    stored = ctypes.create_string_buffer(packed, len(packed))
    program = struct.pack("=H6xQ", len(instructions), ctypes.addressof(stored))
    number = _SECCOMP[_MACHINES[machine][1]]
    try:
        call("syscall", number, _SET_FILTER, _WITHOUT_SLOWDOWN, program)
    except OSError:
        return []
    return ["system calls"]


def refused_numbers(machine: str) -> dict[str, int]:
    """Return the calls that are refused whatever their arguments are, with their numbers."""
    _, position = _MACHINES[machine]
    numbers = {name: both[position] for name, both in _REFUSED.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def filter_program(machine: str, *, share_memory: bool) -> list[_Instruction]:
    """Return the filter for an architecture."""
    architecture, position = _MACHINES[machine]
    rules = _BY_ARGUMENT if share_memory else (*_BY_ARGUMENT, _SHARE_MEMORY)
    refused = refused_numbers(machine)
    if share_memory:
        del refused["memfd_create"]
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        _refusal(),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        _refusal(),
        *(
            instruction
            for number in refused.values()
            for instruction in ((_EQUAL, 0, 1, number), _refusal())
        ),
        *(
            instruction
            for rule in rules
            for instruction in _by_argument(rule, rule.numbers[position])
        ),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refusal(error: int = errno.ENOSYS) -> _Instruction:
    return (_RETURN, 0, 0, _ERROR | error)


def _by_argument(rule: _ArgumentRule, number: int) -> Iterator[_Instruction]:
    """Yield the instructions of a rule; only the lower half of an argument is compared."""
    returns = [(_RETURN, 0, 0, _ALLOW), _refusal(rule.error)]
    others, among = returns if rule.among else reversed(returns)
    count = len(rule.values)
    yield (_EQUAL, 0, count + 4, number)
    yield (_LOAD, 0, 0, _ARGUMENTS + 8 * rule.argument)
    yield (_AND, 0, 0, rule.mask)
    for index, value in enumerate(rule.values):
        yield (_EQUAL, count - index, 0, value)
    yield others
    yield among
