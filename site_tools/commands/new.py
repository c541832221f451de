"""`elevenlines new`: write a new post, from a template that learns or from a file that exists."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from string import Template

import yaml

from site_tools.atomic_write import write_whole
from site_tools.commands.check import problems_of
from site_tools.commands.printing import print_problems
from site_tools.conversion.foreign_file import pieces_of_text
from site_tools.conversion.post_draft import PostDraft, draft_of, front_matter
from site_tools.conversion.post_file import Format, post_file
from site_tools.model.errors import BadProject, BadUsage, nearest
from site_tools.model.text import count
from site_tools.posts.reader import READERS, RESERVED, post_files
from site_tools.posts.text import CONTROL, ORDER
from site_tools.project import Project, read_posts, select


def new(project: Project, title: str, *, form: Format, author: str | None) -> int:
    """Write `posts/<slug>.<form>` from the template and print its name.

    Raises BadUsage when no slug can be made of the title or the author is unknown, BadProject when
    a post with that slug exists.
    """
    path = _path(project, title, form)
    values = {
        "title": in_yaml(title),
        "date": _today(),
        "author": _author(project, author),
        "category": in_yaml(_usual_category(project)),
    }
    template = resources.files("site_tools.commands") / "templates" / "post.md.txt"
    text = Template(template.read_text(encoding="utf-8")).substitute(values)
    if form != "md":
        header, pieces = pieces_of_text(text)
        text = post_file(header, pieces, form)
    _write({path: text.encode("utf-8")})
    print(
        f"posts/{path.name} is ready to edit. Run it with `.venv/bin/elevenlines run {path.stem}`."
    )
    return 0


def new_from(
    project: Project, source: Path, title: str, *, form: Format | None, author: str | None
) -> int:
    """Write a post from a notebook, script or Markdown file, and print what is left to do.

    Raises BadUsage and BadProject as `new` does, and BadProject for a file that cannot be read.
    """
    name = _author(project, author)
    options = project.settings.options
    draft = draft_of(source, project.posts, slug_of, title, options=options)
    form = form or _FORMS[source.suffix]
    path = _path(project, draft.title, form)
    header = front_matter(draft, author=name, category=_usual_category(project), day=_today())
    files = {path: post_file(header, draft.pieces, form).encode("utf-8")}
    for folder, found in (
        (project.root / "snippets", draft.snippets),
        (project.posts, draft.pictures),
        (project.posts, draft.data),
    ):
        files |= _copies(folder, found)
    _write(files)
    _report(project, path, draft)
    return 0


_FORMS: dict[str, Format] = {".ipynb": "ipynb", ".py": "py", ".md": "md"}


def _copies(folder: Path, found: Mapping[str, Path]) -> dict[Path, bytes]:
    """Return files to write; raises BadProject when another file has the name already."""
    copies = {}
    for name, source in found.items():
        data, path = source.read_bytes(), folder / name
        if path.exists() and path.read_bytes() != data:
            where = f"{folder.name}/{name}"
            raise BadProject(f"{where}: already exists, and differs from {source}. Rename one.")
        copies[path] = data
    return copies


def _report(project: Project, path: Path, draft: PostDraft) -> None:
    print(f"posts/{path.name} is written. Nothing was run.")
    if draft.changes:
        print("\n  ".join(["Changed:", *(f"{change}." for change in draft.changes)]))
    reading = select(project, read_posts(project), [path.stem])
    problems = problems_of(project, reading)
    left = [*draft.left, "Say what the post learns: see `no_learning` in its front matter."]
    print("\n  ".join(["Left for you:", *left]))
    if problems:
        print(f"  {count(len(problems), 'problem')} that `elevenlines check {path.stem}` finds:")
        sys.stdout.flush()
        print_problems(problems)


def _path(project: Project, title: str, form: Format) -> Path:
    """Return the file of a new post; raises BadUsage and BadProject."""
    slug = slug_of(title)
    if not slug or slug in RESERVED:
        raise BadUsage(
            f'"{title}" gives no usable address. Use a title with some ASCII letters or digits.'
        )
    if control := CONTROL.search(title) or ORDER.search(title):
        what = f"the title contains the character U+{ord(control[0]):04X}, which cannot be shown."
        raise BadUsage(f"{what} Leave it out.")
    for taken in (project.posts / f"{slug}{other}" for other in READERS):
        if taken.exists():
            raise BadProject(f"posts/{taken.name}: already exists. Choose another title.")
    return project.posts / f"{slug}.{form}"


def _write(files: Mapping[Path, bytes]) -> None:
    for path, data in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        except OSError as error:
            where = f"{path.parent.name}/{path.name}"
            raise BadProject(f"{where}: cannot be written: {error.strerror}.") from error


def in_yaml(text: str) -> str:
    """Return a text as a value in YAML, in quotes where it needs them."""
    dumped = yaml.safe_dump(" ".join(text.split()), allow_unicode=True, width=1000)
    return str(dumped).removesuffix("\n...\n").strip()


def _usual_category(project: Project) -> str:
    """Return the category with most posts, or a plain word without any."""
    found: Counter[str] = Counter()
    if project.posts.is_dir() and post_files(project.posts):
        found.update(name for post in read_posts(project).posts for name in post.categories)
    return found.most_common(1)[0][0] if found else "Tutorials"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def slug_of(title: str) -> str:
    """Return the slug of a title: `A net, in 11 lines` → `a-net-in-11-lines`."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def _author(project: Project, author: str | None) -> str:
    if not project.authors:
        raise BadProject("posts/.authors.yml: lists no authors. Add yourself.")
    if author is None:
        return next(iter(project.authors))
    if author not in project.authors:
        remedy = nearest(author, project.authors) or "Add this author to posts/.authors.yml."
        raise BadUsage(f"there is no author `{author}`. {remedy}")
    return author
