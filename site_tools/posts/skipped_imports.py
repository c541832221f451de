"""Modules that reading notebooks would import, and that nothing here uses."""

from __future__ import annotations

import sys

_SKIPPED = (
    "rfc3987_syntax",  # by jsonschema, for nbformat: it compiles 39 grammars, which takes a second
    "jupytext.sync_contentsmanager",  # parts of a Jupyter server
    "jupytext.async_contentsmanager",
)


def skip_imports() -> None:
    """Have these modules count as not installed; whoever would import them does without."""
    for name in _SKIPPED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
