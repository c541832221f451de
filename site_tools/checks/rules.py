"""What a post must obey beyond its own front matter: its code, its links, its neighbours.

Nothing here runs a post. Each rule yields problems and never stops at the first.
"""

from __future__ import annotations

import ast
import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from site_tools.analysis.syntax import parse, shorten
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import assignments, changed_names, changes, owned_by, sites
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell, Place
from site_tools.posts import recall_prompts
from site_tools.posts.dependencies import (
    Pins,
    distribution_of,
    imported_modules,
    is_standard,
)
from site_tools.posts.formulas import Typesetter
from site_tools.posts.links import (
    Link,
    images_without_text,
    links_of,
    opening_fences,
    outside_fences,
)
from site_tools.posts.page_marks import lines_mark
from site_tools.posts.walkthrough import TAG, Program, program_of, unexplained

OURS = "site_tools"
TAGS = frozenset({"remove-cell", "remove-input", "remove-output", TAG})


def code_problems(post: Post, pins: Pins) -> Iterator[Problem]:
    """Yield what is wrong with a post's code: magics, syntax, imports, figures without text."""
    for cell in post.code_cells:
        yield from _syntax_problems(cell)
        yield from _import_problems(cell, post, pins)
        if not cell.alt and any(_shows_figure(statement) for statement in parse(cell.source).body):
            yield _without_alt(cell)
        for tag in sorted(cell.tags - TAGS):
            remedy = nearest(tag, TAGS) or f"The tags are {', '.join(sorted(TAGS))}."
            yield Problem(cell.place, f"unknown cell tag `{tag}`.", remedy)
    for name in post.packages:
        if name not in pins:
            what = f"`packages` names {name}, which constraints.txt does not pin."
            remedy = nearest(name, pins) or f"Add `{name}==…` to constraints.txt."
            yield Problem(post.place_of("packages"), what, remedy)
    if not post.code_cells:
        yield Problem(Place(post.file, 1), "the post has no code.", "Add a ```python block.")


