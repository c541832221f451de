"""The layers of the sandbox that this machine has."""

from __future__ import annotations

from site_tools.sandbox import confinement

ACTIVE = confinement.active()
"""Asked once for each process of tests: each answer takes one to three processes."""
