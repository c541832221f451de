"""`drift.json`: with which newer versions the claims of each post were proved again, and when.

`elevenlines drift --record` writes it, its author commits it, and the run record of a post says it,
as long as the code and the claims are those that were proved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject

NAME = "drift.json"


@dataclass(frozen=True, slots=True)
class Proof:
    """A post that was accepted again with other versions."""

    on: dt.date
    """The day, in UTC."""
    python: str
    packages: Mapping[str, str]
    """Versions of what the post imports itself."""
    code: str
    """The hash of the code and the claims, as in `RunReport`."""

    @property
    def sentence(self) -> str:
        """Return when it was proved and with what: `26 November 2026, with Python 3.13.2`."""
        versions = [f"Python {self.python}", *(f"{n} {v}" for n, v in self.packages.items())]
        return f"{self.on.day} {self.on:%B %Y}, with {', '.join(versions)}"


Proofs = Mapping[str, Proof]
"""By the file of the post."""

_PROOFS = TypeAdapter(dict[str, Proof])


def read_proofs(root: Path) -> Proofs:
    """Return the proofs of a project; none without the file.

    Raises BadProject when the file holds anything else.
    """
    path = root / NAME
    if not path.exists():
        return {}
    try:
        return _PROOFS.validate_json(path.read_bytes())
    except (OSError, ValidationError, RecursionError):
        remedy = "Make it anew: `elevenlines drift --record`; or delete it."
        raise BadProject(f"{NAME}: is not what `drift` writes. {remedy}") from None


def write_proofs(root: Path, proofs: Proofs) -> None:
    """Write the proofs of a project, in place of the last ones."""
    text = _PROOFS.dump_json(dict(sorted(proofs.items())), indent=2)
    write_whole(root / NAME, text + b"\n")
