"""Tests, in rooms like those of `site_tools`."""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as in cli.py: it is slow
