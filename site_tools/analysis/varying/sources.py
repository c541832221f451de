"""What gives a program values that vary from run to run, and what takes seeds: the tables.

`program` follows such values from the ones to the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["clock", "process", "entropy", "machine", "address", "hash", "folder", "set"]

ORDERS: frozenset[Kind] = frozenset({"folder", "set"})
"""Kinds of which only the order varies: sorting makes them repeatable."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What messages say about a kind of source."""

    is_what: str
    """Completes "line 3 `time.time()` is …"."""
    seed_remedy: str = "Write a number in its place, such as 1."
    """What to do where it becomes a seed."""
    remedy: str = "Claim a number that does not depend on it."
    """What to do where it becomes a result."""


_SORT = "Sort it: `sorted(…)`."
_CRC = "`zlib.crc32(text.encode())` gives the same number for a text each time."

MEANINGS: Mapping[Kind, Meaning] = {
    "clock": Meaning("the clock"),
    "process": Meaning("a number that the system gives to a process"),
    "entropy": Meaning("taken from the system's random bits, which no seed repeats"),
    "machine": Meaning("different on each machine"),
    "address": Meaning("an address in memory"),
    "hash": Meaning(
        "different in each process, because strings are hashed with a random key", _CRC, _CRC
    ),
    "folder": Meaning("in an order that each disk has for itself", _SORT, _SORT),
    "set": Meaning(
        "in the order of a set, which for strings is different in each process", _SORT, _SORT
    ),
}

_TIMES = ("time", "perf_counter", "monotonic", "process_time", "thread_time")
_CLOCKS = (
    *(f"time.{name}{ns}" for name in _TIMES for ns in ("", "_ns")),
    *("timeit.default_timer", "os.times", "pandas.Timestamp.now", "pandas.Timestamp.today"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    "datetime.date.today",
)
CLOCKS_WITHOUT_ARGUMENT = ("time.localtime", "time.gmtime", "time.ctime", "time.asctime")
"""These are clocks only if they get no time to convert."""

CLOCKS_WITH_ONE_ARGUMENT = ("time.strftime",)
"""These get a time to convert as their second argument."""

_ENTROPY = (
    *("os.urandom", "os.getrandom", "uuid.uuid1", "uuid.uuid4", "random.SystemRandom"),
    *("secrets.choice", "secrets.randbelow", "secrets.randbits", "secrets.SystemRandom"),
    *("secrets.token_bytes", "secrets.token_hex", "secrets.token_urlsafe"),
)
_PROCESSES = ("os.getpid", "os.getppid", "threading.get_ident", "threading.get_native_id")
_MACHINES = ("socket.gethostname", "platform.node", "uuid.getnode", "os.uname", "getpass.getuser")
_FOLDERS = ("os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob")

SOURCES: Mapping[str, Kind] = {
    **dict.fromkeys(_CLOCKS, "clock"),
    **dict.fromkeys(_ENTROPY, "entropy"),
    **dict.fromkeys(_PROCESSES, "process"),
    **dict.fromkeys(_MACHINES, "machine"),
    **dict.fromkeys(_FOLDERS, "folder"),
    "id": "address",
}
"""Full names of functions, and the kind of what they return. `hash` is one for texts only."""

FOLDER_METHODS = frozenset({"iterdir", "rglob", "glob"})
"""Methods of `pathlib.Path` that list files."""

SEEDED = frozenset(
    {
        *("random.seed", "random.Random"),
        *("torch.manual_seed", "torch.random.manual_seed"),
        *(
            f"numpy.random.{name}"
            for name in (
                *("seed", "default_rng", "RandomState", "SeedSequence"),
                *("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"),
            )
        ),
    }
)
"""Functions and classes that take a seed."""

SEEDED_METHODS = frozenset(
    {"manual_seed", "manual_seed_all", "seed", "set_seed", "seed_everything", "PRNGKey"}
)

SEED_ARGUMENTS = frozenset({"seed", "random_state", "random_seed"})

ORDERLESS = frozenset(
    {"sorted", "len", "min", "max", "any", "all", "sum", "set", "frozenset", "unique", "sort"}
)
"""Functions whose result does not depend on the order of what they get."""

PICKING = frozenset({"next", "pop", "popitem", "popleft", "enumerate", "index"})
"""Functions whose result depends on the position of an item."""

SET_METHODS = frozenset(
    {
        *("union", "intersection", "difference", "symmetric_difference", "copy"),
        *("add", "discard", "remove", "update", "issubset", "issuperset", "isdisjoint"),
    }
)
"""Methods of sets that do not depend on their order."""

ADDING = frozenset({"append", "add", "extend", "update", "insert"})
"""Methods that store what they get."""

_TEXTS = frozenset(
    {
        *("str", "repr", "chr", "split", "splitlines", "rsplit", "lower", "upper", "strip"),
        *("lstrip", "rstrip", "replace", "join", "format", "title", "capitalize", "partition"),
        *("encode", "decode", "read", "read_text", "readlines", "hexdigest", "listdir", "glob"),
    }
)
_NUMBERS = frozenset({"int", "float", "ord", "range", "abs", "round", "arange", "len"})


def type_made_by(function: str) -> Literal["", "text", "number"]:
    """Return whether a function returns texts or numbers, by its name; empty if not known."""
    return "text" if function in _TEXTS else "number" if function in _NUMBERS else ""


TRACES = frozenset(
    {
        *(part for name in (*SOURCES, *CLOCKS_WITHOUT_ARGUMENT) for part in name.split(".")[-1:]),
        *FOLDER_METHODS,
        *("hash", "id", "set", "frozenset", "strftime"),
    }
)
"""Words that each program with a source has, unless it writes a set out."""
