"""Everything that a run depends on, as one key.

A run is executed again when its key changes, and only then. The key covers the code with its
snippets, the condition (published, sham, seed trial, control, curve), the metrics and what is
looked at during training, the device, Python's minor version and the pinned versions of what the
post imports. It does not cover prose or goals, nor how many trials there are, nor the machine, the
path or the time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from site_tools.model.claim import Condition
from site_tools.model.post import Post

RUNNER_VERSION = 7
"""Raise it when the way of running or of recording changes what a stored run means."""

Key = str
"""64 hexadecimal digits: SHA-256 of the parts."""


def key_of(
    post: Post,
    condition: Condition,
    measured: Mapping[str, Iterable[str]],
    *,
    versions: Mapping[str, str],
    device: str,
) -> Key:
    """Return the key of one of a post's runs.

    `measured` has the expressions: `metrics` at the end, and perhaps `looks` during training.
    `versions` are the pinned versions of what the post imports, dependencies included.
    """
    parts = {
        "runner": RUNNER_VERSION,
        "condition": asdict(condition),
        "code": post.sources,
        "device": device,
        "python": list(sys.version_info[:2]),
        "versions": dict(versions),
        **{when: sorted(expressions) for when, expressions in measured.items()},
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
