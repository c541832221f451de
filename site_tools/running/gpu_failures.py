"""What torch says about a GPU → a message with its remedy.

torch raises plain RuntimeErrors and AssertionErrors for most of these, so the text decides. The
texts are those of `c10/cuda/CUDAFunctions.cpp`, `c10/cuda/CUDACachingAllocator.cpp` and
`torch/cuda/__init__.py` of torch 2, and of cudaGetErrorString.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

INSTALL_TORCH = "https://pytorch.org/get-started/locally/"

_ELSEWHERE = (
    "Or make the runs on another machine: there `elevenlines run --device gpu` and `elevenlines "
    "store export runs.tar.gz`, here `elevenlines store import runs.tar.gz`."
)

_FEWER = "Use smaller batches or a smaller network, or a GPU with more memory; `nvidia-smi` lists "
_FEWER += "programs that hold some of it."


WITHOUT_GPU = (
    *("not compiled with CUDA", "No CUDA GPUs are available", "Found no NVIDIA driver"),
    "Unexpected error from cudaGetDeviceCount()",
)
"""Parts of the messages of torch when a program asks for a GPU and there is none."""

_RUN_AGAIN = "Run again; if it stays, `nvidia-smi` and the system's log say more."


@dataclass(frozen=True, slots=True)
class GpuFailure:
    """Why something could not be done on a GPU."""

    what: str
    remedy: str
    repeatable: bool = False
    """Whether the same run would fail again on every machine: the code is at fault."""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    failure: Callable[[re.Match[str]], GpuFailure]


def _rules() -> Iterator[_Rule]:
    def rule(pattern: str, what: str, remedy: str, *, repeatable: bool = False) -> _Rule:
        def failure(match: re.Match[str]) -> GpuFailure:
            return GpuFailure(what.format(*match.groups()), remedy, repeatable)

        return _Rule(re.compile(pattern), failure)

    yield rule(
        r"CUDA out of memory\. Tried to allocate ([\d.]+ \w+)\. GPU \d+ has a total capacity of "
        r"([\d.]+ \w+) of which ([\d.]+ \w+) is free",
        "the post needs more memory than the GPU has: it asks for {0}, and {2} of {1} are free.",
        _FEWER,
    )
    yield rule(
        "CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED",
        "the post needs more memory than the GPU has.",
        _FEWER,
    )
    yield rule(
        r"driver on your system is too old \(found version (\d\d)0(\d)0\)",
        "the driver of this machine's GPU supports CUDA {0}.{1}, and the installed torch needs a "
        "newer one.",
        f"Update the driver, or install torch for that version of CUDA: {INSTALL_TORCH} "
        f"{_ELSEWHERE}",
    )
    yield rule(
        "Found no NVIDIA driver",
        "this machine has no driver for an NVIDIA GPU.",
        f"Install it; `nvidia-smi` then lists the GPU. {_ELSEWHERE}",
    )
    yield rule(
        "not compiled with CUDA",
        "the installed torch is a build without CUDA.",
        f"Install one with CUDA: {INSTALL_TORCH} If its version is another one than in "
        f"constraints.txt, pin it in constraints-gpu.txt: `torch==2.11.0`. {_ELSEWHERE}",
    )
    yield rule(
        "No CUDA GPUs are available",
        "the driver shows no GPU.",
        "See what `nvidia-smi` lists, and whether CUDA_VISIBLE_DEVICES hides it. " + _ELSEWHERE,
    )
    yield rule(
        "no kernel image is available|not compatible with the current PyTorch installation",
        "the installed torch has no code for this GPU.",
        f"Install a build that supports it: {INSTALL_TORCH} {_ELSEWHERE}",
    )
    yield rule(
        "busy or unavailable",
        "another program has the GPU for itself.",
        "End it: `nvidia-smi` lists it.",
    )
    yield rule(
        "device-side assert triggered",
        "a check on the GPU failed: an index out of range, most often.",
        'The GPU reports it late, at another line. With `device = "cpu"` the line itself says why.',
        repeatable=True,
    )
    yield rule(
        "CUDA error: (.+?)(?: Search for| CUDA kernel errors|$)",
        "the GPU reports an error: {0}.",
        _RUN_AGAIN,
    )
    yield rule(
        r"Unexpected error from cudaGetDeviceCount\(\).*?(Error \d+: .+)",
        "CUDA does not start: {0}.",
        _RUN_AGAIN,
    )


_RULES = tuple(_rules())


def explained(text: str) -> GpuFailure | None:
    """Return what the text of an exception says about a GPU, or None for anything else."""
    for rule in _RULES:
        if match := rule.pattern.search(text):
            return rule.failure(match)
    return None
