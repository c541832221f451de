"""Strategies for what code cells print and show: mime bundles of any content."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.texts import ODD_TEXT, PROSE, pieces
from tests.fuzz.values import JSON, changed

_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt" viewBox="0 0 9 9">{}</svg>'
_IN_SVG = [*pieces("svg"), "<g>" * 2_000, "<path d='M0 0'/>" * 50]
_SHOWN = st.lists(st.sampled_from(_IN_SVG) | ODD_TEXT, max_size=3)
DRAWING = _SHOWN.map(lambda parts: _SVG.format("".join(parts))) | PROSE
_PICTURE = st.just(_PNG) | st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode())
_TEXT = (
    ODD_TEXT | PROSE | st.sampled_from(["x" * 300_000, "\x1b[31m" * 2_000, "\b" * 99, "a\r" * 99])
)
_BUNDLE = st.fixed_dictionaries(
    {},
    optional={
        "text/plain": _TEXT,
        "text/html": PROSE | st.just("<table><tr><td>" * 300),
        "text/markdown": PROSE,
        "text/latex": PROSE,
        "image/svg+xml": DRAWING,
        "image/png": _PICTURE | ODD_TEXT,
        "image/jpeg": _PICTURE,
        "image/gif": ODD_TEXT,
        "application/javascript": PROSE,
        "application/json": JSON,
        "application/vnd.x+json": JSON,
    },
) | st.dictionaries(ODD_TEXT, ODD_TEXT, max_size=2)
_PRINTED = st.fixed_dictionaries(
    {
        "output_type": st.just("stream"),
        "name": st.sampled_from(["stdout", "stderr"]),
        "text": _TEXT,
    }
)
_METADATA: st.SearchStrategy[Any] = st.just({}) | st.dictionaries(
    st.sampled_from(["image/png", "isolated", "needs_background", "x"]), JSON, max_size=2
)
_DISPLAYED = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["display_data", "execute_result"]),
        "data": _BUNDLE,
        "metadata": _METADATA,
    }
)
OUTPUTS = st.lists(_PRINTED | _DISPLAYED, max_size=4)
ANY_OUTPUTS: st.SearchStrategy[Any] = OUTPUTS | OUTPUTS.flatmap(changed)
"""Such outputs, and near to them what has another shape."""
