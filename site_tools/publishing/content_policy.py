"""The Content-Security-Policy of each page: what a browser may run and load.

It is the last net: text of a post that got through all checks still runs nothing. The theme has a
few scripts inside of its pages. They are marked when the templates are loaded, and allowed by their
hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from site_tools.posts.site_settings import Trust

_TOKEN = secrets.token_hex(16)
"""Which no text of a post can know."""

_MARKED = f"<script data-{_TOKEN}>"
_SCRIPT = re.compile(rf"<script data-{_TOKEN}>(.*?)</script>", re.DOTALL)
_CHARSET = '<meta charset="utf-8">'


def with_marked_scripts(template: str) -> str:
    """Return a template of the theme with its scripts marked."""
    return template.replace("<script>", _MARKED)


def with_policy(page: str, trust: Trust, loaded: Iterable[str]) -> str:
    """Return a page with its policy, and without the marks of its scripts.

    `loaded` are the addresses of scripts and styles that the site's settings name. A site that
    trusts the HTML of its authors has no policy.
    """
    digests = dict.fromkeys(_digest(script) for script in _SCRIPT.findall(page))
    plain = page.replace(_MARKED, "<script>")
    if trust.html:
        return plain
    remote = "".join(f" {host}" for host in sorted(filter(None, trust.remote)))
    named = "".join(f" {host}" for host in sorted({urlsplit(one).netloc for one in loaded} - {""}))
    policy = "; ".join(
        [
            f"default-src 'self'{named}",
            f"script-src 'self'{named} {' '.join(digests)}".rstrip(),
            f"style-src 'self' 'unsafe-inline'{named}",
            f"img-src 'self' data:{remote}",
            f"media-src 'self'{remote}",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )
    meta = f'{_CHARSET}<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return plain.replace(_CHARSET, meta, 1)


def _digest(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
