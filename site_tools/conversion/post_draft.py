"""A file from elsewhere → the text of a post, what was changed, and what is left to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from site_tools.analysis.syntax import parse
from site_tools.checks.draft_rules import PLACEHOLDERS
from site_tools.conversion import measures
from site_tools.conversion.cell_splitting import split_long
from site_tools.conversion.figure_texts import with_texts
from site_tools.conversion.foreign_file import Piece, pieces_of
from site_tools.conversion.local_modules import LocalModules
from site_tools.conversion.notebook_commands import without_commands
from site_tools.conversion.prose import (
    description_of,
    take_title,
    with_lower_headings,
    with_shown_code,
    with_tight_formulas,
)
from site_tools.conversion.prose_html import ProseFiles
from site_tools.conversion.read_files import ReadFiles
from site_tools.conversion.seeds import with_seeds
from site_tools.posts.dependencies import imported_modules
from site_tools.posts.reading_time import reading_minutes
from site_tools.posts.site_options import Options
from site_tools.posts.yaml_text import flow_list


@dataclass
class PostDraft:
    """What a file becomes."""

    title: str
    """From its first heading; empty if there is none."""
    description: str
    pieces: list[Piece]
    changes: list[str] = field(default_factory=list)
    """What was changed, as sentences without full stop."""
    left: list[str] = field(default_factory=list)
    """What a person must do, besides what `elevenlines check` finds."""
    snippets: dict[str, Path] = field(default_factory=dict)
    """Files to copy to snippets/, by their names there."""
    pictures: dict[str, Path] = field(default_factory=dict)
    """Files to copy to posts/, by their names there."""
    data: dict[str, Path] = field(default_factory=dict)
    """Data files to copy to posts/, by their paths there."""

    @property
    def code(self) -> list[str]:
        """Return the code of the cells."""
        return [piece.source for piece in self.pieces if piece.kind == "code"]

    @property
    def modules(self) -> set[str]:
        """Return the modules that the code imports."""
        return {module for source in self.code for module in imported_modules(parse(source))}


def draft_of(
    path: Path,
    posts: Path,
    slug_of: Callable[[str], str],
    title: str = "",
    *,
    options: Options,
) -> PostDraft:
    """Return what a notebook, script or Markdown file becomes.

    `title` replaces the one in the file; `posts` is the folder that will hold it; `slug_of` returns
    a title's slug, with which the names of its pictures begin. `options` are the site's: the length
    of a cell, and how large data files may be.

    Raises BadProject for a file that cannot be read.
    """
    taken = take_title(pieces_of(path))
    pieces, changes = [], []
    for piece in taken.pieces:
        plain, changed = without_commands(piece) if piece.kind == "code" else (piece, [])
        pieces += [plain] if plain else []
        changes += [f"cell {piece.number}: {change}" for change in changed]
    heading = title or taken.text or path.stem.replace("_", " ").replace("-", " ").capitalize()
    local, read = LocalModules(path.parent), ReadFiles(path.parent, options.largest_data)
    files = ProseFiles(path.parent, posts, slug_of(heading))
    steps: list[Callable[[Sequence[Piece]], tuple[list[Piece], list[str]]]] = [
        with_lower_headings,
        with_shown_code,
        with_tight_formulas,
        files.adapted,
        local.pasted,
        read.declared,
        with_seeds,
        with_texts,
    ]
    if cell_lines := options.style.cell_lines:
        steps.append(partial(split_long, most=cell_lines))
    for step in steps:
        pieces, changed = step(pieces)
        changes += changed
    draft = PostDraft(heading, description_of(taken.pieces), pieces, changes)
    draft.snippets, draft.pictures, draft.data = local.files, files.pictures, read.files
    draft.left += [*local.left, *read.left]
    return draft


def front_matter(draft: PostDraft, *, author: str, category: str, day: str) -> str:
    """Return the YAML of a post that is to become one, with a claim proposed in comments."""
    words = sum(len(piece.source.split()) for piece in draft.pieces if piece.kind == "prose")
    lines = sum(source.count("\n") + 1 for source in draft.code)
    read = reading_minutes(words, lines)
    values: dict[str, Any] = {
        "title": draft.title,
        "description": draft.description or PLACEHOLDERS["description"],
        "date": day,
        "authors": [author],
        "categories": [category],
        "tags": sorted({"numpy", "torch"} & draft.modules) or ["python"],
        "minutes": {"read": read, "do": 2 * read},
        **({"data": list(draft.data)} if draft.data else {}),
        "draft": True,
        "no_learning": PLACEHOLDERS["no_learning"],
    }
    text = yaml.safe_dump(
        values, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=None
    )
    text = text.replace(f"date: '{day}'", f"date: {day}")
    return text + "\n".join(_claim_proposal(draft))


def _claim_proposal(draft: PostDraft) -> list[str]:
    is_torch = "torch" in draft.modules
    found = measures.metrics(draft.code, is_torch=is_torch) or ["…"]
    proposed = [
        "# What does it learn? Choose a number, set a goal, and delete `no_learning`:",
        "# learns:",
        "#   - says: What the network can do at the end",
        f"#     metric: {found[0]}",
        f'#     goal: "{measures.goal_for(found[0])}"',
    ]
    if found[1:]:
        proposed.insert(4, f"#     # or: {', '.join(found[1:])}")
    learned = [] if is_torch else measures.learned(draft.code)
    return [*proposed, *([f"#     freeze: {flow_list(learned)}"] if learned else [])]
