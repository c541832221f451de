"""Arguments → command. The only place that catches errors and decides exit codes.

(`__main__.py` catches interrupts, because one may come before this file is imported.)
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from site_tools.commands.arguments import authoring, prove, records, running
from site_tools.model.errors import BUG, BadUsage, UserError
from site_tools.posts.skipped_imports import skip_imports

if TYPE_CHECKING:
    pass

BAD_POST, BAD_USAGE, OUR_BUG = 1, 2, 3
"""Exit codes."""

_MACHINE_ERRORS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
}
"""Errors of the machine, not of this program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    skip_imports()
    # What the compiler warns of in a post is reported with its place, by `check`.
    warnings.filterwarnings("ignore", module="<unknown>")
    words, further = prove.before_and_after_dashes(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    args, unknown = parser.parse_known_args(words)
    if unknown:
        hint = prove.DASHES if words[0] == "prove" else ""
        parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
    args.arguments = further
    from site_tools.commands.visible_stream import visible_output

    with visible_output():
        if not _has_folder():
            print("This folder was deleted. Change to another one.", file=sys.stderr)
            return BAD_USAGE
        return _run_command(args.command, args)


def _has_folder() -> bool:
    """Return whether the working directory still exists."""
    try:
        return Path.cwd().is_dir()
    except FileNotFoundError:
        return False


def _run_command(command: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run a command; return the exit code."""
    try:
        code = command(args)
        sys.stdout.flush()
    except UserError as error:
        print(error, file=sys.stderr)
        return BAD_USAGE if isinstance(error, BadUsage) else BAD_POST
    except BrokenPipeError:  # the reader of our output has ended
        _discard_output()
        return BAD_POST
    except OSError as error:
        if error.errno not in _MACHINE_ERRORS:
            return _bug()
        with suppress(OSError):
            where = f"{error.filename}: " if error.filename else ""
            print(f"{where}{error.strerror}. Fix this and run again.", file=sys.stderr)
        _discard_output()
        return BAD_POST
    except Exception:  # noqa: BLE001
        return _bug()
    return code


def _discard_output() -> None:
    """Redirect buffered output to the null device: writing it at exit would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug() -> int:
    print(traceback.format_exc(), end="", file=sys.stderr)
    print(BUG, file=sys.stderr)
    return OUR_BUG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="elevenlines",
        description="Run the code of tutorials, test their claims and build the site.",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show the version number and exit"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    authoring.add_init(commands)
    authoring.add_new(commands)
    authoring.add_check(commands)
    running.add_run(commands)
    running.add_build(commands)
    running.add_serve(commands)
    running.add_mutate(commands)
    running.add_verify(commands)
    prove.add_prove(commands)
    running.add_drift(commands)
    records.add_why(commands)
    records.add_store(commands)
    authoring.add_pin(commands)
    records.add_gc(commands)
    return parser


class _Version(argparse.Action):
    """Prints the version, which is read from the installed package only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"{parser.prog} {version('elevenlines')}")
        parser.exit()
