"""Compiled templates of earlier builds: those of the theme take longer to compile than to use."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from site_tools.publishing.kept_results import KeptResults


class CompiledTemplates(BytecodeCache):
    """The compiled templates of a project; `shared` is a digest of all that compiling depends on.

    The text of the templates need not be in it: Jinja compares that itself.
    """

    def __init__(self, root: Path, shared: str) -> None:
        self._results, self._shared = KeptResults(root / ".elevenlines" / "templates"), shared

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it was compiled before."""
        content = self._results.load(bucket.key, self._shared)
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._results.save(bucket.key, self._shared, bucket.bytecode_to_string())
