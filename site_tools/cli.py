"""Arguments → command. The only place that catches errors, and where exit codes are decided.

(An interrupt can come before this file is imported: `__main__.py` catches it.)
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from site_tools.model.errors import BadUsage, Trouble

if TYPE_CHECKING:
    from site_tools.commands.run import Options

BAD_POST, BAD_USAGE, OUR_BUG = 1, 2, 3

LONGEST_SECONDS = 1e6
"""What a run may be allowed: eleven days. The system's clocks cannot count for ever."""

_OF_THE_MACHINE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
}
"""Errors that no program can help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    # With this package beside it, jsonschema (of nbformat) compiles 39 grammars when it is
    # imported, for a format that no notebook has: a second.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    args = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        code = command(args)
        sys.stdout.flush()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return BAD_USAGE if isinstance(trouble, BadUsage) else BAD_POST
    except BrokenPipeError:  # whoever read our output went away, and we stopped
        _print_no_more()
        return BAD_POST
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            return _bug()
        with suppress(OSError):
            where = f"{error.filename}: " if error.filename else ""
            print(f"{where}{error.strerror}. Mend that, and run it again.", file=sys.stderr)
        _print_no_more()
        return BAD_POST
    except Exception:  # noqa: BLE001
        return _bug()
    return code


def _print_no_more() -> None:
    """Drop what is still to be printed: it would fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug() -> int:
    traceback.print_exc()
    print("This is a bug in Eleven Lines. Please report the lines above.", file=sys.stderr)
    return OUR_BUG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="elevenlines",
        description="Tutorials whose code is run before they are published.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    new = commands.add_parser("new", help="write a post that already learns, ready to edit")
    new.add_argument("title", help='such as "A network that adds"')
    new.add_argument("--format", choices=["md", "py"], default="md")
    new.add_argument("--author", help="a name in posts/.authors.yml; the first one by default")
    new.set_defaults(command=_new)

    check = commands.add_parser("check", help="look for mistakes without running anything")
    _add_posts(check)
    check.set_defaults(command=_check)

    run = commands.add_parser("run", help="run what changed and judge the claims")
    _add_posts(run)
    _add_run_options(run)
    run.set_defaults(command=_run)

    build = commands.add_parser("build", help="run, then write the site, if every post is right")
    build.add_argument("--drafts", action="store_true", help="publish drafts as well")
    _add_run_options(build)
    build.set_defaults(command=_build)

    verify = commands.add_parser("verify", help="run every download by itself, as a reader would")
    _add_posts(verify)
    verify.add_argument("--again", action="store_true", help="also those that were verified before")
    _add_run_options(verify)
    verify.set_defaults(command=_verify)

    gc = commands.add_parser("gc", help="drop stored runs that no post needs")
    gc.set_defaults(command=_gc)
    return parser


def _add_posts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("posts", nargs="*", metavar="POST", help="a slug or a file; all by default")


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs", type=_whole, default=0, metavar="N", help="posts at a time; one a core by default"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=300.0,
        metavar="SECONDS",
        help="how long one post may take (default: %(default)g)",
    )
    parser.add_argument(
        "--engine",
        choices=["warm", "fresh", "jupyter"],
        default="",
        help="fork each run from a warm process (default on Linux), start an interpreter for "
        "each, or run notebooks in a stock Jupyter kernel (default elsewhere)",
    )
    parser.add_argument(
        "--sandbox",
        choices=["auto", "require", "off"],
        default="auto",
        help="confine posts as far as this system can (default), or not without all layers, "
        "or not at all",
    )
    parser.add_argument("--retry", action="store_true", help="run stored failures again")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show what posts print, and tracebacks"
    )


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= LONGEST_SECONDS:
        what = f"{text} is not a number of seconds between 0 and {LONGEST_SECONDS:,.0f}"
        raise argparse.ArgumentTypeError(what)
    return number


# Each command imports only what it needs: `--help` stays fast.


def _new(args: argparse.Namespace) -> int:
    from site_tools.commands.new import new
    from site_tools.project import find_project

    return new(find_project(Path.cwd()), args.title, suffix=args.format, author=args.author)


def _check(args: argparse.Namespace) -> int:
    from site_tools.commands.check import check
    from site_tools.project import find_project

    return check(find_project(Path.cwd()), args.posts)


def _run(args: argparse.Namespace) -> int:
    from site_tools.commands.run import run
    from site_tools.project import find_project

    return run(find_project(Path.cwd()), args.posts, _options(args))


def _build(args: argparse.Namespace) -> int:
    from site_tools.commands.build import build
    from site_tools.project import find_project

    return build(find_project(Path.cwd()), _options(args), drafts=args.drafts)


def _verify(args: argparse.Namespace) -> int:
    from site_tools.commands.verify import verify
    from site_tools.project import find_project

    return verify(find_project(Path.cwd()), args.posts, _options(args), again=args.again)


def _gc(_args: argparse.Namespace) -> int:
    from site_tools.commands.gc import gc
    from site_tools.project import find_project

    return gc(find_project(Path.cwd()))


def _options(args: argparse.Namespace) -> Options:
    from site_tools.commands.run import Options

    return Options(
        jobs=args.jobs,
        timeout=args.timeout,
        retry=args.retry,
        verbose=args.verbose,
        engine=args.engine,
        sandbox=args.sandbox,
    )