def _shows_figure(node: ast.AST) -> bool:
    """Return whether `plt.show()` stands in this code, outside of functions and classes."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return False
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "plt.show":
        return True
    return any(map(_shows_figure, ast.iter_child_nodes(node)))


def figure_problems(post: Post, run: Run) -> Iterator[Problem]:
    """Yield the cells that drew a figure when they ran, and have no text for it."""
    for cell, outputs in zip(post.code_cells, run.outputs, strict=False):
        if cell.tags & {"remove-cell", "remove-output"}:
            continue
        shown = [data for output in outputs if (data := output.get("data"))]
        images = [kind for data in shown for kind in data if kind.startswith("image/")]
        if images and not cell.alt:
            yield _without_alt(cell)
        if images and not any(_is_image(data) for data in shown):
            what = f"this cell's {images[0]} is nothing that a page can show."
            yield Problem(cell.place, what, "Draw it with matplotlib, or save it as PNG.")


def _is_image(data: Mapping[str, Any]) -> bool:
    if "image/svg+xml" in data:
        return "<svg" in str(data["image/svg+xml"])
    try:
        return base64.b64decode(data.get("image/png", ""))[:8] == b"\x89PNG\r\n\x1a\n"
    except ValueError:
        return False


def _without_alt(cell: Cell) -> Problem:
    what = "this cell shows a figure and has no alternative text."
    remedy = 'Say what it shows for a reader who cannot see it: `alt="…"` on the cell.'
    return Problem(cell.place, what, remedy)


def _syntax_problems(cell: Cell) -> Iterator[Problem]:
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.lines[min(max(error.lineno or 1, 1), len(cell.lines)) - 1]
        if line.text.lstrip().startswith(("%", "!")):
            what = f"`{line.text.strip()}` is a notebook command, and posts are plain Python."
            yield Problem(line.place, what, "Readers run the download with `python`. Take it out.")
        else:
            yield Problem(line.place, f"SyntaxError: {error.msg}.", f"See `{line.text.strip()}`.")
    except (ValueError, RecursionError, MemoryError) as error:
        what = f"Python cannot read this code: {type(error).__name__} {error}".strip()
        yield Problem(cell.place, f"{what}.", "Is it nested too deeply?")


def _import_problems(cell: Cell, post: Post, pins: Pins) -> Iterator[Problem]:
    for module, number in sorted(imported_modules(parse(cell.source)).items()):
        place = cell.lines[number - 1].place
        if module == OURS:
            what = f"the post imports `{OURS}`."
            yield Problem(place, what, "A download must run without this project. Take it out.")
        elif module == ".":
            what = "a relative import has no meaning in a script."
            yield Problem(place, what, 'Paste a snippet instead: `# --8<-- "name.py"`.')
        elif not is_standard(module) and not post.packages and not distribution_of(module, pins):
            what = f"no package in constraints.txt provides `{module}`."
            remedy = (
                f"Pin it there, or name its package in `packages:`; if {module}.py is yours, "
                f'move it to snippets/ and paste it: `# --8<-- "{module}.py"`.'
            )
            yield Problem(place, what, nearest(module, pins) or remedy)


def prose_problems(post: Post, root: Path, drafts: set[str]) -> Iterator[Problem]:
    """Yield links that lead nowhere, images without text, wrong TeX, headings like the title.

    `drafts` are the files of posts that readers cannot open, relative to `root`.
    """
    yield from recall_prompts.problems(post)
    typesetter = Typesetter(post.slug)
    for cell in post.cells:
        if cell.kind == "code":
            continue
        yield from typesetter.problems(cell)
        for target, place in images_without_text(cell):
            what = f"image `{target}` has no alternative text."
            yield Problem(place, what, "Write it between the brackets: `![A cat](…)`.")
        for link in links_of(cell):
            yield from _link_problems(link, post, root, drafts)
        yield from _unrun_python(cell)
        for _, line in outside_fences(cell):
            if line.text.startswith("# "):
                what = "the title stands in the front matter, and a page has one."
                yield Problem(line.place, what, f"Make it a section: `#{line.text}`.")


def program_problems(post: Post) -> Iterator[Problem]:
    """Yield what is wrong with the explanations of a program, whose code must be sound."""
    program = program_of(post)
    yield from _mark_problems(post, program)
    if program is None:
        return
    typesetter = Typesetter(post.slug)
    for prose in (cell for cell in post.cells if cell.kind == "prose"):
        list(typesetter.problems(prose))  # whose commands hold in the comments as well
    for words in (row.words for row in program.rows if row.words):
        yield from typesetter.problems(words)
        for link in links_of(words):
            what = f"the comment links to `{link.target}`, which the download does not have."
            yield Problem(link.place, what, "Link to it in the prose.")
    if post.explain == "every-line":
        for line in unexplained(post, program):
            what = f"nothing explains `{shorten(line.text.strip())}`."
            remedy = "`explain: every-line` wants a comment on a line of its own above it."
            yield Problem(line.place, what, remedy)


def _mark_problems(post: Post, program: Program | None) -> Iterator[Problem]:
    """Yield the marks that ask for lines of the program which cannot be shown there."""
    shown: set[int] = set()
    prose = (cell for cell in post.cells if cell.kind == "prose")
    for line in (line for cell in prose for _, line in outside_fences(cell)):
        mark = lines_mark(line.text)
        if mark is None:
            continue
        if program is None:
            what = "the post explains no program whose lines could stand here."
            yield Problem(line.place, what, "Add `explain: comments` to its front matter.")
            continue
        rows = program.rows_of(*mark)
        if not rows:
            ends = ", ".join(row.numbers for row in program.rows if row.numbers)
            what = f"`{line.text.strip()}` begins or ends within an explanation, or has none."
            yield Problem(line.place, what, f"Lines stand together like this: {ends}.")
        if shown & {row.first for row in rows}:
            what = f"`{line.text.strip()}` shows lines that stand above already."
            yield Problem(line.place, what, "Show each line once.")
        shown |= {row.first for row in rows}


def _link_problems(link: Link, post: Post, root: Path, drafts: set[str]) -> Iterator[Problem]:
    folder = (root / post.file).parent
    if link.in_html:
        what = f"`{link.target}` stands in an HTML tag, where nothing resolves it."
        yield Problem(link.place, what, "Use Markdown's own form: `![A cat](cat.png)`.")
    elif not _is_file(root / link.path):
        known = [other.name for other in folder.iterdir() if other.is_file()]
        remedy = nearest(link.target, known)
        form = "Put the picture into posts/" if link.is_image else "Link to a file in posts/"
        thing = "there is no picture" if link.is_image else "the link leads nowhere:"
        remedy = remedy or f"{form}, and name it relative to this one."
        yield Problem(link.place, f"{thing} `{link.target}`.", remedy)
    elif not link.path.startswith(("posts/", "docs/")):
        what = f"`{link.target}` is not part of the site: it is neither in posts/ nor in docs/."
        yield Problem(link.place, what, "Move it there, or give its full address.")
    elif not post.draft and link.path in drafts:
        what = f"`{link.target}` is a draft that readers cannot open."
        yield Problem(link.place, what, "Publish it first, or make this post a draft as well.")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _unrun_python(cell: Cell) -> Iterator[Problem]:
    """Yield Python blocks that look as if they ran, and did not."""
    for line in opening_fences(cell):
        language = line.text.strip().strip("`~").strip().lower()
        if re.match(r"\{?\.?(python3?|py)\b", language):
            what = f"this `{language}` block looks like Python that runs, and does not."
            remedy = "Begin its line with ```python to run it; ```text only shows it."
            yield Problem(line.place, what, remedy)


def neighbour_problems(
    posts: Iterable[Post], authors: Iterable[str], slugs: Iterable[str]
) -> list[Problem]:
    """Return what is wrong between posts.

    Two at one address, an unknown author, a `requires` that is missing or goes in a circle.
    `slugs` are those of all files, also of posts that could not be read.
    """
    posts = list(posts)
    known_authors, known_slugs = list(authors), set(slugs)
    by_slug = defaultdict(list)
    for post in posts:
        by_slug[post.slug].append(post)
    problems = []
    for slug, same in by_slug.items():
        for post in same[1:]:
            what = f"{same[0].file} has the same address, /posts/{slug}/."
            problems.append(Problem(Place(post.file, 0), what, "Rename one of the two files."))
    drafts = {post.slug for post in posts if post.draft}
    for post in posts:
        problems += _author_problems(post, known_authors)
        problems += _requires_problems(post, known_slugs, drafts)
    return problems + _cycles(posts)


def _author_problems(post: Post, known: list[str]) -> Iterator[Problem]:
    for author in post.authors:
        if author not in known:
            what = f"unknown author `{author}`."
            remedy = nearest(author, known) or "Add them to posts/.authors.yml."
            yield Problem(post.place_of("authors"), what, remedy)


def _requires_problems(post: Post, slugs: set[str], drafts: set[str]) -> Iterator[Problem]:
    place = post.place_of("requires")
    for slug in post.requires:
        if slug not in slugs:
            remedy = nearest(slug, slugs) or f"The posts are {', '.join(sorted(slugs))}."
            yield Problem(place, f"`requires` names `{slug}`, and there is no such post.", remedy)
        elif slug in drafts and not post.draft:
            what = f"`requires` names `{slug}`, which is a draft that readers cannot open."
            yield Problem(place, what, "Publish it first, or make this post a draft as well.")


def _cycles(posts: list[Post]) -> list[Problem]:
    try:
        TopologicalSorter({post.slug: post.requires for post in posts}).prepare()
    except CycleError as error:
        cycle = error.args[1]
        what = f"the posts require each other in a circle: {' → '.join(cycle)}."
        place = next(post for post in posts if post.slug == cycle[0]).place_of("requires")
        return [Problem(place, what, "Take one of these `requires` out.")]
    return []


def claim_problems(post: Post) -> Iterator[Problem]:
    """Yield the names in `freeze`, `tally`, `set` and `shuffle` that the code does not have."""
    cells = post.sources
    for i, claim in enumerate(post.claims):
        for name in claim.freeze:
            if not _is_frozen(cells, name, claim.freeze):
                yield _not_frozen(post, f"learns.{i}.freeze", name)
        for name in claim.tally:
            if not sites(cells, [], [name]):
                yield _not_frozen(post, f"learns.{i}.tally", name)
        top_level = [("set", name) for name, _ in claim.constants]
        top_level += [("shuffle", claim.shuffle)] * bool(claim.shuffle)
        for key, name in top_level:
            if not assignments(cells, [name]):
                what = f"`{key}` names `{name}`, which no statement assigns at top level."
                remedy = nearest(name, changed_names(cells) - {name}) or _TOP_LEVEL[key]
                yield Problem(post.place_of(f"learns.{i}.{key}"), what, remedy)


def _is_frozen(cells: list[str], name: str, freeze: Iterable[str]) -> bool:
    """Return whether listing a name stops an update, by itself or beside the others."""
    others = [other for other in freeze if other != name]
    alone = {(site.cell, site.line) for site in sites(cells, others)}
    both = {(site.cell, site.line) for site in sites(cells, [*others, name])}
    return bool(sites(cells, [name])) or both > alone


_TOP_LEVEL = {
    "set": "Name a constant such as `learning_rate = 0.1`, outside of functions.",
    "shuffle": "Name the answers to train on, such as `y_train = …`, outside of functions.",
}


def _not_frozen(post: Post, key: str, name: str) -> Problem:
    """Say why nothing of a name can be switched off."""
    cells, place, listed = post.sources, post.place_of(key), key.rpartition(".")[2]
    known = changes(cells, name) if sites(cells, [], [name]) else []
    likely = [f"`{site.name}`" for site in proposals(cells) if site.name != name]
    looks = f"What looks like an update here is of {', '.join(dict.fromkeys(likely))}."
    if known:
        site = known[-1]
        where = post.place_in_code(site.cell, site.line)
        what = (
            f"`{listed}` names `{name}`, whose changes do not depend on what it holds: "
            f"it counts, or is copied (line {where.line}, `{site.text}`)."
        )
        remedy = f"If the model learns by counting, say `tally: [{name}]`."
        return Problem(place, what, f"{looks} {remedy}" if likely else remedy)
    what = f"`{listed}` names `{name}`, which no statement updates in a loop or a function."
    plain = (
        "Name what the network learns as the code does: of `self.W -= …` it is W. Where no "
        "statement can be named, `set` a constant to switch learning off."
    )
    owned = owned_by(cells, name)
    if owned:
        site = owned[0]
        where = post.place_in_code(site.cell, site.line)
        attribute = f"Line {where.line} changes `{site.text}`: name its last part, `{site.name}`."
        return Problem(place, what, attribute)
    close = nearest(name, changed_names(cells) - {name})
    return Problem(place, what, close or (looks if likely else plain))
