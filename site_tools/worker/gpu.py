"""The GPU of a run: set before the first line of a post, described when the post has ended.

Numbers of a GPU are judged by whether they meet a goal, not by their digits, and yet a run should
repeat as well as the machine allows: no TF32, no algorithms that cuDNN chooses by the clock, and
deterministic ones where torch has them. A post may choose otherwise; what it has left is recorded.

As a program it prints how many GPUs torch can use, or why it can use none.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

from site_tools.model.run import Gpu

DRIVER = Path("/proc/driver/nvidia/version")
"""Where NVIDIA's kernel module says its version."""

_VERSION = re.compile(r"\b\d{3,}\.\d[\d.]*")
_NOT_DETERMINISTIC = ".* does not have a deterministic implementation"
"""How torch begins to warn of an algorithm that adds in any order; a reader would not see it."""


def prepare(visible: str = "") -> None:
    """Start CUDA with one GPU, or all, and choose arithmetic that can be repeated.

    `visible` is the GPU, as `CUDA_VISIBLE_DEVICES` names it: CUDA reads it when it starts. Raises
    what torch raises where it can use no GPU, and ImportError without torch.
    """
    if visible:
        os.environ["CUDA_VISIBLE_DEVICES"] = visible
    import torch  # noqa: PLC0415

    torch.cuda.init()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings(action="ignore"):  # torch 2.9 and later prefer another name
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(mode=True, warn_only=True)
    warnings.filterwarnings("ignore", _NOT_DETERMINISTIC, UserWarning)
    torch.cuda.reset_peak_memory_stats()


def describe() -> Gpu:
    """Return the GPU of this process, and how it is set."""
    torch = sys.modules["torch"]
    own = torch.cuda.get_device_properties(0)
    return Gpu(
        name=str(own.name),
        memory=int(own.total_memory),
        peak=int(torch.cuda.max_memory_reserved()),
        driver=_driver(),
        torch=str(torch.__version__),
        cuda=str(torch.version.cuda),
        cudnn=int(torch.backends.cudnn.version() or 0),
        tf32=_uses_tf32(torch),
        benchmark=bool(torch.backends.cudnn.benchmark),
        deterministic=bool(torch.are_deterministic_algorithms_enabled()),
        seed=int(torch.cuda.initial_seed()),
    )


def _uses_tf32(torch: Any) -> bool:
    """Return whether TF32 is allowed anywhere; a post may have set it by either of two names."""
    backends = torch.backends
    if not hasattr(backends.cudnn, "conv"):  # before torch 2.9
        return bool(backends.cudnn.allow_tf32 or backends.cuda.matmul.allow_tf32)
    parts = backends.cudnn.conv, backends.cudnn.rnn, backends.cuda.matmul
    return any(part.fp32_precision == "tf32" for part in parts)


def _driver() -> str:
    try:
        found = _VERSION.search(DRIVER.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[0] if found else ""


if __name__ == "__main__":
    from site_tools.worker.code_locations import describe as described

    try:
        prepare()
    except Exception as error:  # noqa: BLE001  torch raises many kinds
        raised = described(error)
        print(json.dumps({"kinds": raised.kinds, "text": raised.text}))
    else:
        print(json.dumps({"count": sys.modules["torch"].cuda.device_count()}))
