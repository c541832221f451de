"""Arguments that several commands have in common: names of posts, and how to run them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from site_tools.commands.arguments import values
from site_tools.model.errors import BadUsage
from site_tools.running.engines import ENGINES

if TYPE_CHECKING:
    from site_tools.running.options import Options

Commands = Any
"""What `add_subparsers` returns; its type has no public name."""


def add_posts(parser: argparse.ArgumentParser) -> None:
    """Add the names of posts."""
    parser.add_argument("posts", nargs="*", metavar="POST", help="a slug or a file (default: all)")


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that run posts."""
    parser.add_argument(
        "--jobs",
        type=values.count,
        default=0,
        metavar="N",
        help="runs at a time (default: one per core)",
    )
    parser.add_argument(
        "--timeout",
        type=values.seconds,
        default=0.0,
        metavar="SECONDS",
        help="how long one execution of a post may take, not the whole command (default: `timeout` "
        "in its front matter, else 300)",
    )
    parser.add_argument(
        "--engine",
        choices=[*ENGINES],
        default="",
        help="; ".join(f"{name}: {kind.help}" for name, kind in ENGINES.items()),
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="the Dask scheduler of `--engine dask`, such as tcp://10.0.0.1:8786",
    )
    parser.add_argument(
        "--sandbox",
        choices=["auto", "require", "off"],
        default="auto",
        help="auto: confine posts by all layers that this system has (default); require: stop if "
        "a layer is missing; off: do not confine posts",
    )
    parser.add_argument(
        "--store",
        default="",
        metavar="URL",
        help="a store that other machines use too, such as s3://bucket/runs (default: "
        "ELEVENLINES_STORE, or `shared_store` in mkdocs.yml)",
    )
    parser.add_argument(
        "--retry", action="store_true", help="run posts with a stored failure again"
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="show output of posts, all trials and tracebacks",
    )


def options_of(args: argparse.Namespace) -> Options:
    """Return the options of a command that runs posts; raises BadUsage if two contradict."""
    from site_tools.running.options import Options

    if args.engine == "dask" and not args.scheduler:
        raise BadUsage(
            "`--engine dask` needs `--scheduler ADDRESS`, as `dask scheduler` prints it."
        )
    if args.scheduler and args.engine not in {"", "dask"}:
        raise BadUsage(f"`--scheduler` is for `--engine dask`, not for `--engine {args.engine}`.")
    return Options(
        jobs=args.jobs,
        timeout=args.timeout,
        retry=args.retry,
        verbose=args.verbose,
        engine="dask" if args.scheduler else args.engine,
        scheduler=args.scheduler,
        sandbox=args.sandbox,
        store=args.store,
        device=getattr(args, "device", "auto"),
        allow_missing=getattr(args, "allow_missing", False),
    )
