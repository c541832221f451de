"""What the values of options on the command line may be."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from site_tools.running.shard import Shard

LONGEST_SECONDS = 1e6
"""The largest time limit, eleven days: timers of the system overflow above some limit."""

LARGEST_PORT = 65535

MOST_SHARDS = 1000


def count(text: str) -> int:
    """Return a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)


def port(text: str) -> int:
    """Return the number of a port."""
    if not text.isdecimal() or not 0 < int(text) <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port between 1 and {LARGEST_PORT}")
    return int(text)


def seconds(text: str) -> float:
    """Return a time limit in seconds."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= LONGEST_SECONDS:
        what = f"{text} is not a number of seconds between 0 and {LONGEST_SECONDS:,.0f}"
        raise argparse.ArgumentTypeError(what)
    return number


def shard(text: str) -> Shard:
    """Return one of the parts into which posts are divided, such as 2/3."""
    from site_tools.running.shard import Shard

    number, slash, total = text.partition("/")
    if not (slash and number.isdecimal() and total.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is not a part such as 2/3")
    if not 1 <= int(number) <= int(total) <= MOST_SHARDS:
        what = f"{text} is not a part from 1/N to N/N, with N of at most {MOST_SHARDS:,}"
        raise argparse.ArgumentTypeError(what)
    return Shard(int(number), int(total))
