"""Arguments of the commands for stored runs: why, store and gc."""

from __future__ import annotations

import argparse
from pathlib import Path

from site_tools.commands.arguments.run_options import (
    Commands,
    add_posts,
)


def add_why(commands: Commands) -> None:
    """Add `why`."""
    parser = commands.add_parser(
        "why", help="list the runs that are missing, and what has changed since the last ones"
    )
    add_posts(parser)
    parser.set_defaults(command=_why)


def _why(args: argparse.Namespace) -> int:
    from site_tools.commands.why import why
    from site_tools.project import find_project

    return why(find_project(Path.cwd()), args.posts)


def add_store(commands: Commands) -> None:
    """Add `store`."""
    parser = commands.add_parser("store", help="list, check, export and import stored runs")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("ls", help="list how many runs of each post are stored")
    add_posts(shown)
    shown.set_defaults(command=_store_ls)
    written = actions.add_parser("export", help="write stored runs to an archive or a folder")
    written.add_argument(
        "target", metavar="TARGET", help="runs.tar.gz, a folder, or the address of a shared store"
    )
    add_posts(written)
    written.set_defaults(command=_store_export)
    read = actions.add_parser("import", help="add the runs of an archive or a folder")
    read.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="what `export` wrote")
    read.set_defaults(command=_store_import)
    checked = actions.add_parser("verify", help="check the hash of every stored run")
    checked.set_defaults(command=_store_verify)


def _store_ls(args: argparse.Namespace) -> int:
    from site_tools.commands.store import list_runs
    from site_tools.project import find_project

    return list_runs(find_project(Path.cwd()), args.posts)


def _store_export(args: argparse.Namespace) -> int:
    from site_tools.commands.store import export_runs
    from site_tools.project import find_project

    return export_runs(find_project(Path.cwd()), args.target, args.posts)


def _store_import(args: argparse.Namespace) -> int:
    from site_tools.commands.store import import_from
    from site_tools.project import find_project

    return import_from(find_project(Path.cwd()), args.sources)


def _store_verify(_args: argparse.Namespace) -> int:
    from site_tools.commands.store import verify_runs
    from site_tools.project import find_project

    return verify_runs(find_project(Path.cwd()))


def add_gc(commands: Commands) -> None:
    """Add `gc`."""
    parser = commands.add_parser("gc", help="delete stored runs that no post needs")
    parser.set_defaults(command=_gc)


def _gc(_args: argparse.Namespace) -> int:
    from site_tools.commands.gc import gc
    from site_tools.project import find_project

    return gc(find_project(Path.cwd()))
