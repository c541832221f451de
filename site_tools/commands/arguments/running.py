"""Arguments of the commands that run posts: run, build, serve, mutate, verify and drift."""

from __future__ import annotations

import argparse
from pathlib import Path

from site_tools.commands.arguments import values
from site_tools.commands.arguments.run_options import (
    Commands,
    add_posts,
    add_run_options,
    options_of,
)


def add_run(commands: Commands) -> None:
    """Add `run`."""
    parser = commands.add_parser("run", help="run the posts that changed and test their claims")
    add_posts(parser)
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="text: for a person (default); json: the results of each post, for a program",
    )
    parser.add_argument(
        "--shard",
        type=values.shard,
        metavar="I/N",
        help="run one part of the posts only, such as 2/3, while other machines run the others",
    )
    add_run_options(parser)
    parser.add_argument(
        "--device",
        choices=["auto", "cpu", "gpu"],
        default="auto",
        help="auto: use a GPU for the posts that ask for one, if there is one (default); cpu: use "
        "none; gpu: make the runs on a GPU and no others",
    )
    parser.set_defaults(command=_run)


def _run(args: argparse.Namespace) -> int:
    from site_tools.commands.kept_answers import answer
    from site_tools.posts.project_files import find_root

    def command() -> int:
        from site_tools.commands.run import run
        from site_tools.project import Project

        project = Project(root)
        code = run(project, args.posts, options_of(args), args.format, args.shard)
        lasting.append(project.shared_store(args.store) is None)
        return code

    root = find_root(Path.cwd())
    lasting: list[bool] = []  # a store that did not answer may answer the next time
    if args.verbose or args.retry or args.shard:
        return command()
    asked = [args.format, f"--device={args.device}", *args.posts]
    return answer(root, ["run", *asked], command, lambda: all(lasting))


def add_build(commands: Commands) -> None:
    """Add `build`."""
    parser = commands.add_parser(
        "build", help="run the posts, then write the site if none has a problem"
    )
    parser.add_argument("--drafts", action="store_true", help="publish drafts too")
    add_run_options(parser)
    parser.add_argument(
        "--device",
        choices=["auto", "cpu"],
        default="auto",
        help="auto: use a GPU for the posts that ask for one, if there is one (default); cpu: take "
        "their runs from the store",
    )
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="publish posts whose runs on a GPU are missing, as not executed yet",
    )
    parser.add_argument(
        "--variants",
        type=values.count,
        default=0,
        metavar="N",
        help="also make up to N runs of changed programs for each run of the evidence, for posts "
        "that have none (default: %(default)s)",
    )
    parser.set_defaults(command=_build)


def _build(args: argparse.Namespace) -> int:
    from site_tools.commands.build import build
    from site_tools.project import find_project

    project, options = find_project(Path.cwd()), options_of(args)
    return build(project, options, drafts=args.drafts, variants=args.variants)


def add_serve(commands: Commands) -> None:
    """Add `serve`."""
    parser = commands.add_parser(
        "serve", help="show the site in a browser while you edit; run what changes"
    )
    parser.add_argument(
        "--port",
        type=values.port,
        default=8000,
        help="the port, or the next free one (default: 8000)",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)"
    )
    add_run_options(parser)
    parser.set_defaults(command=_serve)


def _serve(args: argparse.Namespace) -> int:
    from site_tools.commands.serve import serve
    from site_tools.project import find_project

    return serve(find_project(Path.cwd()), options_of(args), host=args.host, port=args.port)


def add_mutate(commands: Commands) -> None:
    """Add `mutate`."""
    parser = commands.add_parser(
        "mutate", help="change one line at a time, and list the changes that no claim notices"
    )
    add_posts(parser)
    parser.add_argument(
        "--all", action="store_true", help="try every variant, however many runs that takes"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    add_run_options(parser)
    parser.set_defaults(command=_mutate)


def _mutate(args: argparse.Namespace) -> int:
    from site_tools.commands.mutate import mutate
    from site_tools.project import find_project

    project, options = find_project(Path.cwd()), options_of(args)
    return mutate(project, args.posts, options, everything=args.all, as_json=args.json)


def add_verify(commands: Commands) -> None:
    """Add `verify`."""
    parser = commands.add_parser("verify", help="run every download in an environment of its own")
    add_posts(parser)
    parser.add_argument("--again", action="store_true", help="verify unchanged downloads too")
    add_run_options(parser)
    parser.set_defaults(command=_verify)


def _verify(args: argparse.Namespace) -> int:
    from site_tools.commands.verify import verify
    from site_tools.project import find_project

    return verify(find_project(Path.cwd()), args.posts, options_of(args), again=args.again)


def add_drift(commands: Commands) -> None:
    """Add `drift`."""
    parser = commands.add_parser(
        "drift", help="run the posts with the newest versions, and say which claims change"
    )
    add_posts(parser)
    parser.add_argument(
        "--python",
        default="",
        metavar="VERSION",
        help="such as 3.13, a file, or `newest` on the PATH (default: this one)",
    )
    parser.add_argument(
        "--with",
        action="append",
        default=[],
        dest="wanted",
        metavar="REQUIREMENT",
        help="such as 'numpy==2.5.1' (default: the newest); may be given more than once",
    )
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="NAME",
        help="a package that stays at its pinned version; may be given more than once",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="note in drift.json which posts were proved again; their run records say so",
    )
    add_run_options(parser)
    parser.set_defaults(command=_drift)


def _drift(args: argparse.Namespace) -> int:
    from site_tools.commands.drift import Newer, drift
    from site_tools.project import find_project

    newer = Newer(args.python, tuple(args.wanted), tuple(args.keep))
    return drift(find_project(Path.cwd()), args.posts, options_of(args), newer, record=args.record)
