"""`elevenlines new`: write a new post from a template that already learns."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from importlib import resources
from string import Template

import yaml

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject, BadUsage, nearest
from site_tools.posts.reader import READERS, RESERVED
from site_tools.posts.text import CONTROL
from site_tools.project import Project


def new(project: Project, title: str, *, suffix: str, author: str | None) -> int:
    """Write `posts/<slug>.<suffix>` and print its name.

    Raises BadUsage when no slug can be made of the title or the author is unknown, BadProject when
    a post with that slug exists.
    """
    slug = slug_of(title)
    if not slug or slug in RESERVED:
        raise BadUsage(
            f'"{title}" gives no usable address. Use a title with some ASCII letters or digits.'
        )
    if control := CONTROL.search(title):
        what = f"the title contains the character U+{ord(control[0]):04X}, which cannot be shown."
        raise BadUsage(f"{what} Leave it out.")
    path = project.posts / f"{slug}.{suffix}"
    for taken in (project.posts / f"{slug}{other}" for other in READERS):
        if taken.exists():
            raise BadProject(f"posts/{taken.name}: already exists. Choose another title.")
    values = {
        "title": yaml.safe_dump(" ".join(title.split()), allow_unicode=True, width=1000)
        .removesuffix("\n...\n")
        .strip(),
        "date": datetime.now(UTC).date().isoformat(),
        "author": _author(project, author),
    }
    template = resources.files("site_tools.commands") / "templates" / f"post.{suffix}.txt"
    text = Template(template.read_text(encoding="utf-8")).substitute(values)
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise BadProject(f"posts/{path.name}: cannot be written: {error.strerror}.") from error
    print(f"posts/{path.name} is ready to edit. Run it with `.venv/bin/elevenlines run {slug}`.")
    return 0


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
