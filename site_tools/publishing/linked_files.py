"""Static files of the staged tree, linked into the site: to copy thousands takes longest of all.

The staged tree belongs to the build, which compares it with what it should hold each time. So what
is changed by hand in a file of the site, and thereby in the staged tree, lasts until the next one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any


def link_files(files: Iterable[Any], folder: str) -> None:
    """Have the static files that are in a folder linked into the site instead of copied."""
    for file in files:
        if file.abs_src_path and file.src_dir == folder and not file.is_documentation_page():
            file.copy_file = partial(_link, file)


def _link(file: Any, dirty: bool = False) -> None:  # noqa: FBT001, FBT002  as MkDocs calls it
    target = Path(file.abs_dest_path)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file.abs_src_path, target)
    except OSError:  # another file system, or one without links
        type(file).copy_file(file, dirty)
