"""A store of runs at an address, which several machines read and write.

It is only a help: when it is slow, full, out of reach or holds what is no run, the session goes on
with the local store, and says so in a line. Whatever comes from it is checked before it is stored.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from site_tools.experiment.cache_key import Key
from site_tools.experiment.run_archive import LARGEST
from site_tools.experiment.run_cache import Store, is_whole, run_in
from site_tools.experiment.signatures import Signers, SigningKey
from site_tools.model.errors import BadProject
from site_tools.model.text import abridged, count

PATIENCE = 30.0
"""Seconds in which a store must have answered, however little is asked."""

PATIENCE_EACH = 0.1
"""Seconds more for each run."""

THREADS = 16
"""Requests at a time: each waits for the network only."""

LONGEST_REASON = 200
"""Characters of an error that are quoted."""

INSTALL = '`pip install "elevenlines[s3]"`'

_CLOUDS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
"""What obstore reads and writes."""

_QUICK = {
    "client_options": {"connect_timeout": "5s", "allow_http": True},
    "retry_config": {"max_retries": 2},
}
"""For obstore, which otherwise tries for three minutes. HTTP is used where the address says so."""

LOCAL = "The local store is used."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a shared store is."""

    files: Any
    """A file system of fsspec."""
    folder: str
    shown: str
    """As messages show it: without a password."""

    def path(self, key: Key) -> str:
        """Return the path of a run; the folder is laid out as a local store is."""
        return f"{self.folder}/{key[:2]}/{key[2:]}.run"


def address_of(url: str) -> Address:
    """Return the address that a URL, or the path of a folder, means.

    Raises BadProject when nothing here can read addresses of its kind.
    """
    shown = _without_password(url)
    try:
        import fsspec  # noqa: PLC0415

        options = _prepare(url.partition("://")[0])
        files, folder = fsspec.core.url_to_fs(url, **options)
    except ImportError as error:
        what = f"{shown}: this store needs a package more: {_first_line(error)}"
        remedy = INSTALL if url.partition("://")[0] in _CLOUDS else "Install it"
        raise BadProject(f"{what.rstrip('.')}. {remedy}.") from None
    except Exception as error:  # noqa: BLE001  of any file system
        what = f"{shown}: is not the address of a store: {_first_line(error)}"
        raise BadProject(f"{what.rstrip('.')}. Write s3://bucket/folder, or a folder.") from None
    return Address(files, str(folder).rstrip("/"), shown)


def _prepare(protocol: str) -> dict[str, Any]:
    """Return options for the file systems of a protocol."""
    if protocol in {"", "file", "local"} or "/" in protocol:
        return {"auto_mkdir": True}
    if protocol in _CLOUDS:
        with suppress(ImportError):
            from obstore.fsspec import register  # noqa: PLC0415

            register(protocol)
            return _QUICK
    return {}


