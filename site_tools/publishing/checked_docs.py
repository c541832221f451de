"""What is wrong with the pages of `docs/`: found before a post runs, not when all have run.

A page in which nothing was found is not asked again until it, or what it may lead to, changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from site_tools.model.errors import BadPost, Problem
from site_tools.model.post import Post
from site_tools.pages.doc_page import Docs, doc_problems
from site_tools.posts.project_files import decode, files_in, is_file
from site_tools.posts.site_settings import Settings
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_results import KeptResults
from site_tools.publishing.site import docs_of


def docs_problems(
    root: Path, settings: Settings, published: Iterable[Post], unread: Iterable[str]
) -> Iterator[Problem]:
    """Yield what is wrong with each page of `docs/`.

    `unread` are the files of posts that cannot be read, which say so themselves: a link to one of
    them is no second mistake.
    """
    siblings = {post.file: post for post in published}
    docs = docs_of(root, settings, siblings, beside=(f"../{file}" for file in unread))
    sound = KeptResults(root / ".elevenlines" / "docs-checked")
    shared = _shared(docs, root)
    pages = [path for path in sorted(docs.folder.rglob("*.md")) if is_file(path)]
    names = [path.relative_to(docs.folder).as_posix() for path in pages]
    for path, name in zip(pages, names, strict=True):
        content = path.read_bytes()
        key = f"{shared} {hashlib.sha256(content).hexdigest()}"
        if sound.load(name, key) is None:
            problems = _problems(content, name, docs)
            yield from problems
            if not problems:
                sound.save(name, key, b"")
    sound.prune(names)


def _problems(content: bytes, name: str, docs: Docs) -> Sequence[Problem]:
    try:
        return doc_problems(decode(content, f"docs/{name}"), name, docs)
    except BadPost as bad:
        return bad.problems


def _shared(docs: Docs, root: Path) -> str:
    """Return a digest of all that pages may lead to, and of what they may load."""
    files = [path.relative_to(docs.folder).as_posix() for path in files_in(docs.folder)]
    works = [path.read_bytes() for path in sorted((root / "posts").glob("*.bib"))]
    about = [files, sorted(docs.made), sorted(docs.siblings), works, docs.trust.html]
    return hashlib.sha256(
        repr([generator(), *about, sorted(docs.trust.remote)]).encode("utf-8", "surrogateescape")
    ).hexdigest()
