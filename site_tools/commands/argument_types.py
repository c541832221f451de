"""What the values of options on the command line may be."""

from __future__ import annotations

import argparse

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
