"""The process of a post has only the code that is meant to be beside a stranger's code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import site_tools.worker

MODULES = sorted(
    f"site_tools.worker.{path.stem}"
    for path in Path(site_tools.worker.__file__).parent.glob("*.py")
    if path.stem != "__init__"
)

NOTEBOOK = ["IPython.core.interactiveshell", "IPython.core.displayhook", "matplotlib_inline"]
"""What runs a notebook, and brings its own dependencies along."""


def loaded_by(modules: list[str]) -> set[str]:
    """Return all modules of a new interpreter that has imported these."""
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
    command = [sys.executable, "-P", "-c", f"{code}print(*sys.modules, sep='\\n')", *modules]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_worker_imports_the_rooms_model_analysis_and_sandbox() -> None:
    ours = {name.split(".")[1] for name in loaded_by(MODULES) if name.startswith("site_tools.")}
    assert ours == {"worker", "model", "analysis", "sandbox"}


def test_worker_imports_the_standard_library_and_what_runs_a_notebook() -> None:
    known = {*sys.stdlib_module_names, "site_tools", "__main__"}
    known |= {name.partition(".")[0] for name in loaded_by(NOTEBOOK)}
    assert {name.partition(".")[0] for name in loaded_by(MODULES)} <= known
