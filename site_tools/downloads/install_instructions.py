"""Pinned packages → what installs them: a command, a file, the head of a script."""

from __future__ import annotations

from collections.abc import Mapping


def pinned(packages: Mapping[str, str]) -> list[str]:
    """Return a requirement for each package in its version: `numpy==2.4.6`."""
    return [f"{name}=={version}" for name, version in packages.items()]


def install_command(packages: Mapping[str, str], torch_index: str) -> str:
    """Return the command that installs packages in these versions; empty when there are none.

    `torch_index` is where torch comes from; empty for the index of all other packages.
    """
    pins = " ".join(pinned(packages))
    index = f" --extra-index-url {torch_index}" if _needs(packages, torch_index) else ""
    return f"pip install {pins}{index}" if pins else ""


def requirements(packages: Mapping[str, str], torch_index: str) -> str:
    """Return a `requirements.txt` for packages in these versions."""
    pins = "".join(f"{pin}\n" for pin in pinned(packages))
    about = "# torch for the CPU. With an NVIDIA GPU, delete the next line.\n"
    index = f"{about}--extra-index-url {torch_index}\n"
    return f"{index}{pins}" if _needs(packages, torch_index) else pins


def script_header(packages: Mapping[str, str], torch_index: str) -> str:
    """Return the block at the head of a script that `uv run` and others read (PEP 723)."""
    pins = [f'    "{pin}",' for pin in pinned(packages)]
    lines = ['requires-python = ">=3.11"', "dependencies = [", *pins, "]"]
    if _needs(packages, torch_index):
        lines += ["", "[[tool.uv.index]]", 'name = "pytorch-cpu"', f'url = "{torch_index}"']
        lines += ["explicit = true", "", "[tool.uv.sources]"]
        lines += ['torch = { index = "pytorch-cpu" }']
    block = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    return f"# /// script\n{block}# ///\n"


def _needs(packages: Mapping[str, str], torch_index: str) -> bool:
    return bool(torch_index) and "torch" in packages
