"""Which runs judge each post, as it was found before for the same program and claims."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from site_tools.experiment.needs import Needs, made_of, needs_of
from site_tools.model.post import Post
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_results import KeptResults

_NEEDS = TypeAdapter(Needs)


def kept_needs(root: Path, post: Post) -> Needs:
    """Return which runs judge a post of a project; they are found once for each program."""
    kept, key = _folder(root), f"{generator()} {made_of(post)}"
    with suppress(ValidationError):
        if (data := kept.load(post.file, key)) is not None:
            return _NEEDS.validate_json(data)
    needs = needs_of(post)
    kept.save(post.file, key, _NEEDS.dump_json(needs))
    return needs


def forget_others(root: Path, files: Iterable[str]) -> None:
    """Delete what is kept of posts that are not among these files."""
    _folder(root).prune(files)


def _folder(root: Path) -> KeptResults:
    return KeptResults(root / ".elevenlines" / "planned")
