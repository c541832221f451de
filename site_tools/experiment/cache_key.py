"""The cache key of a run: a hash of everything that its result depends on.

A run is executed again if and only if its key changes. The key covers the code with its snippets,
the data files, how a program that is no post is started, the condition (published, sham, seed
trial, control, curve), the metrics, the expressions that are sampled during training, those whose
values the prose shows, the device, Python's minor version and the pinned versions of what the post
imports. It does not cover prose, goals, the number of trials, the machine, paths or the time.

A run on a GPU is found by a site that runs on another machine. So its key covers neither Python's
version, which comes with that machine, nor what the imported packages need there, such as the
libraries of CUDA: neither can be known where there is no GPU, and its numbers are judged by whether
they meet a goal, not by their digits. The run records them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from site_tools.model.claim import Condition
from site_tools.model.post import Post

RUNNER_VERSION = 16
"""Increment it when a change of running or recording makes stored runs invalid."""

Key = str
"""64 hexadecimal digits: SHA-256 of the parts."""


Dependencies = dict[str, Any]
"""What the result of a run depends on, as JSON would hold it."""


def dependencies(  # noqa: PLR0913
    post: Post,
    condition: Condition,
    measured: Mapping[str, Iterable[str]],
    *,
    versions: Mapping[str, str],
    device: str,
    cells: Sequence[str] = (),
) -> Dependencies:
    """Return what the result of one of a post's runs depends on.

    `measured` has the expressions that are evaluated: `metrics` at the end, for curves `curves`
    during training, and `texts` of the prose in a published run. `versions` are the pinned versions
    of what the post imports, on the CPU with dependencies. `cells` is the code, if it is not the
    post's own.
    """
    conditions = asdict(condition)
    del conditions["variant"]  # a name; what it changes is in the code
    return {
        "runner": RUNNER_VERSION,
        "condition": conditions,
        "code": list(cells or post.sources),
        **({"raising": list(post.raising)} if post.raising else {}),
        "device": device,
        **({"python": list(sys.version_info[:2])} if device == "cpu" else {}),
        "versions": dict(versions),
        **({"data": {file.name: file.digest for file in post.data}} if post.data else {}),
        **({"launch": asdict(post.launch)} if post.launch else {}),
        **{when: sorted(expressions) for when, expressions in measured.items()},
    }


def key_of(depends: Dependencies) -> Key:
    """Return the key of a run with these dependencies."""
    text = json.dumps(depends, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
