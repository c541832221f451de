"""From a file to a Post: `read_post` for one file, in any of the three formats."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from site_tools.analysis.number_under import number_under
from site_tools.model.claim import Claim
from site_tools.model.errors import BadPost, Problem, for_readers
from site_tools.model.goals import parse_goal
from site_tools.model.post import Post
from site_tools.model.source import Cell, Line, Place
from site_tools.posts import notebook, text
from site_tools.posts.bibliography import Bibliography, cited
from site_tools.posts.data_files import read_data
from site_tools.posts.front_matter import read_front_matter
from site_tools.posts.markdown_parser import inline_tokens, parse
from site_tools.posts.project_files import REMEDY, decode, is_source
from site_tools.posts.readable_prose import check_readable
from site_tools.posts.site_options import SizeLimits
from site_tools.posts.snippets import Snippets

READERS = {".md": text.read, ".py": text.read, ".ipynb": notebook.read}
"""For each suffix, the function that splits a file into front matter and cells."""

RESERVED = frozenset({"archive", "assets", "author", "category", "index", "page", "posts"})
"""Names that the blog's own pages take under `/posts/`."""

LONGEST_NAME = 100
"""Characters of a post's name. Its downloads add some, and a file's name may have 255 bytes."""

DEFAULT_LIMITS = SizeLimits()
"""Of a site that sets none."""

LARGEST_NOTEBOOK = 50_000_000
"""Bytes of a notebook's file, which may contain figures, and those are not read."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def post_files(folder: Path) -> list[Path]:
    """Return the files in the posts folder that are posts, by name."""
    with os.scandir(folder) as entries:
        names = [one.name for one in entries if _is_post_name(one.name) and _is_file(one)]
    return [folder / name for name in sorted(names)]


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False) or Path(entry.path).is_file()


def _is_post_name(name: str) -> bool:
    return os.path.splitext(name)[1] in READERS and not name.startswith(".")  # noqa: PTH122  fast


def read_post(
    path: Path,
    root: Path,
    snippets: Snippets,
    limits: SizeLimits = DEFAULT_LIMITS,
    bibliography: Bibliography | None = None,
) -> Post:
    """Read one post with its data files; it cites works of `bibliography`.

    Raises BadPost with every problem that can be seen in the file alone.
    """
    file = path.relative_to(root).as_posix()
    _check_name(path.stem, Place(file, 0))
    if not is_source(path, root):
        what = "this link leads out of the project, or to a hidden file."
        raise BadPost([Problem(Place(file, 0), what, REMEDY)])
    is_notebook = path.suffix == ".ipynb"
    largest = limits.largest_post
    _check_size(path.stat().st_size, LARGEST_NOTEBOOK if is_notebook else largest, file)
    content = decode(path.read_bytes(), file)
    parts = READERS[path.suffix](content, file)
    cells, problems = _expand(parts.cells, snippets)
    problems += [problem for cell in cells for problem in text.control_problems(cell)]
    _check_size(sum(len(line.text) for cell in cells for line in cell.lines), largest, file)
    is_draft = False
    try:
        post = read_front_matter(parts.header, slug=path.stem, file=file, cells=cells)
        is_draft = post.draft
        data = read_data(post.data, path.parent, post.slug, limits.largest_data)
    except BadPost as bad:
        found = [*bad.problems, *problems]
        raise BadPost(found, is_draft=is_draft or bad.is_draft) from None
    if problems:
        raise BadPost(problems, is_draft=is_draft)
    check_readable(post.prose_cells)
    works, unknown = cited(post.prose_cells, bibliography)
    return replace(
        post,
        works=works,
        unfit=(*post.unfit, *for_readers(unknown)),
        claims=tuple(_in_numbers(claim, post.sources) for claim in post.claims),
        cells=_without_title(cells, post.title),
        data=data,
    )


def _in_numbers(claim: Claim, sources: list[str]) -> Claim:
    """Return a claim whose metric is a number: for `accuracy > 0.9` that is true, the accuracy."""
    goal = claim.goal
    found = number_under(claim.metric, (goal.sign, goal.number), sources)
    if found is None:
        return claim
    metric, goal_text = found
    return replace(claim, metric=metric, goal=parse_goal(goal_text))


def _check_size(size: int, largest: int, file: str) -> None:
    """Raise BadPost for a file, or a text, that is too large."""
    if size > largest:
        what = f"this post has {size:,} bytes, and {largest:,} are the most."
        remedy = "Split it, or allow more: `largest_post: 5 MB` under `elevenlines:` in mkdocs.yml."
        if largest == LARGEST_NOTEBOOK:
            remedy = "Clear the notebook's outputs: a post shows those of its own run."
        raise BadPost([Problem(Place(file, 0), what, remedy)])


def _check_name(slug: str, place: Place) -> None:
    if slug in RESERVED:
        what = f"`{slug}` is the address of a page of the blog."
        raise BadPost([Problem(place, what, "Give the file another name.")])
    if len(slug) > LONGEST_NAME:
        what = f"the file's name has {len(slug)} characters, and {LONGEST_NAME} are the most."
        raise BadPost([Problem(place, what, "It becomes the page's address: shorten it.")])
    if not _SLUG.fullmatch(slug):
        better = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or "my-post"
        what = f"the file's name becomes the page's address, and `{slug}` is not a plain one."
        remedy = f"Use lower-case letters, digits and single hyphens: `{better}`."
        raise BadPost([Problem(place, what, remedy)])


def _expand(cells: tuple[Cell, ...], snippets: Snippets) -> tuple[tuple[Cell, ...], list[Problem]]:
    """Paste the snippets, drop blank cells, and say what could not be pasted."""
    expanded: list[Cell] = []
    problems: list[Problem] = []
    for cell in cells:
        try:
            lines = snippets.expand(cell.lines, in_code=cell.kind == "code")
        except BadPost as bad:
            problems.extend(bad.problems)
        else:
            trimmed = _trim(lines)
            if trimmed:
                expanded.append(replace(cell, lines=trimmed))
    return tuple(expanded), problems


def _trim(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines without blank ones before the first and after the last."""
    full = [i for i, line in enumerate(lines) if line.text.strip()]
    return lines[full[0] : full[-1] + 1] if full else ()


def _without_title(cells: tuple[Cell, ...], title: str) -> tuple[Cell, ...]:
    """Return cells without a heading at their top that repeats the title."""
    if not cells or cells[0].kind != "prose":
        return cells
    first, *others = cells
    tokens = parse(first.source)
    if not tokens or tokens[0].tag != "h1" or not tokens[0].map:
        return cells
    heading = "".join(part.content for part in inline_tokens(tokens[:2]))
    if _letters(heading) != _letters(title):
        return cells
    rest = _trim(first.lines[tokens[0].map[1] :])
    return (replace(first, lines=rest), *others) if rest else tuple(others)


def _letters(text: str) -> str:
    """Return what two spellings of a title have in common."""
    return re.sub(r"[\W_]+", "", text).casefold()
