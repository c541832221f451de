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

from site_tools.commands import argument_types
from site_tools.commands.prove_options import add_prove, before_and_after_dashes
from site_tools.model.errors import BUG, BadUsage, UserError
from site_tools.running.engines import ENGINES

if TYPE_CHECKING:
    from site_tools.running.options import Options

BAD_POST, BAD_USAGE, OUR_BUG = 1, 2, 3
"""Exit codes."""

_MACHINE_ERRORS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
}
"""Errors of the machine, not of this program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    # If this package is installed, importing jsonschema (for nbformat) compiles 39 grammars of a
    # format that notebooks do not use, which takes a second.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    # What the compiler warns of in a post is reported with its place, by `check`.
    warnings.filterwarnings("ignore", module="<unknown>")
    words, further = before_and_after_dashes(sys.argv[1:] if arguments is None else arguments)
    args = _parser().parse_args(words)
    args.arguments = further
    from site_tools.commands.visible_stream import visible_output

    with visible_output():
        return _run_command(args.command, args)


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


def _parser() -> argparse.ArgumentParser:  # noqa: PLR0915  a list
    parser = argparse.ArgumentParser(
        prog="elevenlines",
        description="Run the code of tutorials, test their claims and build the site.",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show the version number and exit"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    init = commands.add_parser("init", help="lay out a new site in an empty folder")
    init.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    init.add_argument("--title", help="name of the site (default: from the name of DIR)")
    init.add_argument("--author", help="name of the author (default: The editors)")
    init.add_argument("--url", help="address of the site, such as https://example.org/")
    init.add_argument("--yes", action="store_true", help="ask nothing, and take the defaults")
    init.set_defaults(command=_init)

    new = commands.add_parser(
        "new", help="write a new post, from a template that already learns or from a file"
    )
    new.add_argument(
        "title",
        nargs="?",
        default="",
        help='such as "A network that adds" (default with --from: the first heading)',
    )
    new.add_argument(
        "--from",
        type=Path,
        dest="source",
        metavar="FILE",
        help="make the post of this notebook, script or Markdown file",
    )
    new.add_argument(
        "--format",
        choices=["md", "py", "ipynb"],
        help="Markdown, Python or notebook (default: md, or that of FILE)",
    )
    new.add_argument("--author", help="a name in posts/.authors.yml (default: the first)")
    new.set_defaults(command=_new)

    check = commands.add_parser("check", help="find mistakes without running any code")
    _add_posts(check)
    check.add_argument(
        "--format",
        choices=["text", "github", "json"],
        default="text",
        help="text: for a person (default); github: annotations of a workflow; json: an array",
    )
    check.set_defaults(command=_check)

    _add_run(commands.add_parser("run", help="run the posts that changed and test their claims"))

    build = commands.add_parser(
        "build", help="run the posts, then write the site if none has a problem"
    )
    build.add_argument("--drafts", action="store_true", help="publish drafts too")
    _add_run_options(build)
    build.add_argument(
        "--device",
        choices=["auto", "cpu"],
        default="auto",
        help="auto: use a GPU for the posts that ask for one, if there is one (default); cpu: take "
        "their runs from the store",
    )
    build.add_argument(
        "--allow-missing",
        action="store_true",
        help="publish posts whose runs on a GPU are missing, as not executed yet",
    )
    build.add_argument(
        "--variants",
        type=argument_types.count,
        default=0,
        metavar="N",
        help="also make up to N runs of changed programs for each run of the evidence, for posts "
        "that have none (default: %(default)s)",
    )
    build.set_defaults(command=_build)

    serve = commands.add_parser(
        "serve", help="show the site in a browser while you edit; run what changes"
    )
    serve.add_argument(
        "--port",
        type=argument_types.port,
        default=8000,
        help="the port, or the next free one (default: 8000)",
    )
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)"
    )
    _add_run_options(serve)
    serve.set_defaults(command=_serve)

    mutate = commands.add_parser(
        "mutate", help="change one line at a time, and list the changes that no claim notices"
    )
    _add_posts(mutate)
    mutate.add_argument(
        "--all", action="store_true", help="try every variant, however many runs that takes"
    )
    mutate.add_argument("--json", action="store_true", help="print the results as JSON")
    _add_run_options(mutate)
    mutate.set_defaults(command=_mutate)

    verify = commands.add_parser("verify", help="run every download in an environment of its own")
    _add_posts(verify)
    verify.add_argument("--again", action="store_true", help="verify unchanged downloads too")
    _add_run_options(verify)
    verify.set_defaults(command=_verify)

    add_prove(commands).set_defaults(command=_prove)
    _add_drift(
        commands.add_parser(
            "drift", help="run the posts with the newest versions, and say which claims change"
        )
    )

    why = commands.add_parser(
        "why", help="list the runs that are missing, and what has changed since the last ones"
    )
    _add_posts(why)
    why.set_defaults(command=_why)

    _add_store(commands.add_parser("store", help="list, check, export and import stored runs"))

    pin = commands.add_parser(
        "pin", help="add the newest fitting version of a package to constraints.txt"
    )
    pin.add_argument("name", metavar="NAME", help="a package, such as pandas or 'pandas<3'")
    pin.set_defaults(command=_pin)

    gc = commands.add_parser("gc", help="delete stored runs that no post needs")
    gc.set_defaults(command=_gc)
    return parser


def _add_posts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("posts", nargs="*", metavar="POST", help="a slug or a file (default: all)")


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_posts(parser)
    parser.add_argument(
        "--format",
        choices=["text", "json"],
        default="text",
        help="text: for a person (default); json: the results of each post, for a program",
    )
    parser.add_argument(
        "--shard",
        type=argument_types.shard,
        metavar="I/N",
        help="run one part of the posts only, such as 2/3, while other machines run the others",
    )
    _add_run_options(parser)
    parser.add_argument(
        "--device",
        choices=["auto", "cpu", "gpu"],
        default="auto",
        help="auto: use a GPU for the posts that ask for one, if there is one (default); cpu: use "
        "none; gpu: make the runs on a GPU and no others",
    )
    parser.set_defaults(command=_run)


def _add_drift(parser: argparse.ArgumentParser) -> None:
    _add_posts(parser)
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
    _add_run_options(parser)
    parser.set_defaults(command=_drift)


def _add_store(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("ls", help="list how many runs of each post are stored")
    _add_posts(shown)
    shown.set_defaults(command=_store_ls)
    written = actions.add_parser("export", help="write stored runs to an archive or a folder")
    written.add_argument(
        "target", metavar="TARGET", help="runs.tar.gz, a folder, or the address of a shared store"
    )
    _add_posts(written)
    written.set_defaults(command=_store_export)
    read = actions.add_parser("import", help="add the runs of an archive or a folder")
    read.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="what `export` wrote")
    read.set_defaults(command=_store_import)
    checked = actions.add_parser("verify", help="check the hash of every stored run")
    checked.set_defaults(command=_store_verify)


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=argument_types.count,
        default=0,
        metavar="N",
        help="runs at a time (default: one per core)",
    )
    parser.add_argument(
        "--timeout",
        type=argument_types.seconds,
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


class _Version(argparse.Action):
    """Prints the version, which is read from the installed package only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"{parser.prog} {version('elevenlines')}")
        parser.exit()


