"""A shared store: what comes from it is checked, and nothing that is wrong with it stops a run."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from site_tools.experiment import shared_store
from site_tools.experiment.run_cache import Store
from site_tools.experiment.shared_store import Address, SharedStore, address_of
from site_tools.model.errors import BadProject
from tests.support.runs import a_run
from tests.support.s3_server import serve_s3

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "anybody",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
}

KEYS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40)]


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    store = Store(tmp_path / "filled")
    for number, key in enumerate(KEYS):
        store.save(key, a_run(float(number)))
    return store


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store(tmp_path / "empty")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of a bucket of a real server."""
    with serve_s3() as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}.items():
            patch.setenv(name, value)
        yield "s3://bucket"


@pytest.fixture(params=["folder", "file", "memory", pytest.param("s3", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "s3":
        yield f"{request.getfixturevalue('bucket')}/{tmp_path.name}"
        return
    yield {
        "folder": str(tmp_path / "shared"),
        "file": f"file://{tmp_path}/shared",
        "memory": "memory://shared",
    }[request.param]
    MemoryFileSystem.store.clear()


def sent(url: str, store: Store) -> SharedStore:
    shared = SharedStore(address_of(url))
    for key in KEYS:
        shared.send(key, store)
    assert list(shared.flush()) == []
    return shared


def test_runs_go_through_a_shared_store(url: str, filled: Store, empty: Store) -> None:
    sent(url, filled)
    assert list(SharedStore(address_of(url)).fetch(KEYS, empty)) == []
    assert [empty.read(key) for key in KEYS] == [filled.read(key) for key in KEYS]


def test_an_empty_store_is_no_trouble(url: str, empty: Store) -> None:
    shared = SharedStore(address_of(url))
    assert list(shared.fetch(KEYS, empty)) == []
    assert (empty.stored(), shared.in_use) == ([], True)


def test_a_folder_is_laid_out_as_a_local_store(filled: Store, empty: Store) -> None:
    assert list(SharedStore(address_of(str(filled.folder))).fetch(KEYS[:3], empty)) == []
    assert empty.stored() == sorted(KEYS[:3])


def test_own_runs_are_not_replaced(url: str, filled: Store, empty: Store) -> None:
    sent(url, filled)
    empty.save(KEYS[0], a_run(7.0))
    own = empty.read(KEYS[0])
    list(SharedStore(address_of(url)).fetch(KEYS, empty))
    assert empty.read(KEYS[0]) == own


def test_a_damaged_run_of_the_local_store_is_fetched(url: str, filled: Store, empty: Store) -> None:
    sent(url, filled)
    empty.add(KEYS[0], b"0" * 64 + b"\nhalf")
    list(SharedStore(address_of(url)).fetch(KEYS, empty))
    assert empty.read(KEYS[0]) == filled.read(KEYS[0])


@pytest.mark.parametrize(
    "poison",
    [
        b"",
        b"words",
        hashlib.sha256(b"{}").hexdigest().encode() + b"\n{}",
        hashlib.sha256(b"[" * 99999).hexdigest().encode() + b"\n" + b"[" * 99999,
        "other run",
        "too large",
    ],
    ids=["empty", "words", "object", "deep", "altered", "large"],
)
def test_what_is_no_run_is_not_believed(
    poison: bytes | str,
    filled: Store,
    empty: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = sent("memory://poisoned", filled)
    data = filled.read(KEYS[0])
    assert data
    if poison == "too large":
        monkeypatch.setattr(shared_store, "LARGEST", len(data) - 1)
    content = poison if isinstance(poison, bytes) else data[:-1] + b" "
    if poison != "too large":
        shared.address.files.pipe_file(shared.address.path(KEYS[0]), content)
    lines = list(shared.fetch(KEYS[:1], empty))
    assert len(lines) == 1
    assert lines[0].endswith(
        ": 1 run there is damaged, too large or of another version; it counts as absent."
    )
    assert empty.stored() == []


@pytest.mark.slow
def test_an_empty_object_of_a_bucket_is_damaged(bucket: str, filled: Store, empty: Store) -> None:
    shared = SharedStore(address_of(f"{bucket}/emptied"))
    shared.send(KEYS[0], filled)
    assert list(shared.flush()) == []
    shared.address.files.pipe_file(shared.address.path(KEYS[1]), b"")
    (line,) = shared.fetch(KEYS[:3], empty)
    assert line.startswith(f"{bucket}/emptied: 1 run there is damaged")
    assert (empty.stored(), shared.in_use) == ([KEYS[0]], True)


class Troubled(MemoryFileSystem):  # type: ignore[misc]
    """A file system that fails, or never answers."""

    cachable = False
    error: OSError | None = None
    waits = threading.Event()

    def cat_file(self, *arguments: Any, **options: Any) -> Any:
        return self._answer(super().cat_file, *arguments, **options)

    def pipe_file(self, *arguments: Any, **options: Any) -> Any:
        return self._answer(super().pipe_file, *arguments, **options)

    def _answer(self, act: Any, *arguments: Any, **options: Any) -> Any:
        if self.error:
            raise self.error
        self.waits.wait(30)
        return act(*arguments, **options)


@pytest.fixture
def troubled() -> Iterator[SharedStore]:
    Troubled.waits.clear()
    address = Address(Troubled(), "/troubled", "s3://bucket/runs")
    yield SharedStore(address, patience=0.2)
    Troubled.waits.set()


def test_an_unreachable_store_is_named_once(
    troubled: SharedStore, filled: Store, empty: Store
) -> None:
    troubled.address.files.error = ConnectionError("Name or service not known.\nmore\n")
    lines = list(troubled.fetch(KEYS, empty))
    assert lines == [
        "s3://bucket/runs: cannot be read: Name or service not known. The local store is used."
    ]
    troubled.send(KEYS[0], filled)
    assert list(troubled.flush()) == []


def test_a_store_that_does_not_answer_is_not_waited_for(
    troubled: SharedStore, empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_store, "PATIENCE_EACH", 0.0)
    (line,) = troubled.fetch(KEYS, empty)
    assert line == (
        "s3://bucket/runs: did not answer in time; 40 runs could not be looked up. "
        "The local store is used."
    )


def test_a_full_store_is_named_and_the_runs_stay_here(troubled: SharedStore, filled: Store) -> None:
    troubled.address.files.error = OSError(28, "No space left on device")
    for key in KEYS[:3]:
        troubled.send(key, filled)
    (line,) = troubled.flush()
    assert line == (
        "s3://bucket/runs: 3 of 3 new runs could not be written: [Errno 28] No space left on "
        "device. They are in the local store; `elevenlines store export s3://bucket/runs` sends "
        "them again."
    )
    assert len(filled.stored()) == len(KEYS)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s4://bucket", "s4://bucket: is not the address of a store: "),
        ("sftp://host/runs", "sftp://host/runs: this store needs a package more: "),
    ],
)
def test_an_address_of_no_kind_is_refused(url: str, message: str) -> None:
    with pytest.raises(BadProject) as refused:
        address_of(url)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_passwords_are_not_shown() -> None:
    assert shared_store._without_password("https://ada:secret@example.org/runs?key=secret") == (
        "https://example.org/runs"
    )
    assert fsspec  # the library that reads addresses
