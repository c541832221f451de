"""The filter of system calls: what it decides on each architecture, and what the kernel refuses."""

from __future__ import annotations

import errno
import json
import mmap
import os
import re
import socket
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from site_tools.sandbox import system_calls
from site_tools.sandbox.system_calls import filter_program, refused_numbers
from tests.support.layers import ACTIVE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a filter")

ALLOWED, REFUSED, NO_FAMILY = 0x7FFF0000, 0x50000 | errno.ENOSYS, 0x50000 | errno.EAFNOSUPPORT
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
OTHERS = {"i386": 0x40000003, "arm": 0x40000028}
MACHINE = os.uname().machine
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
"""Where Linux says the numbers of its calls."""

ORDINARY = {
    "x86_64": {"read": 0, "mprotect": 10, "clone": 56, "execve": 59, "futex": 202, "openat": 257},
    "aarch64": {
        "read": 63,
        "mprotect": 226,
        "clone": 220,
        "execve": 221,
        "futex": 98,
        "openat": 56,
    },
}
BY_ARGUMENT = {
    "x86_64": {"mmap": 9, "ioctl": 16, "socket": 41, "socketpair": 53, "clone": 56},
    "aarch64": {"mmap": 222, "ioctl": 29, "socket": 198, "socketpair": 199, "clone": 220},
}

SHARED, PRIVATE, ANONYMOUS = mmap.MAP_SHARED, mmap.MAP_PRIVATE, mmap.MAP_ANONYMOUS
DECISIONS = [
    ("mmap", (0, 4096, 3, SHARED | ANONYMOUS, 2**64 - 1), REFUSED),
    ("mmap", (0, 4096, 3, SHARED | ANONYMOUS | 0x40000, 2**64 - 1), REFUSED),
    ("mmap", (0, 4096, 3, PRIVATE | ANONYMOUS, 2**64 - 1), ALLOWED),
    ("mmap", (0, 4096, 3, SHARED, 5), ALLOWED),
    ("ioctl", (1, termios.TIOCSTI), REFUSED),
    ("ioctl", (1, 2**40 | termios.TIOCSTI), REFUSED),
    ("ioctl", (1, 0x541C), REFUSED),
    ("ioctl", (1, termios.TIOCGWINSZ), ALLOWED),
    ("socket", (socket.AF_INET, 1), ALLOWED),
    ("socket", (socket.AF_UNIX, 1), ALLOWED),
    ("socket", (2**32 + 40, 1), NO_FAMILY),
    ("socket", (38, 5), NO_FAMILY),
    ("socket", (0, 1), NO_FAMILY),
    ("socketpair", (socket.AF_UNIX, 1), ALLOWED),
    ("socketpair", (30, 1), NO_FAMILY),
    ("clone", (17,), ALLOWED),
    ("clone", (0x3D0F00,), ALLOWED),  # a thread
    ("clone", (0x10000000 | 17,), REFUSED),
    ("clone", (0x40000000 | 17,), REFUSED),
]


def decide(machine: str, architecture: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """Interpret a filter as the kernel does, and return its decision."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    program = filter_program(machine, share_memory=False)
    value = position = 0
    while True:
        code, if_true, if_false, operand = program[position]
        position += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                value &= operand
            case 0x15:
                position += if_true if value == operand else if_false
            case 0x35:
                position += if_true if value >= operand else if_false
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"unknown operation {code:#x}")


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_listed_calls_are_refused_and_ordinary_ones_are_not(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    for name, number in refused_numbers(machine).items():
        assert decide(machine, architecture, number) == REFUSED, name
    for name, number in ORDINARY[machine].items():
        assert decide(machine, architecture, number) == ALLOWED, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("other", [*ARCHITECTURES, *OTHERS])
def test_calls_of_another_architecture_are_refused(machine: str, other: str) -> None:
    architecture = {**ARCHITECTURES, **OTHERS}[other]
    decisions = {decide(machine, architecture, number) for number in range(500)}
    assert decisions == {REFUSED} or machine == other


@pytest.mark.parametrize("number", [0x40000000, 0x40000001, 0x40000200, 0x7FFFFFFF, 0xFFFFFFFF])
def test_calls_of_x32_are_refused(number: int) -> None:
    assert decide("x86_64", ARCHITECTURES["x86_64"], number) == REFUSED


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(("name", "arguments", "decision"), DECISIONS)
def test_arguments_decide(
    machine: str, name: str, arguments: tuple[int, ...], decision: int
) -> None:
    number = BY_ARGUMENT[machine][name]
    assert decide(machine, ARCHITECTURES[machine], number, arguments) == decision


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_numbers_are_those_of_linux(machine: str) -> None:
    if not HEADERS[machine].is_file():
        pytest.skip("this machine has no headers of Linux")
    text = HEADERS[machine].read_text(encoding="utf-8")
    defined = dict(re.findall(r"(?m)^#define __NR(?:3264)?_(\w+)\s+(\d+)$", text))
    wanted = refused_numbers(machine) | ORDINARY[machine] | BY_ARGUMENT[machine]
    known = {name: int(defined[name]) for name in wanted if name in defined}
    assert len(known) > 70
    assert known == {name: wanted[name] for name in known}


@pytest.mark.parametrize("change", ["another machine", "a refusal"])
def test_layer_is_missing_where_the_kernel_cannot_filter(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if change == "another machine":
        names = os.uname()
        other = os.uname_result([*list(names)[:4], "riscv64"])
        monkeypatch.setattr("os.uname", lambda: other)
    else:

        def refuse(*_: object) -> int:
            raise OSError(errno.EINVAL, "no filter")

        monkeypatch.setattr(system_calls, "call", refuse)
    assert system_calls.refuse(share_memory=False) == []


CALL_EACH = """
import ctypes, json, sys
from pathlib import Path
from site_tools.sandbox import confinement, system_calls
layers, with_filter, numbers = json.load(sys.stdin)
if not with_filter:
    system_calls.refuse = lambda **_: []
confinement.confine(layers, confinement.Reach())
libc = ctypes.CDLL(None, use_errno=True)
nothing = [ctypes.c_long(-1)] * 6
answers = {}
for name, number in numbers.items():
    answers[name] = ctypes.get_errno() if libc.syscall(number, *nothing) == -1 else 0
print(json.dumps(answers))
"""


def called_confined(*, with_filter: bool) -> dict[str, int]:
    """Call each listed call in a confined process; return the error number of each."""
    numbers = refused_numbers(MACHINE)
    asked = json.dumps([ACTIVE, with_filter, numbers])
    command = [sys.executable, "-c", CALL_EACH]
    done = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    answers: dict[str, int] = json.loads(done.stdout)
    assert answers.keys() == numbers.keys()
    return answers


@pytest.fixture(scope="module")
def answers() -> dict[str, int]:
    if "system calls" not in ACTIVE:
        pytest.skip("this machine cannot confine system calls")
    return called_confined(with_filter=True)


@pytest.mark.parametrize("name", refused_numbers(MACHINE) if MACHINE in ARCHITECTURES else [])
def test_kernel_refuses(name: str, answers: dict[str, int]) -> None:
    assert errno.errorcode[answers[name]] == "ENOSYS"


@pytest.mark.skipif("paths" not in ACTIVE, reason="the calls could change this machine")
def test_kernel_has_the_calls_without_the_filter() -> None:
    """`test_kernel_refuses` can fail."""
    answers = called_confined(with_filter=False)
    assert sum(error != errno.ENOSYS for error in answers.values()) > 50, answers
