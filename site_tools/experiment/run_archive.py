"""Stored runs as one file or folder: made on one machine, used on another.

An archive is a tar file with a member for each run, `runs/<key>.run`, as the store has it, and
first a manifest that says what each run is of. Every run carries its own hash; what was altered on
the way is not imported.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.experiment.cache_key import RUNNER_VERSION, Key
from site_tools.experiment.run_cache import Store, run_in
from site_tools.experiment.signatures import Signers, SigningKey
from site_tools.model.errors import BadProject
from site_tools.model.run import Run
from site_tools.model.text import SHOWN, cut

VERSION = 1
"""Of the archive's layout."""

LARGEST = 64 * 2**20
"""Bytes that the file of a run may have. What a run may print and draw is limited far below."""

_LONGEST_NAME = 2**20
"""Bytes that may say what a file is, before its own; tarfile reads them whole."""

_MOST_OTHERS = 1000
"""Files of an archive that may be no runs, and are passed over."""

MANIFEST = "manifest.json"

_AGAIN = "`elevenlines store export runs.tar.gz` makes an archive."

_MEMBER = re.compile(r"(?:\./)?runs/([0-9a-f]{64})\.run")
_PINS: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])
_BROKEN = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the runs of an archive."""

    new: int
    known: int
    """Runs that the store has already."""
    refused: tuple[Key, ...]
    """Runs that are damaged, or of another version of this project."""
    unsigned: int
    """Runs without a signature that counts."""
    cut_off: bool
    """Whether the archive ends too early."""
    examples: Mapping[tuple[str, str, str], Run]
    """By post, kind of condition and device, one of the new runs that ended well, without what it
    showed: its cost is of use."""


def export(
    store: Store,
    runs: Mapping[Key, Mapping[str, Any]],
    target: Path,
    pins: Mapping[str, Mapping[str, str]],
    signing: SigningKey | None = None,
) -> int:
    """Write runs to a `.tar.gz` file, or else to a folder; return how many.

    `runs` says of each what it is of; the manifest adds what produced it, and the `pins` that their
    keys contain, for each device. A run that is damaged is left out. Raises BadProject when the
    target cannot be written.
    """
    if target.suffix in {".bz2", ".gz", ".tar", ".xz", ".zip", ".zst"} and not is_archive(target):
        raise BadProject(f"{target}: archives are named `.tar.gz` here. Name one, or a folder.")
    files: dict[str, bytes] = {}
    about: dict[Key, Mapping[str, Any]] = {}
    for key in sorted(runs):
        data = store.read(key) or b""
        if run := run_in(data):
            files[f"runs/{key}.run"] = signing.sign(key, data) if signing else data
            about[key] = {**runs[key], **_producer(run)}
    manifest = {"version": VERSION, "runner": RUNNER_VERSION, "pins": pins, "runs": about}
    text = json.dumps(manifest, indent=1, sort_keys=True)
    files = {MANIFEST: text.encode("utf-8"), **files}
    try:
        if is_archive(target):
            write_whole(target, _packed(files))
        else:
            for name, data in files.items():
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)
    except OSError as error:
        raise BadProject(f"{target}: cannot be written: {error.strerror}.") from error
    return len(about)


def _producer(run: Run) -> Mapping[str, Any]:
    """Return what produced a run."""
    return {"on": run.on.isoformat(), "python": run.python, "packages": dict(run.versions)}


def is_archive(path: Path) -> bool:
    """Return whether a name is that of a compressed archive; other names are folders."""
    return path.name.endswith((".tar.gz", ".tgz"))


def _packed(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def import_runs(
    store: Store, source: Path, signers: Signers, left_out: Container[str] = ()
) -> Imported:
    """Add the runs of an archive or a folder to a store, as far as the signers signed them.

    Those on the devices `left_out` are passed over, as the manifest names them.
    Raises BadProject when it is no archive of runs, or one of another version. Where an archive
    ends too early, what comes before is imported.
    """
    known = set(store.stored())
    new, old, unsigned, refused, is_cut = 0, 0, 0, [], False
    examples: dict[tuple[str, str, str], Run] = {}
    manifest, members = _opened(source)
    try:
        for key, data in members:
            if _about(manifest, key, "device") in left_out:
                continue
            run = run_in(data)
            if run is None:
                refused.append(key)
            elif not signers.accept(key, data):
                unsigned += 1
            elif key in known and (own := store.read(key)) and run_in(own):
                old += 1
            else:
                store.add(key, data)
                new += 1
                if run.failure is None:
                    what = _about(manifest, key, "post"), _about(manifest, key, "condition")
                    examples[(*what, run.device)] = replace(run, outputs=())
    except _BROKEN:
        is_cut = True
    except OSError as error:
        raise BadProject(f"{error.filename or source}: cannot be read: {error.strerror}.") from None
    return Imported(new, old, tuple(refused), unsigned, is_cut, examples)


def _about(manifest: Mapping[str, Any], key: Key, what: str) -> str:
    """Return what a manifest says of a run; empty when it does not."""
    with suppress(KeyError, TypeError):
        return str(manifest["runs"][key][what])
    return ""


def _opened(source: Path) -> tuple[Mapping[str, Any], Iterator[tuple[Key, bytes]]]:
    """Return an archive's manifest, checked, and the keys and files of its runs."""
    try:
        files = _unpacked(source) if source.is_file() else _in_folder(source)
        first = next(files, ("", b""))
    except (*_BROKEN, OSError) as error:
        said = getattr(error, "strerror", None) or "it is not a compressed tar file"
        raise BadProject(f"{source}: cannot be read: {said}. {_AGAIN}") from None
    return _manifest(source, *first), _runs(source, files)