def _without_password(url: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
    return url


def _first_line(error: BaseException) -> str:
    text = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return abridged(text, LONGEST_REASON)


@dataclass
class SharedStore:
    """Reads runs before a session, and writes each new one behind it."""

    address: Address
    signers: Signers = field(default_factory=Signers)
    signing: SigningKey | None = None
    patience: float = PATIENCE
    in_use: bool = True
    """False once it did not answer."""
    _writing: _Tasks | None = None

    @property
    def accepts(self) -> bool:
        """Return whether to write: what is not signed would count as absent."""
        return self.in_use and not (self.signers.keys and self.signing is None)

    def fetch(self, keys: Iterable[Key], store: Store) -> Iterator[str]:
        """Add the runs that a local store lacks to it; yield a line for each thing that is wrong.

        Raises BadProject when the local store cannot be written.
        """
        missing = [key for key in keys if not is_whole(store.read(key) or b"")]
        tasks = _Tasks()
        for key in missing:
            tasks.add(key, partial(self._read, key))
        refused: Counter[str] = Counter()
        failed: list[BaseException] = []
        for key, answer in tasks.ended(self.patience):
            if isinstance(answer, FileNotFoundError):
                continue
            if isinstance(answer, BaseException):
                failed.append(answer)
                if len(failed) == THREADS:  # it will not read the others
                    break
            elif run_in(answer) is None:
                refused["damaged, too large or of another version"] += 1
            elif not self.signers.accept(key, answer):
                refused["not signed by one of `signers`"] += 1
            else:
                store.add(key, answer)
        tasks.forget()
        for why, number in refused.items():
            verb, counts = ("is", "it counts") if number == 1 else ("are", "they count")
            what = f"{count(number, 'run')} there {verb} {why}"
            yield f"{self.address.shown}: {what}; {counts} as absent."
        if tasks.left or failed:
            self.in_use = False
            yield f"{self.address.shown}: {self._trouble(tasks.left, failed)} {LOCAL}"

    def _trouble(self, left: int, failed: list[BaseException]) -> str:
        if failed:
            return f"cannot be read: {_first_line(failed[0]).rstrip('.')}."
        return f"did not answer in time; {count(left, 'run')} could not be looked up."

    def _read(self, key: Key) -> bytes:
        path = self.address.path(key)
        try:
            data = self.address.files.cat_file(path, start=0, end=LARGEST + 1)
        except FileNotFoundError:
            raise
        except Exception:
            with suppress(Exception):
                if self.address.files.size(path) == 0:  # S3 has no part of an empty file
                    return b""
            raise
        return bytes(data) if len(data) <= LARGEST else b""

    def send(self, key: Key, store: Store) -> None:
        """Begin to write a run that the local store has; `flush` waits for it."""
        data = store.read(key)
        if data and self.accepts:
            self._writing = self._writing or _Tasks()
            signed = self.signing.sign(key, data) if self.signing else data
            self._writing.add(key, partial(self._write, key, signed))

    def _write(self, key: Key, data: bytes) -> None:
        self.address.files.pipe_file(self.address.path(key), data)

    def flush(self) -> Iterator[str]:
        """Wait until all runs are written; yield a line when that is not possible."""
        tasks, self._writing = self._writing, None
        if tasks is None:
            return
        answers = [answer for _, answer in tasks.ended(self.patience)]
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        lost = tasks.left + len(failed)
        if lost:
            why = _first_line(failed[0]) if failed else "it did not answer in time"
            what = f"{lost:,} of {count(tasks.number, 'new run')} could not be written: {why}"
            remedy = (
                f"They are in the local store; `elevenlines store export {self.address.shown}` "
            )
            yield f"{self.address.shown}: {what.rstrip('.')}. {remedy}sends them again."


class _Tasks:
    """Work in threads that need not be waited for, unlike those of an executor."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[tuple[Key, Callable[[], Any]]] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[tuple[Key, Any]] = queue.SimpleQueue()
        self.number = self.left = 0
        """How many there are, and how many have not ended."""
        self.lock, self.threads = threading.Lock(), 0

    def add(self, key: Key, task: Callable[[], Any]) -> None:
        """Begin a task as soon as a thread is free."""
        self.number += 1
        self.left += 1
        with self.lock:
            self.waiting.put((key, task))
            if self.threads < THREADS:
                self.threads += 1
                threading.Thread(target=self._work, daemon=True).start()

    def forget(self) -> None:
        """Begin no further task."""
        with self.lock, suppress(queue.Empty):
            while True:
                self.waiting.get_nowait()

    def ended(self, patience: float) -> Iterator[tuple[Key, Any]]:
        """Yield what each task returned or raised; stop when it takes too long."""
        end = time.monotonic() + patience + PATIENCE_EACH * self.left
        while self.left:
            try:
                answer = self.answers.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                return
            self.left -= 1
            yield answer

    def _work(self) -> None:
        while True:
            with self.lock:
                if self.waiting.empty():
                    self.threads -= 1
                    return
                key, task = self.waiting.get()
            try:
                self.answers.put((key, task()))
            except BaseException as error:  # noqa: BLE001  of any file system
                self.answers.put((key, error))
