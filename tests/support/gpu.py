"""A machine with a GPU that torch can use, for tests marked `gpu`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from packaging.version import Version

from site_tools.sandbox import confinement

HAS_GPU = bool(confinement.gpu_files())
"""Whether this machine has an NVIDIA GPU."""


def pin_installed(project: Path) -> None:
    """Pin what is installed here for runs on a GPU: such a machine has versions of its own."""
    pins = [f"{name}=={Version(metadata.version(name)).public}\n" for name in ("numpy", "torch")]
    (project / "constraints-gpu.txt").write_text("".join(pins), encoding="utf-8")
