"""Pinned packages → what installs them: a command, a file, the head of a script."""

from __future__ import annotations

from collections.abc import Mapping

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""Where torch comes without the gigabytes that a GPU needs."""


def pinned(packages: Mapping[str, str]) -> list[str]:
    """Return a requirement for each package in its version: `numpy==2.4.6`."""
    return [f"{name}=={version}" for name, version in packages.items()]


def install_command(packages: Mapping[str, str]) -> str:
    """Return the command that installs packages in these versions; empty when there are none."""
    pins = " ".join(pinned(packages))
    index = f" --extra-index-url {CPU_INDEX}" if "torch" in packages else ""
    return f"pip install {pins}{index}" if pins else ""


def requirements(packages: Mapping[str, str]) -> str:
    """Return a `requirements.txt` for packages in these versions."""
    pins = "".join(f"{pin}\n" for pin in pinned(packages))
    about = "# torch for the CPU. With an NVIDIA GPU, delete the next line.\n"
    return f"{about}--extra-index-url {CPU_INDEX}\n{pins}" if "torch" in packages else pins


def script_header(packages: Mapping[str, str]) -> str:
    """Return the block at the head of a script that `uv run` and others read (PEP 723)."""
    pins = [f'    "{pin}",' for pin in pinned(packages)]
    lines = ['requires-python = ">=3.11"', "dependencies = [", *pins, "]"]
    if "torch" in packages:
        lines += ["", "[[tool.uv.index]]", 'name = "pytorch-cpu"', f'url = "{CPU_INDEX}"']
        lines += ["explicit = true", "", "[tool.uv.sources]"]
        lines += ['torch = { index = "pytorch-cpu" }']
    block = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    return f"# /// script\n{block}# ///\n"
