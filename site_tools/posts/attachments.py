"""Pictures that a notebook holds inside of its cells → files beside the page.

Jupyter keeps a picture that was pasted into a cell as `![A cat](attachment:cat.png)`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from site_tools.model.source import Attachment, Line

SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
"""The kinds of pictures that a page can show, in the order of preference."""

_TARGET = re.compile(r"(\]\(\s*|\]:\s*)(?:<attachment:([^<>]+)>|attachment:([^\s<>()]+))")


def taken_out(
    lines: Sequence[Line], attachments: Mapping[str, Any]
) -> tuple[tuple[Line, ...], tuple[Attachment, ...]]:
    """Return the lines of a cell with the names of files, and these files.

    What is not a picture, or is not attached, stays as it is: `checks.html_rules` reports it.
    """
    files = {name: file for name, data in attachments.items() if (file := _file(data))}
    used: dict[str, Attachment] = {}

    def replaced(match: re.Match[str]) -> str:
        file = files.get(unquote(match[2] or match[3]))
        if file is None:
            return match[0]
        used[file.file] = file
        return f"{match[1]}{file.file}"

    new = tuple(replace(line, text=_TARGET.sub(replaced, line.text)) for line in lines)
    return new, tuple(used.values())


def _file(data: Any) -> Attachment | None:
    """Return an attachment as a file; None for what is not a picture."""
    for kind, suffix in SUFFIXES.items():
        if isinstance(data, dict) and kind in data:
            text = _text(data[kind])
            if text is None:
                return None
            try:
                content = base64.b64decode("".join(text.split()), validate=True)
            except ValueError:
                if suffix != "svg":
                    return None
                content = text.encode("utf-8", "replace")
            digest = hashlib.sha256(content).hexdigest()[:12]
            return Attachment(f"attachment-{digest}.{suffix}", content)
    return None


def _text(value: Any) -> str | None:
    """Return a text, or a list of its lines, as one; None for anything else."""
    lines = value if isinstance(value, list) else [value]
    return "".join(lines) if all(isinstance(line, str) for line in lines) else None
