"""The store returns what was saved, or nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_tools.experiment.run_cache import Store
from site_tools.model.errors import BadProject
from site_tools.model.faults import MetricFault
from site_tools.model.run import Failure, Run, Segment, Trace, Unseeded, Update

KEY = "ab" + "0" * 62
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
STREAMS = st.sampled_from(["stdout", "stderr"])
OUTPUTS = st.fixed_dictionaries({"output_type": st.just("stream"), "name": STREAMS, "text": TEXT})
COUNTS = st.integers(0, 10**9)
FAILURES = st.builds(Failure, COUNTS, COUNTS, TEXT, TEXT, TEXT, st.booleans())
UPDATES = st.builds(Update, st.just("freeze"), COUNTS, COUNTS, TEXT, COUNTS, TEXT, st.booleans())
TRACES = st.builds(
    Trace,
    st.lists(UPDATES, max_size=2).map(tuple),
    COUNTS,
    st.lists(COUNTS, max_size=3).map(tuple),
    st.lists(COUNTS, max_size=3).map(tuple),
    st.lists(NUMBERS, max_size=3).map(tuple),
    st.lists(NUMBERS, max_size=3).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    st.booleans(),
    st.lists(st.builds(Unseeded, TEXT, TEXT, COUNTS, COUNTS), max_size=2).map(tuple),
)
FAULTS = st.builds(MetricFault, st.sampled_from(["raises", "slow"]), TEXT)
SEGMENTS = st.lists(
    st.builds(
        Segment,
        st.tuples(COUNTS, COUNTS),
        st.lists(COUNTS, max_size=3).map(tuple),
        st.lists(NUMBERS, max_size=3).map(tuple),
    ),
    max_size=2,
).map(tuple)
RUNS = st.builds(
    Run,
    outputs=st.lists(st.lists(OUTPUTS, max_size=3).map(tuple), max_size=3).map(tuple),
    values=st.dictionaries(TEXT, NUMBERS | FAULTS, max_size=3),
    seconds=st.lists(NUMBERS, max_size=3).map(tuple),
    python=TEXT,
    versions=st.dictionaries(TEXT, TEXT, max_size=3),
    device=st.sampled_from(["cpu", "gpu"]),
    on=st.dates(),
    failure=st.none() | FAILURES,
    trace=TRACES,
    curves=st.dictionaries(TEXT, SEGMENTS | FAULTS, max_size=2),
)


def a_run(seconds: float = 1.0) -> Run:
    return Run(((),), {"a": 0.5}, (seconds,), "3.11.7", {"numpy": "2"}, "cpu", date(2026, 1, 2))


@given(run=RUNS)
def test_load_returns_what_was_saved(run: Run) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        store.save(KEY, run)
        assert store.load(KEY) == run


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_load_rejects_an_altered_file(position: int, flip: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.save(KEY, a_run())
        (path,) = Path(folder).glob("ab/*.run")
        data = bytearray(path.read_bytes())
        data[position % len(data)] ^= flip
        path.write_bytes(data)
        assert store.load(KEY) is None


@given(length=st.integers(0, 10_000))
def test_load_rejects_a_truncated_file(length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.save(KEY, a_run())
        (path,) = Path(folder).glob("ab/*.run")
        data = path.read_bytes()
        path.write_bytes(data[: length % len(data)])
        assert store.load(KEY) is None


def stored_as(tmp_path: Path, body: bytes) -> Run | None:
    """Return what the store makes of a file with these bytes, whose digest is right."""
    store = Store(tmp_path)
    store.save(KEY, a_run())
    (path,) = tmp_path.glob("ab/*.run")
    path.write_bytes(hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
    return store.load(KEY)


ODD: list[object] = [
    None,
    -1,
    1.5,
    "x",
    "",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"a": None},
    True,
    [1, [2]],
]
BODIES = [b"", b"null", b"3", b"[]", b"{}", b'"x"', b"{", b"[" * 100_000, b"\xff", b"NaN", b"\0"]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:9]))
def test_file_that_holds_no_run_is_absent(tmp_path: Path, body: bytes) -> None:
    assert stored_as(tmp_path, body) is None


@pytest.mark.parametrize("part", list(asdict(a_run())))
def test_run_with_a_part_of_another_type_is_absent_or_sound(tmp_path: Path, part: str) -> None:
    sound = json.loads(json.dumps(asdict(a_run()), default=date.isoformat))
    assert stored_as(tmp_path, json.dumps(sound).encode()) == a_run()
    for value in ODD:
        run = stored_as(tmp_path, json.dumps({**sound, part: value}).encode())
        if run is not None:  # the value is of the right type
            Store(tmp_path).save(KEY, run)
            assert Store(tmp_path).load(KEY) == run
    without = {name: value for name, value in sound.items() if name != part}
    assert part in {"failure", "memory", "curves", "texts", "trace", "gpu"} or not stored_as(
        tmp_path, json.dumps(without).encode()
    )
    assert stored_as(tmp_path, json.dumps({**sound, "new": 1}).encode()) is None


@pytest.mark.parametrize(
    "output",
    [None, {}, {"output_type": "stream"}, {"output_type": "stream", "name": "stdout", "text": 1},
     {"output_type": "display_data", "data": [], "metadata": {}}, {"output_type": "error"},
     {"output_type": "x", "name": "stdout", "text": "a"}],
)  # fmt: skip
def test_run_with_an_output_that_is_none_is_absent(tmp_path: Path, output: object) -> None:
    sound = json.loads(json.dumps(asdict(a_run()), default=date.isoformat))
    assert stored_as(tmp_path, json.dumps({**sound, "outputs": [[output]]}).encode()) is None


@pytest.mark.parametrize("part", ["values", "curves"])
def test_run_with_a_fault_as_plain_text_is_absent(tmp_path: Path, part: str) -> None:
    """As earlier versions stored it."""
    store = Store(tmp_path)
    store.save(KEY, a_run())
    assert store.load(KEY) is not None
    (path,) = tmp_path.glob("ab/*.run")
    stored = json.loads(path.read_bytes().partition(b"\n")[2])
    body = json.dumps({**stored, part: {"a": "raises NameError: a"}}).encode("utf-8")
    path.write_bytes(hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
    assert store.load(KEY) is None


def test_save_is_atomic(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(KEY, a_run())

    def write(i: int) -> None:
        store.save(KEY, a_run(float(i)))

    def read(_: int) -> bool:
        return store.load(KEY) is not None

    with ThreadPoolExecutor(4) as pool:
        writes = pool.map(write, range(50))
        assert all(pool.map(read, range(500)))
        list(writes)
    assert not list(tmp_path.rglob("*.part"))


def test_unknown_key_has_no_run(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").load(KEY) is None


def test_save_reports_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file", encoding="utf-8")
    with pytest.raises(BadProject, match="the store cannot be written"):
        Store(tmp_path / "store").save(KEY, a_run())


def test_drop_deletes_the_given_runs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    other = "cd" + KEY[2:]
    store.save(KEY, a_run())
    store.save(other, a_run())
    assert store.stored() == [KEY, other]
    assert store.drop([other, other]) > 0
    assert store.stored() == [KEY]
