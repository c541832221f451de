"""Key → run, on disk.

Each run is a file named by its key. Its first line is the SHA-256 of the rest, and perhaps a
signature of it: a truncated or altered file counts as absent. Files are written atomically, so two
builds may write at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from site_tools.atomic_write import write_whole
from site_tools.experiment.cache_key import Key
from site_tools.model.errors import BadProject
from site_tools.model.faults import MetricFault
from site_tools.model.notebook_output import AnyOutput
from site_tools.model.run import Failure, Gpu, Run, Segment, Trace, Unchanged, Unseeded, Update

README = """\
Results of runs, named by a hash of everything they depend on.
You may delete this folder: the next `elevenlines run` executes the runs again.
"""


_RUN = TypeAdapter(Run)
_OUTPUTS: TypeAdapter[list[list[AnyOutput]]] = TypeAdapter(list[list[AnyOutput]])


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of runs."""

    folder: Path

    def load(self, key: Key) -> Run | None:
        """Return the stored run, or None when there is none, or its file holds no run."""
        data = self.read(key)
        return None if data is None else run_in(data)

    def read(self, key: Key) -> bytes | None:
        """Return the file of a stored run, unchecked; None when it cannot be read."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def add(self, key: Key, data: bytes) -> None:
        """Store the file of a run that `run_in` accepts; replace an earlier one with the same key.

        Raises BadProject when the folder cannot be written.
        """
        path = self._path(key)
        try:
            self._create()
            path.parent.mkdir(exist_ok=True)
            # Its hash shows a file that a power failure cut off.
            write_whole(path, data, durable=False)
        except OSError as error:
            where = f"{self.folder.parent.name}/{self.folder.name}"
            what = f"{where}: the store cannot be written: {error.strerror}."
            raise BadProject(f"{what} Free some space or fix the permissions.") from error

    def save(self, key: Key, run: Run) -> None:
        """Store a run; replace an earlier one with the same key.

        Raises BadProject when the folder cannot be written.
        """
        body = json.dumps(asdict(run), sort_keys=True, default=date.isoformat).encode("utf-8")
        self.add(key, hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)

    def stored(self) -> list[Key]:
        """Return the keys of all stored runs, sorted."""
        return sorted(path.parent.name + path.stem for path in self.folder.glob("??/*.run"))

    def drop(self, keys: Iterable[Key]) -> int:
        """Delete runs; return their size in bytes."""
        freed = 0
        for key in keys:
            path = self._path(key)
            try:
                size = path.stat().st_size
                path.unlink()
            except FileNotFoundError:  # deleted by another gc meanwhile
                continue
            freed += size
        return freed

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        readme = self.folder / "README"
        if not readme.exists():
            write_whole(readme, README.encode("utf-8"))

    def _path(self, key: Key) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.run"


def is_whole(data: bytes) -> bool:
    """Return whether a file has the hash that its first line says, before any signature."""
    head, _, body = data.partition(b"\n")
    return hashlib.sha256(body).hexdigest().encode("ascii") == head.partition(b" ")[0]


def run_in(data: bytes) -> Run | None:
    """Return the run that a file holds; None for a damaged file, and for one of another version."""
    if not is_whole(data):
        return None
    body = data.partition(b"\n")[2]
    try:
        _RUN.validate_json(body, strict=True)
        values = json.loads(body)
        _OUTPUTS.validate_python(values["outputs"], strict=True)
        return _decode(values)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None  # written by another version of this project, or by something else


def _decode(values: dict[str, Any]) -> Run:
    failure = values["failure"]
    if failure is not None:
        failure = Failure(**failure)
    changed = {
        "values": {text: _decode_value(value) for text, value in values["values"].items()},
        "outputs": tuple(tuple(outputs) for outputs in values["outputs"]),
        "seconds": tuple(values["seconds"]),
        "on": date.fromisoformat(values["on"]),
        "failure": failure,
        "trace": _decode_trace(values["trace"]),
        "gpu": Gpu(**values["gpu"]) if values.get("gpu") else None,
        "curves": {text: _decode_curve(curve) for text, curve in values.get("curves", {}).items()},
        "texts": {text: _decode_text(shown) for text, shown in values.get("texts", {}).items()},
    }
    return Run(**values | changed)


def _decode_value(value: float | dict[str, Any]) -> float | MetricFault:
    """Return a number or a fault; raises TypeError for a fault that is a plain text."""
    return value if isinstance(value, float) else MetricFault(**value)


def _decode_text(shown: str | dict[str, Any]) -> str | MetricFault:
    return shown if isinstance(shown, str) else MetricFault(**shown)


def _decode_curve(
    curve: dict[str, Any] | list[dict[str, Any]],
) -> MetricFault | tuple[Segment, ...]:
    """Return segments or a fault; raises TypeError for a fault that is a plain text."""
    if not isinstance(curve, list):
        return MetricFault(**curve)
    return tuple(
        Segment(tuple(part["place"]), tuple(part["updates"]), tuple(part["values"]))
        for part in curve
    )


def _decode_trace(values: dict[str, Any]) -> Trace:
    changed = {
        "updates": tuple(Update(**update) for update in values["updates"]),
        "peaks": tuple(values["peaks"]),
        "rounds": tuple(values["rounds"]),
        "start": tuple(values["start"]),
        "learned": tuple(values["learned"]),
        "mixed": tuple(values["mixed"]),
        "unchanged": tuple(Unchanged(**one) for one in values["unchanged"]),
        "unseeded": tuple(Unseeded(**unseeded) for unseeded in values["unseeded"]),
    }
    return Trace(**values | changed)
