"""The needs, variants and notes of each post, kept from the last command for the same program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from site_tools.analysis.reviewer_notes import Note
from site_tools.analysis.variants import Variant
from site_tools.evidence.reviewer_notes import notes_on_program
from site_tools.experiment.needs import Needs, made_of, needs_of
from site_tools.model.post import Post
from site_tools.posts.post_variants import variants_of
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_results import KeptResults

_NEEDS, _VARIANTS = TypeAdapter(Needs), TypeAdapter(list[Variant])
_NOTES = TypeAdapter(tuple[Note, ...])
_FOLDERS = "planned", "varied", "noted"

T = TypeVar("T")


def kept_needs(root: Path, post: Post) -> Needs:
    """Return which runs judge a post of a project; they are found once for each program."""
    return _kept(root / ".elevenlines" / "planned", post, made_of(post), _NEEDS, needs_of)


def kept_variants(root: Path, post: Post) -> list[Variant]:
    """Return the variants of a post of a project; they are found once for each program."""
    tags = [sorted(cell.tags) for cell in post.code_cells]
    made = f"{made_of(post)} {tags} {post.explain} {post.variants}"
    return _kept(root / ".elevenlines" / "varied", post, made, _VARIANTS, variants_of)


def kept_notes(root: Path, post: Post) -> tuple[Note, ...]:
    """Return the notes on the program of a post of a project; they are found once for each."""
    folder = root / ".elevenlines" / "noted"
    return _kept(folder, post, made_of(post), _NOTES, notes_on_program)


def forget_others(root: Path, files: Iterable[str]) -> None:
    """Delete what is kept of posts that are not among these files."""
    names = [*files]
    for folder in _FOLDERS:
        KeptResults(root / ".elevenlines" / folder).prune(names)


def _kept(
    folder: Path, post: Post, made: str, adapter: TypeAdapter[T], find: Callable[[Post], T]
) -> T:
    kept, key = KeptResults(folder), f"{generator()} {made}"
    with suppress(ValidationError):
        if (data := kept.load(post.file, key)) is not None:
            return adapter.validate_json(data)
    found = find(post)
    kept.save(post.file, key, adapter.dump_json(found))
    return found
