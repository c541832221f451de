"""Signatures of stored runs: who made a run that comes from elsewhere.

The hash of a run shows that it is whole, a signature that it was made by someone whom the site
trusts. It covers the key too, so a run cannot be passed off as another. Keys are Ed25519, in
OpenSSH's format, because `ssh-keygen` makes them on every system.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from site_tools.experiment.cache_key import Key
from site_tools.model.errors import BadProject

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

VARIABLE = "ELEVENLINES_SIGNING_KEY"
"""The environment variable with the private key: its file, or its text, as services keep secrets.

No post sees it: of the environment a run gets a fixed list only.
"""

INSTALL = '`pip install "elevenlines[signatures]"`'

_MAKE = "`ssh-keygen -t ed25519 -N '' -f signing-key` makes one."


@dataclass(frozen=True, slots=True)
class Signers:
    """Whose runs count."""

    keys: tuple[Ed25519PublicKey, ...] = ()
    """Without any, every run counts."""

    def accept(self, key: Key, data: bytes) -> bool:
        """Return whether the file of a run is signed by one of them, or needs no signature."""
        return not self.keys or any(_is_signed(public, key, data) for public in self.keys)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs the runs that leave this machine."""

    private: Ed25519PrivateKey

    def sign(self, key: Key, data: bytes) -> bytes:
        """Return the file of a run with a signature, in place of one that it had."""
        head, _, body = data.partition(b"\n")
        digest = head.split(b" ")[0]
        signature = base64.b64encode(self.private.sign(_signed(key, digest)))
        return digest + b" " + signature + b"\n" + body


def _signed(key: Key, digest: bytes) -> bytes:
    return b"elevenlines run\n" + key.encode("ascii") + b"\n" + digest


def _is_signed(public: Ed25519PublicKey, key: Key, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    digest, _, signature = data.partition(b"\n")[0].partition(b" ")
    try:
        public.verify(base64.b64decode(signature, validate=True), _signed(key, digest))
    except (InvalidSignature, binascii.Error):
        return False
    return True


def signers(lines: Sequence[str]) -> Signers:
    """Return the signers with these public keys, as `ssh-keygen` writes them.

    Raises BadProject for what is no Ed25519 key, and without the package that reads them.
    """
    if not lines:
        return Signers()
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_ssh_public_key,
        )
    except ImportError:
        raise BadProject(f"mkdocs.yml: `signers` needs a package more: {INSTALL}.") from None
    keys = []
    for line in lines:
        try:
            key = load_ssh_public_key(line.encode("utf-8"))
        except ValueError:
            key = None
        if not isinstance(key, Ed25519PublicKey):
            what = f"mkdocs.yml: `signers` has `{line}`, which is no Ed25519 key."
            raise BadProject(f"{what} Copy the line of the file that ends in `.pub`.")
        keys.append(key)
    return Signers(tuple(keys))


def signing_key() -> SigningKey | None:
    """Return the private key that the environment names, or None.

    Raises BadProject when it names what is no private key.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if not named:
        return None
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PrivateKey,
        )
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_ssh_private_key,
        )
    except ImportError:
        raise BadProject(f"{VARIABLE}: signing needs a package more: {INSTALL}.") from None
    text = named if "PRIVATE KEY" in named else _read(named)
    try:
        key = load_ssh_private_key(text.encode("utf-8") + b"\n", password=None)
    except (TypeError, UnsupportedAlgorithm):  # of its encryption
        remedy = "Give one without: nobody can type it in when runs are signed."
        raise BadProject(f"{VARIABLE}: the key has a passphrase. {remedy}") from None
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadProject(f"{VARIABLE}: holds no Ed25519 private key of OpenSSH. {_MAKE}")
    return SigningKey(key)


def _read(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise BadProject(f"{VARIABLE}: `{name}` cannot be read: {said}. {_MAKE}") from None