def _runs(source: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Key, bytes]]:
    others = 0
    for name, data in files:
        match = _MEMBER.fullmatch(name)
        if match:
            yield match[1], data
            continue
        others += 1
        if others > _MOST_OTHERS:
            raise BadProject(f"{source}: most of its files are no runs. {_AGAIN}")


class _Member(tarfile.TarInfo):
    """The head of a file in an archive, whose long names are read only while they are names."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Return the head that is in a block; raises ReadError when a name follows that is none."""
        found = super().frombuf(buf, encoding, errors)
        if found.size > _LONGEST_NAME and not found.isreg() and not found.isdir():
            raise tarfile.ReadError
        return found


class _Plain(gzip.GzipFile):
    """A compressed file that gives what it has, up to where it is cut off."""

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, as many as one step of unpacking gives."""
        return self.read1(-1 if size is None else size)


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the plain files of an archive; links and devices are left out.

    The mode `r|gz` would copy megabytes for each member where much is compressed to little.
    """
    with (
        _Plain(path) as plain,
        tarfile.open(fileobj=plain, mode="r|", tarinfo=_Member) as archive,
    ):
        for member in archive:
            if member.size > LARGEST:
                what = f"{path}: `{cut(member.name, SHOWN)}` in it has {member.size:,} bytes"
                raise BadProject(f"{what}; a run has {LARGEST:,} at most. {_AGAIN}")
            file = archive.extractfile(member) if member.isreg() else None
            if file is not None:
                data = file.read(LARGEST + 1)
                if len(data) != member.size:
                    raise EOFError
                yield member.name, data


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    paths = [folder / MANIFEST, *sorted((folder / "runs").glob("*.run"))]
    for path in paths:
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def pins_of(source: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the versions that the keys of an archive's runs contain, for each device.

    Raises BadProject when it is no archive of runs, or one of another version.
    """
    with suppress(ValidationError):
        return _PINS.validate_python(_opened(source)[0].get("pins"), strict=True)
    return {}


def _manifest(source: Path, name: str, data: bytes) -> Mapping[str, Any]:
    about: Any = None
    with suppress(ValueError, RecursionError):
        about = json.loads(data) if name in {MANIFEST, f"./{MANIFEST}"} else None
    if not isinstance(about, dict) or "runner" not in about:
        what = f"{source}: is not an archive of runs: its first file is no {MANIFEST}."
        raise BadProject(f"{what} {_AGAIN}")
    if about.get("version") != VERSION or about["runner"] != RUNNER_VERSION:
        what = f"{source}: comes from another version of elevenlines (runner {about['runner']}; "
        remedy = "Make it again with the version that you use here."
        raise BadProject(f"{what}here {RUNNER_VERSION}), whose runs cannot be used. {remedy}")
    return about
