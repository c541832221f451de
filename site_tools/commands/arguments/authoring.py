"""Arguments of the commands of an author: init, new, check and pin."""

from __future__ import annotations

import argparse
from pathlib import Path

from site_tools.commands.arguments.run_options import (
    Commands,
    add_posts,
)
from site_tools.model.errors import BadUsage


def add_init(commands: Commands) -> None:
    """Add `init`."""
    parser = commands.add_parser("init", help="lay out a new site in an empty folder")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    parser.add_argument("--title", help="name of the site (default: from the name of DIR)")
    parser.add_argument("--author", help="name of the author (default: The editors)")
    parser.add_argument("--url", help="address of the site, such as https://example.org/")
    for name, what in (
        ("accent", "links and what has learned"),
        ("goal", "goals"),
        ("learning-off", "what runs with learning off"),
    ):
        text = f"colour of {what} in the light scheme, such as 1f5fae; the dark one gets a lighter"
        parser.add_argument(f"--{name}", metavar="COLOUR", help=text)
    parser.add_argument(
        "--newsletter", metavar="URL", help="where readers subscribe to a newsletter"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing, and take the defaults")
    parser.add_argument(
        "--package",
        metavar="SOURCE",
        help="what the site installs elevenlines from: a wheel, a folder or a Git address"
        " (default: from where this one was installed)",
    )
    parser.set_defaults(command=_init)


def _init(args: argparse.Namespace) -> int:
    from site_tools.commands.init import init, is_terminal

    keys = ("title", "author", "url", "accent", "goal", "learning_off", "newsletter")
    answers = {key: getattr(args, key) for key in keys}
    ask = is_terminal() and not args.yes
    return init(args.folder, answers, ask=ask, package=args.package)


def add_new(commands: Commands) -> None:
    """Add `new`."""
    parser = commands.add_parser(
        "new", help="write a new post, from a template that already learns or from a file"
    )
    parser.add_argument(
        "title",
        nargs="?",
        default="",
        help='such as "A network that adds" (default with --from: the first heading)',
    )
    parser.add_argument(
        "--from",
        type=Path,
        dest="source",
        metavar="FILE",
        help="make the post of this notebook, script or Markdown file",
    )
    parser.add_argument(
        "--format",
        choices=["md", "py", "ipynb"],
        help="Markdown, Python or notebook (default: md, or that of FILE)",
    )
    parser.add_argument("--author", help="a name in posts/.authors.yml (default: the first)")
    parser.set_defaults(command=_new)


def _new(args: argparse.Namespace) -> int:
    from site_tools.commands.new import new, new_from
    from site_tools.project import find_project

    project = find_project(Path.cwd())
    if args.source:
        return new_from(project, args.source, args.title, form=args.format, author=args.author)
    if not args.title:
        raise BadUsage('give a title: `elevenlines new "A network that adds"`.')
    return new(project, args.title, form=args.format or "md", author=args.author)


def add_check(commands: Commands) -> None:
    """Add `check`."""
    parser = commands.add_parser("check", help="find mistakes without running any code")
    add_posts(parser)
    parser.add_argument(
        "--format",
        choices=["text", "github", "json"],
        default="text",
        help="text: for a person (default); github: annotations of a workflow; json: an array",
    )
    parser.set_defaults(command=_check)


def _check(args: argparse.Namespace) -> int:
    from site_tools.commands.kept_answers import answer
    from site_tools.posts.project_files import find_root

    def command() -> int:
        from site_tools.commands.check import check
        from site_tools.project import Project

        return check(Project(root), args.posts, args.format)

    root = find_root(Path.cwd())
    return answer(root, ["check", args.format, *args.posts], command)


def add_pin(commands: Commands) -> None:
    """Add `pin`."""
    parser = commands.add_parser(
        "pin", help="add the newest fitting version of a package to constraints.txt"
    )
    parser.add_argument("name", metavar="NAME", help="a package, such as pandas or 'pandas<3'")
    parser.set_defaults(command=_pin)


def _pin(args: argparse.Namespace) -> int:
    from site_tools.commands.pin import pin
    from site_tools.project import find_project

    return pin(find_project(Path.cwd()), args.name)