# Each command imports only what it needs, so that `--help` stays fast.


def _init(args: argparse.Namespace) -> int:
    from site_tools.commands.init import init, is_terminal

    answers = {"title": args.title, "author": args.author, "url": args.url}
    return init(args.folder, answers, ask=is_terminal() and not args.yes)


def _new(args: argparse.Namespace) -> int:
    from site_tools.commands.new import new, new_from
    from site_tools.project import find_project

    project = find_project(Path.cwd())
    if args.source:
        return new_from(project, args.source, args.title, form=args.format, author=args.author)
    if not args.title:
        raise BadUsage('give a title: `elevenlines new "A network that adds"`.')
    return new(project, args.title, form=args.format or "md", author=args.author)


def _check(args: argparse.Namespace) -> int:
    from site_tools.commands.kept_answers import answer
    from site_tools.posts.project_files import find_root

    def command() -> int:
        from site_tools.commands.check import check
        from site_tools.project import Project

        return check(Project(root), args.posts, args.format)

    root = find_root(Path.cwd())
    return answer(root, ["check", args.format, *args.posts], command)


def _run(args: argparse.Namespace) -> int:
    from site_tools.commands.kept_answers import answer
    from site_tools.posts.project_files import find_root

    def command() -> int:
        from site_tools.commands.run import run
        from site_tools.project import Project

        project = Project(root)
        code = run(project, args.posts, _options(args), args.format, args.shard)
        lasting.append(project.shared_store(args.store) is None)
        return code

    root = find_root(Path.cwd())
    lasting: list[bool] = []  # a store that did not answer may answer the next time
    if args.verbose or args.retry or args.shard:
        return command()
    asked = [args.format, f"--device={args.device}", *args.posts]
    return answer(root, ["run", *asked], command, lambda: all(lasting))


def _build(args: argparse.Namespace) -> int:
    from site_tools.commands.build import build
    from site_tools.project import find_project

    project, options = find_project(Path.cwd()), _options(args)
    return build(project, options, drafts=args.drafts, variants=args.variants)


def _serve(args: argparse.Namespace) -> int:
    from site_tools.commands.serve import serve
    from site_tools.project import find_project

    return serve(find_project(Path.cwd()), _options(args), host=args.host, port=args.port)


def _verify(args: argparse.Namespace) -> int:
    from site_tools.commands.verify import verify
    from site_tools.project import find_project

    return verify(find_project(Path.cwd()), args.posts, _options(args), again=args.again)


def _mutate(args: argparse.Namespace) -> int:
    from site_tools.commands.mutate import mutate
    from site_tools.project import find_project

    project, options = find_project(Path.cwd()), _options(args)
    return mutate(project, args.posts, options, everything=args.all, as_json=args.json)


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


def _drift(args: argparse.Namespace) -> int:
    from site_tools.commands.drift import Newer, drift
    from site_tools.project import find_project

    newer = Newer(args.python, tuple(args.wanted), tuple(args.keep))
    return drift(find_project(Path.cwd()), args.posts, _options(args), newer, record=args.record)


def _why(args: argparse.Namespace) -> int:
    from site_tools.commands.why import why
    from site_tools.project import find_project

    return why(find_project(Path.cwd()), args.posts)


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


def _pin(args: argparse.Namespace) -> int:
    from site_tools.commands.pin import pin
    from site_tools.project import find_project

    return pin(find_project(Path.cwd()), args.name)


def _gc(_args: argparse.Namespace) -> int:
    from site_tools.commands.gc import gc
    from site_tools.project import find_project

    return gc(find_project(Path.cwd()))


def _options(args: argparse.Namespace) -> Options:
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
