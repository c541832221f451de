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
from site_tools.posts.project_files import decode
from site_tools.posts.site_settings import Settings
from site_tools.publishing.kept_docs import digest_of_docs
from site_tools.publishing.kept_results import KeptResults
from site_tools.publishing.site import docs_of
from site_tools.publishing.staged_docs import doc_names


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
    shared = f"{digest_of_docs(docs, root)} {sorted(siblings)}"
    names = doc_names(docs)
    for name in names:
        content = (docs.folder / name).read_bytes()
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
