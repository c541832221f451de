"""Staged files of posts that were made before, each under a digest of all that they are made of.

A page, its downloads and its numbers are a function of the post, its runs and the verdict on them,
its place on the path, the addresses of the other posts, the files that it shows, the settings, the
generator's code and what is installed. A file that is damaged, or cannot be read, counts as absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from site_tools.atomic_write import write_whole
from site_tools.model.post import Post
from site_tools.pages.reading_order import Step
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.site import Site, Tree

PAGES = "staged-pages"
"""The folder of posts' pages with their pictures, of builds and of previews."""

_SUFFIX = ".files"


class PostKeys:
    """What the staged files of posts are kept under."""

    def __init__(self) -> None:
        self._beside: dict[str, str] | None = None
        """The digests of the files beside the posts, once they are known."""
        self._keys: dict[str, str] = {}
        """The digest of all that each post's files are made of."""
        self._site: Site | None = None

    def key(self, step: Step, site: Site) -> str:
        """Return a digest of all that the files of a post are made of."""
        if self._site is not site:
            self._site, self._shared = site, _digest(_shared(site))
            self._keys.clear()
        file = step.post.file
        if file not in self._keys:
            run = step.item.run
            parts = [
                self._shared,
                # Its sets are left out, since their order varies; so does that of what outputs
                # hold, between a run that was just made and the same one from the store.
                repr(replace(step.item, run=replace(run, outputs=()))),
                run.outputs,
                [sorted(cell.tags) for cell in step.post.cells],
                [step.number, step.of, step.links],
                [site.authors[name] for name in step.post.authors],
                self._shown_files(step.post, site),
            ]
            self._keys[file] = _digest(parts)
        return self._keys[file]

    def _shown_files(self, post: Post, site: Site) -> dict[str, str]:
        """Return the files beside the posts that this one may show or offer, with digests."""
        if self._beside is None:
            self._beside = _digests(site.root / "posts", site.siblings)
        text = "\n".join(cell.source for cell in post.prose_cells)
        return {name: digest for name, digest in self._beside.items() if _is_named(name, text)}


class KeptPosts:
    """A folder of staged files; `prune` deletes those that were not asked for."""

    def __init__(self, folder: Path, keys: PostKeys) -> None:
        self._folder, self._keys = folder, keys
        self._asked: set[str] = set()

    def files(self, step: Step, site: Site, make: Callable[[Step, Site], Tree]) -> Tree:
        """Return the staged files of a post, from the folder or as `make` makes them."""
        path = self._folder / f"{self._keys.key(step, site)}{_SUFFIX}"
        self._asked.add(path.name)
        found = _load(path)
        if found is None:
            found = make(step, site)
            with suppress(OSError):  # without it, they are made again the next time
                self._folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, _packed(found), durable=False)
        return found

    def prune(self) -> None:
        """Delete the files that were not asked for."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.name not in self._asked:
                path.unlink(missing_ok=True)


def _shared(site: Site) -> list[Any]:
    """Return what all posts are staged with."""
    addresses = {file: post.slug for file, post in site.siblings.items()}
    return [generator(), addresses, site.imprint, site.settings, site.glossary]


def _digest(parts: Any) -> str:
    text = json.dumps(parts, default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _digests(folder: Path, posts: Container[str]) -> dict[str, str]:
    """Return the digests of the files beside the posts in their folder, by their names."""
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")))
    beside = ((name, folder / name) for name in names if f"posts/{name}" not in posts)
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in beside
        if path.is_file()
    }


def _is_named(file: str, text: str) -> bool:
    """Return whether a text may name a file; a name with signs is written in several ways."""
    name = file.rpartition("/")[2]
    return name in text or not name.replace("-", "").replace(".", "").isalnum()


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it, the same in every process; raises TypeError."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in fields(value) if part.compare}
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _packed(files: Tree) -> bytes:
    sizes = json.dumps([[name, len(content)] for name, content in files.items()])
    body = b"\n".join([sizes.encode("ascii"), b"".join(files.values())])
    return hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body


def _load(path: Path) -> Tree | None:
    """Return the files that a file holds; None when it is absent or damaged."""
    try:
        expected, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode("ascii") != expected:
            return None
        head, _, contents = body.partition(b"\n")
        sizes = json.loads(head)
        return dict(zip((name for name, _ in sizes), _cut(contents, sizes), strict=True))
    except (OSError, ValueError, TypeError):
        return None


def _cut(contents: bytes, sizes: Iterable[Sequence[Any]]) -> list[bytes]:
    ends = accumulate((int(size) for _, size in sizes), initial=0)
    return [contents[start:end] for start, end in pairwise(ends)]
