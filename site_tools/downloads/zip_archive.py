"""Files → one zip, whose bytes depend on nothing but the files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

SUMS = "SHA256SUMS"
"""The file in an archive that `sha256sum --check` reads."""

_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format can hold."""


def packed(files: Mapping[str, bytes], folder: str) -> bytes:
    """Return files as a zip, in one folder and with their checksums.

    They are stored as they are: what a compressor makes depends on its version.
    """
    sums = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    with_sums = {**files, SUMS: "".join(sums).encode("ascii")}
    return zipped({f"{folder}/{name}": data for name, data in sorted(with_sums.items())})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
