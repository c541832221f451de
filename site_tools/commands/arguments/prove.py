"""The arguments of `elevenlines prove`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from site_tools.commands.arguments.run_options import Commands
from site_tools.commands.arguments.values import count, seconds

_EXAMPLES = """\
examples:
  elevenlines prove train.py                       lists what could be its metric
  elevenlines prove train.py --metric "float(loss)" --goal "< 0.1"
  elevenlines prove study.ipynb --metric accuracy --goal "> 0.9" --freeze w,b
  elevenlines prove train.py:score --goal "> 0.9"  calls the function, which returns the number
  elevenlines prove package.fit:score --goal "> 0.9" --html report.html
  elevenlines prove train.py --metric acc --goal "> 0.9" -- --epochs 3

The program runs as it is, from other random starts, and with learning switched off; without
learning it must miss the goal. Each run is confined: it has a copy of the folder of the program,
and no network. Exit code 0: it learns; 1: that is not shown; 2: wrong usage.
"""

DASHES = ". The program's own arguments follow after `--`: -- --epochs 3"
"""What to say of an argument that is none of ours."""


def add_prove(commands: Commands) -> None:
    """Add `prove`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "prove",
        help="test whether any program learns: a script, a notebook, a function",
        usage="%(prog)s PROGRAM --metric EXPR --goal GOAL [OPTION …] [-- ARG …]",
        description="Test in a controlled experiment whether a program learns. Needs no site.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "target",
        metavar="PROGRAM",
        help="a script, a notebook, a folder with `__main__.py`, or FILE:FUNCTION or "
        "MODULE:FUNCTION, a function without arguments that returns a number",
    )
    _add_claim(parser)
    _add_outputs(parser)
    _add_running(parser)
    parser.set_defaults(command=_prove)


def before_and_after_dashes(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words of a command line that are ours, and the arguments of the program."""
    if list(words[:1]) != ["prove"] or "--" not in words:
        return list(words), []
    here = list(words).index("--")
    return list(words[:here]), list(words[here + 1 :])


def _add_claim(parser: argparse.ArgumentParser) -> None:
    claim = parser.add_argument_group("what it learns")
    claim.add_argument(
        "--metric",
        metavar="EXPR",
        help="a Python expression in the names that the program leaves behind, which gives one "
        "number (default for a function: `result`, what it returns)",
    )
    claim.add_argument(
        "--goal", metavar="GOAL", help='what the number must reach, such as "> 0.9" or "< 0.1"'
    )
    claim.add_argument(
        "--freeze",
        action="append",
        default=[],
        metavar="NAMES",
        help="the variables that learn, such as w,b; not needed where a torch optimizer or "
        "`backward` trains them",
    )
    claim.add_argument(
        "--tally", action="append", default=[], metavar="NAMES", help="those that learn by counting"
    )
    claim.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="a number at top level and its value that switches learning off: max_iter=1",
    )
    claim.add_argument(
        "--baseline", metavar="EXPR", help="what can be had without learning; must miss the goal"
    )
    claim.add_argument(
        "--shuffle", metavar="NAME", help="the answers to train on; mixed, they must teach nothing"
    )
    claim.add_argument(
        "--seeds", type=count, default=8, metavar="N", help="other random starts (default: 8)"
    )
    claim.add_argument(
        "--expect", metavar="K/N", help="of N starts, how many reach the goal (default: nearly all)"
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    outputs = parser.add_argument_group("reports")
    outputs.add_argument("--json", action="store_true", help="print all numbers as JSON")
    outputs.add_argument("--html", type=Path, metavar="FILE", help="write a page with the card")
    outputs.add_argument("--markdown", type=Path, metavar="FILE", help="write a card in Markdown")
    outputs.add_argument(
        "-v", "--verbose", action="store_true", help="show its output, all runs and tracebacks"
    )


def _add_running(parser: argparse.ArgumentParser) -> None:
    running = parser.add_argument_group("how it runs")
    running.add_argument(
        "--folder", type=Path, metavar="DIR", help="the folder to run in (default: the program's)"
    )
    running.add_argument(
        "--timeout",
        type=seconds,
        default=0.0,
        metavar="SECONDS",
        help="how long one run may take (default: 300)",
    )
    running.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="runs at a time (default: one per core)"
    )
    running.add_argument("--engine", choices=["warm", "fresh"], default="", help=argparse.SUPPRESS)
    running.add_argument(
        "--sandbox",
        choices=["auto", "require", "off"],
        default="auto",
        help="auto: confine runs by all layers that this system has (default); require: stop if "
        "one is missing; off: do not confine them",
    )
    running.add_argument("--retry", action="store_true", help="run again what has failed before")


def _prove(args: argparse.Namespace) -> int:
    from site_tools.commands.prove import Reports, prove
    from site_tools.proving.target import target_of
    from site_tools.running.options import Options

    names = ("metric", "goal", "freeze", "tally", "set", "baseline", "shuffle", "seeds", "expect")
    return prove(
        target_of(args.target, args.folder, args.arguments),
        {name: getattr(args, name) for name in names},
        options=Options(
            jobs=args.jobs,
            timeout=args.timeout,
            retry=args.retry,
            verbose=args.verbose,
            engine=args.engine,
            sandbox=args.sandbox,
        ),
        reports=Reports(args.json, args.html, args.markdown),
    )
